package io.emberwatch.collector.faults;

import java.time.Instant;

/**
 * One mail that the mail server has taken.
 *
 * @param messageId its header, angle brackets included
 * @param answered whether the server said so; a fault on the way back may have swallowed it even then
 */
public record Delivery(String messageId, Instant at, boolean answered) {}
