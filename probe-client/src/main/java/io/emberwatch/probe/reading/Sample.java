package io.emberwatch.probe.reading;

import io.emberwatch.protocol.MetricValues;
import java.time.Instant;
import java.util.List;

/**
 * One moment of this machine, before the spool has given it a number.
 *
 * @param takenAt this machine's clock
 */
public record Sample(Instant takenAt, MetricValues machine, List<GpuSample> gpus) {
    public Sample {
        gpus = List.copyOf(gpus);
    }

    /**
     * A sample with its number: what the spool keeps and the link sends.
     *
     * @param sequence from 1, given by the spool
     */
    public record Numbered(long sequence, Sample sample) {}
}
