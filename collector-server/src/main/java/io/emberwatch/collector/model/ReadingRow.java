package io.emberwatch.collector.model;

import io.emberwatch.protocol.MetricValues;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A reading as it is stored.
 *
 * @param gpus values by {@code gpu.id}
 * @param xids codes of XID errors by {@code gpu.id}, in the order in which they happened; only cards that had any
 */
public record ReadingRow(
        int machineId,
        long sequence,
        Instant takenAt,
        MetricValues machine,
        Map<Integer, MetricValues> gpus,
        Map<Integer, List<Integer>> xids) {}
