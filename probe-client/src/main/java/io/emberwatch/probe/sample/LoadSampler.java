package io.emberwatch.probe.sample;

import io.emberwatch.protocol.Metric;
import java.util.Set;
import java.util.function.Supplier;

/** Load averages over 1, 5 and 15 minutes. */
final class LoadSampler implements Sampler {
    private final Supplier<double[]> averages;
    private final int logicalCpus;

    /** @param averages three values, negative where unknown */
    LoadSampler(Supplier<double[]> averages, int logicalCpus) {
        this.averages = averages;
        this.logicalCpus = logicalCpus;
    }

    @Override
    public Set<Metric> metrics() {
        return Set.of(Metric.LOAD_1M, Metric.LOAD_5M, Metric.LOAD_15M, Metric.LOAD_PER_CORE);
    }

    @Override
    public void sample(Readout readout) {
        double[] load = averages.get();
        put(readout, Metric.LOAD_1M, load[0]);
        put(readout, Metric.LOAD_5M, load[1]);
        put(readout, Metric.LOAD_15M, load[2]);
        if (logicalCpus > 0) {
            put(readout, Metric.LOAD_PER_CORE, load[0] / logicalCpus);
        }
    }

    private static void put(Readout readout, Metric metric, double load) {
        if (load >= 0) {
            readout.put(metric, load);
        }
    }
}
