package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.Metric;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much work waits for CPU, memory and disks: the share of the last 60 s in which at least one task did. Source:
 * {@code /proc/pressure/cpu|memory|io}, line {@code some}, field {@code avg60} (Documentation/accounting/psi.rst).
 * Absent where the kernel has no such files, or has them switched off ({@code psi=0}).
 */
final class PressureSampler implements Sampler {
    private static final Map<Metric, String> FILES = Map.of(
            Metric.CPU_PRESSURE_PERCENT, "pressure/cpu",
            Metric.MEM_PRESSURE_PERCENT, "pressure/memory",
            Metric.IO_PRESSURE_PERCENT, "pressure/io");
    private static final Pattern SOME_60_S = Pattern.compile("^some .*\\bavg60=(\\d+(?:\\.\\d+)?)\\b");

    private final KernelTree tree;

    PressureSampler(KernelTree tree) {
        this.tree = tree;
    }

    @Override
    public Set<Metric> metrics() {
        return FILES.keySet();
    }

    @Override
    public void sample(Readout readout) {
        FILES.forEach((metric, file) ->
                readout.put(metric, percent(tree.text(tree.proc(file)).orElse(""))));
    }

    private static OptionalDouble percent(String text) {
        Matcher some = SOME_60_S.matcher(text);
        return some.find() ? OptionalDouble.of(Double.parseDouble(some.group(1))) : OptionalDouble.empty();
    }
}
