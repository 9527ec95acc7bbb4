package io.emberwatch.collector.model;

import io.emberwatch.protocol.Metric;
import java.util.Optional;

/**
 * Which metric is the distance of a GPU's temperature from the GPU's own limit. A GPU that reports it is judged by that
 * and not by the fleet's limit on the temperature, which cannot know what the GPU withstands.
 */
public final class GpuMargin {
    private GpuMargin() {}

    /** The margin that belongs to a temperature of a GPU; empty for any other metric. */
    public static Optional<Metric> of(Metric temperature) {
        return switch (temperature) {
            case GPU_TEMP_C -> Optional.of(Metric.GPU_SLOWDOWN_MARGIN_C);
            case GPU_MEM_TEMP_C -> Optional.of(Metric.GPU_MEM_MARGIN_C);
            default -> Optional.empty();
        };
    }

    /** The temperature that a margin of a GPU belongs to; empty for any other metric. */
    public static Optional<Metric> temperatureOf(Metric margin) {
        return switch (margin) {
            case GPU_SLOWDOWN_MARGIN_C -> Optional.of(Metric.GPU_TEMP_C);
            case GPU_MEM_MARGIN_C -> Optional.of(Metric.GPU_MEM_TEMP_C);
            default -> Optional.empty();
        };
    }
}
