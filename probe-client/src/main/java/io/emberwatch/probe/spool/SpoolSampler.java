package io.emberwatch.probe.spool;

import io.emberwatch.probe.sample.Readout;
import io.emberwatch.probe.sample.Sampler;
import io.emberwatch.protocol.Metric;

/** How full the spool is just before the reading that says so. */
public final class SpoolSampler implements Sampler {
    private final Spool spool;

    public SpoolSampler(Spool spool) {
        this.spool = spool;
    }

    @Override
    public void sample(Readout readout) {
        readout.put(Metric.SPOOL_USED_PERCENT, spool.fillPercent());
    }
}
