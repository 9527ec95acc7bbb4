package io.emberwatch.collector.ingest;

import io.emberwatch.collector.alarm.HistoryAlarms;
import io.emberwatch.collector.alarm.MachineAlarms;
import java.util.Map;

/**
 * What a writer remembers of a machine between transactions, so as not to read it each time. Valid for one session epoch;
 * forgotten after any failure.
 *
 * @param alarms the live ones
 * @param history those of the history that comes in beside them
 * @param gpuIds {@code gpu.id} by UUID
 */
record MachineContext(long epoch, MachineAlarms alarms, HistoryAlarms history, Map<String, Integer> gpuIds) {
    MachineContext {
        gpuIds = Map.copyOf(gpuIds);
    }
}
