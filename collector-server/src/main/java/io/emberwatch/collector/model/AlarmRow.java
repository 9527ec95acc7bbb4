package io.emberwatch.collector.model;

import java.time.Instant;
import java.util.Optional;

/**
 * An open alarm as it is stored.
 *
 * @param raisedAt empty while pending
 * @param mailedAt when the owner was last told, empty if never
 */
public record AlarmRow(
        AlarmCondition condition, Instant pendingSince, Optional<Instant> raisedAt, Optional<Instant> mailedAt) {}
