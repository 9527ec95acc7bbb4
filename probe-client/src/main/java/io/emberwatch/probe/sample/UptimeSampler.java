package io.emberwatch.probe.sample;

import io.emberwatch.protocol.Metric;
import java.util.function.LongSupplier;

/** Time since the machine started. */
final class UptimeSampler implements Sampler {
    private final LongSupplier seconds;

    UptimeSampler(LongSupplier seconds) {
        this.seconds = seconds;
    }

    @Override
    public void sample(Readout readout) {
        readout.put(Metric.UPTIME_S, seconds.getAsLong());
    }
}
