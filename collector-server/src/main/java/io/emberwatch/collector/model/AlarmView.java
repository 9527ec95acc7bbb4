package io.emberwatch.collector.model;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * An alarm as people see it.
 *
 * @param id its number, as mails and commands name it
 * @param machine name of the machine
 * @param component UUID of the GPU, or empty for the machine itself
 * @param metric name of the metric, or {@code AlarmStore.TEST_METRIC}
 * @param isHistory whether it was judged afterwards, from history that came in beside the live readings
 * @param limit value from which on it was raised, in the metric's unit
 * @param mailedAt when the owner was last told; empty if never
 */
public record AlarmView(
        long id,
        String machine,
        String component,
        String metric,
        Severity severity,
        boolean isHistory,
        AlarmState state,
        Instant pendingSince,
        OptionalDouble limit,
        Optional<Moment> raised,
        Optional<Moment> cleared,
        Optional<Instant> mailedAt,
        Optional<Acknowledgement> acknowledgement) {
    /** Who took the alarm on, and when. */
    public record Acknowledgement(Instant at, String by) {}
}
