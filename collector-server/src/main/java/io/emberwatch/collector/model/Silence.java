package io.emberwatch.collector.model;

import java.time.Instant;
import java.util.Optional;

/**
 * A time in which alarms are recorded but not mailed.
 *
 * @param machine name of the machine; empty for all machines
 */
public record Silence(long id, Optional<String> machine, Instant startsAt, Instant endsAt, Optional<String> reason) {}
