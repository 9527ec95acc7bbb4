package io.emberwatch.collector.model;

import java.time.Instant;
import java.util.Optional;

/**
 * How a mail fares.
 *
 * @param attempts how often sending was tried
 * @param lastError what the mail server said last
 */
public record OutboxStatus(
        OutboxState state, String recipient, int attempts, Optional<String> lastError, Optional<Instant> sentAt) {}
