package io.emberwatch.collector.alarm;

import java.util.List;

/**
 * The outcome of an observation.
 *
 * @param after the alarms now open: those before, with {@code changes} applied
 * @param changes in the order in which they are to be stored
 */
public record Evaluation(MachineAlarms after, List<AlarmChange> changes) {
    public Evaluation {
        changes = List.copyOf(changes);
    }
}
