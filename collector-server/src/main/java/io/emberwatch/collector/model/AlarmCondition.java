package io.emberwatch.collector.model;

import io.emberwatch.protocol.Metric;
import java.util.Objects;

/**
 * What an alarm is about; at most one alarm is open for each.
 *
 * @param component UUID of a GPU, or empty for the machine itself
 * @param isHistory whether it is judged from history that comes in beside the live readings
 */
public record AlarmCondition(int machineId, String component, Metric metric, Severity severity, boolean isHistory) {
    public AlarmCondition {
        Objects.requireNonNull(component);
        Objects.requireNonNull(metric);
        Objects.requireNonNull(severity);
    }

    /** Of the live readings. */
    public AlarmCondition(int machineId, String component, Metric metric, Severity severity) {
        this(machineId, component, metric, severity, false);
    }
}
