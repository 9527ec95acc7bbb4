package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.Metric;
import java.util.List;
import java.util.Set;

/** Load averages over 1, 5 and 15 minutes, from {@code /proc/loadavg} (see {@code proc(5)}). */
final class LoadSampler implements Sampler {
    private static final List<Metric> AVERAGES = List.of(Metric.LOAD_1M, Metric.LOAD_5M, Metric.LOAD_15M);

    private final KernelTree tree;
    private final int logicalCpus;

    /** @param logicalCpus that share the load; 0 if unknown */
    LoadSampler(KernelTree tree, int logicalCpus) {
        this.tree = tree;
        this.logicalCpus = logicalCpus;
    }

    @Override
    public Set<Metric> metrics() {
        return Set.of(Metric.LOAD_1M, Metric.LOAD_5M, Metric.LOAD_15M, Metric.LOAD_PER_CORE);
    }

    @Override
    public void sample(Readout readout) {
        String[] fields = tree.text(tree.proc("loadavg")).orElse("").split(" ", -1);
        if (fields.length < AVERAGES.size()) {
            return;
        }
        for (int i = 0; i < AVERAGES.size(); i++) {
            readout.put(AVERAGES.get(i), Double.parseDouble(fields[i]));
        }
        if (logicalCpus > 0) {
            readout.put(Metric.LOAD_PER_CORE, Double.parseDouble(fields[0]) / logicalCpus);
        }
    }
}
