package io.emberwatch.collector.model;

import io.emberwatch.protocol.Metric;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which metric is the distance of a temperature from the limit that its maker set: of a GPU, of a machine's CPUs, drives
 * and memory. Who reports it is judged by that and not by the fleet's limit on the temperature, which cannot know what
 * the part withstands.
 */
public final class Margin {
    private static final Map<Metric, Metric> MARGINS = new EnumMap<>(Map.of(
            Metric.GPU_TEMP_C, Metric.GPU_SLOWDOWN_MARGIN_C,
            Metric.GPU_MEM_TEMP_C, Metric.GPU_MEM_MARGIN_C,
            Metric.CPU_TEMP_C, Metric.CPU_MARGIN_C,
            Metric.NVME_TEMP_C, Metric.NVME_MARGIN_C,
            Metric.DISK_TEMP_C, Metric.DISK_MARGIN_C,
            Metric.MEM_TEMP_C, Metric.MEM_MARGIN_C));
    private static final Map<Metric, Metric> TEMPERATURES =
            MARGINS.entrySet().stream().collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

    private Margin() {}

    /** The margin that belongs to a temperature; empty for any other metric. */
    public static Optional<Metric> of(Metric temperature) {
        return Optional.ofNullable(MARGINS.get(temperature));
    }

    /** The temperature that a margin belongs to; empty for any other metric. */
    public static Optional<Metric> temperatureOf(Metric margin) {
        return Optional.ofNullable(TEMPERATURES.get(margin));
    }
}
