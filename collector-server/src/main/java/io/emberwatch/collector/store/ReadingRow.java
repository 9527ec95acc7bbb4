package io.emberwatch.collector.store;

import io.emberwatch.protocol.MetricValues;
import java.time.Instant;
import java.util.Map;

/**
 * A reading as it is stored.
 *
 * @param gpus values by {@code gpu.id}
 */
public record ReadingRow(
        int machineId, long sequence, Instant takenAt, MetricValues machine, Map<Integer, MetricValues> gpus) {}
