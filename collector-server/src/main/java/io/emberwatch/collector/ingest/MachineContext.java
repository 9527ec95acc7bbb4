package io.emberwatch.collector.ingest;

import io.emberwatch.collector.alarm.MachineAlarms;
import java.util.Map;

/**
 * What a writer remembers of a machine between transactions, so as not to read it each time. Valid for one session epoch;
 * forgotten after any failure.
 *
 * @param gpuIds {@code gpu.id} by UUID
 */
record MachineContext(long epoch, MachineAlarms alarms, Map<String, Integer> gpuIds) {
    MachineContext {
        gpuIds = Map.copyOf(gpuIds);
    }
}
