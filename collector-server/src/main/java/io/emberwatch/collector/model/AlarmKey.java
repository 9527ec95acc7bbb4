package io.emberwatch.collector.model;

import io.emberwatch.protocol.Metric;
import java.util.Objects;

/**
 * What an alarm is about, within one machine; at most one alarm is open for each.
 *
 * @param component UUID of a GPU, or empty for the machine itself
 */
public record AlarmKey(String component, Metric metric, Severity severity) {
    public AlarmKey {
        Objects.requireNonNull(component);
        Objects.requireNonNull(metric);
        Objects.requireNonNull(severity);
    }

    public AlarmKey with(Severity other) {
        return new AlarmKey(component, metric, other);
    }
}
