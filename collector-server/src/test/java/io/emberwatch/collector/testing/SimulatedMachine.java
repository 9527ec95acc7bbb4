package io.emberwatch.collector.testing;

import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.GpuValues;
import io.emberwatch.protocol.MetricValues;
import java.util.List;

/** What a simulated probe measures. */
@FunctionalInterface
public interface SimulatedMachine {
    /** What the reading with this sequence measures of the machine. */
    MetricValues values(long sequence);

    /** Its cards. */
    default List<GpuInfo> gpus() {
        return List.of();
    }

    /** What the reading with this sequence measures of the cards. */
    default List<GpuValues> gpuValues(long sequence) {
        return List.of();
    }
}
