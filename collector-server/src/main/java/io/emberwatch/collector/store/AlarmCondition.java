package io.emberwatch.collector.store;

import io.emberwatch.protocol.Metric;
import java.util.Objects;

/**
 * What an alarm is about; at most one alarm is open for each.
 *
 * @param component UUID of a GPU, or empty for the machine itself
 */
public record AlarmCondition(int machineId, String component, Metric metric, Severity severity) {
    public AlarmCondition {
        Objects.requireNonNull(component);
        Objects.requireNonNull(metric);
        Objects.requireNonNull(severity);
    }
}
