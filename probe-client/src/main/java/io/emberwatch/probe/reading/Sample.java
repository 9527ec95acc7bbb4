package io.emberwatch.probe.reading;

import io.emberwatch.protocol.MetricValues;
import java.time.Instant;
import java.util.List;

/**
 * One moment of this machine, before it has a number.
 *
 * @param takenAt this machine's clock
 */
public record Sample(Instant takenAt, MetricValues machine, List<GpuSample> gpus) {
    public Sample {
        gpus = List.copyOf(gpus);
    }
}
