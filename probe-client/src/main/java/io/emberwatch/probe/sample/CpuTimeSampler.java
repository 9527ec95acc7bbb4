package io.emberwatch.probe.sample;

import io.emberwatch.protocol.Metric;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import oshi.hardware.CentralProcessor.TickType;

/** How the CPU time since the last reading was spent; steal only on a virtual machine, elsewhere it is always 0. */
final class CpuTimeSampler implements Sampler {
    private final Supplier<long[]> ticks;
    private final boolean virtual;
    private long[] previous;

    /** @param ticks since boot, by {@link TickType} */
    CpuTimeSampler(Supplier<long[]> ticks, boolean virtual) {
        this.ticks = ticks;
        this.virtual = virtual;
    }

    @Override
    public Set<Metric> metrics() {
        return Set.of(Metric.CPU_UTIL_PERCENT, Metric.CPU_STEAL_PERCENT);
    }

    @Override
    public void sample(Readout readout) {
        long[] now = ticks.get().clone();
        Optional<long[]> spent = difference(previous, now);
        previous = now;
        spent.ifPresent(since -> put(since, readout));
    }

    private void put(long[] spent, Readout readout) {
        double all = LongStream.of(spent).sum();
        double idle = spent[TickType.IDLE.getIndex()] + spent[TickType.IOWAIT.getIndex()];
        readout.put(Metric.CPU_UTIL_PERCENT, 100 * (all - idle) / all);
        if (virtual) {
            readout.put(Metric.CPU_STEAL_PERCENT, 100 * spent[TickType.STEAL.getIndex()] / all);
        }
    }

    /** Nothing at first, when a counter ran backwards (Linux's iowait can), and when no time has passed. */
    private static Optional<long[]> difference(long[] before, long[] now) {
        if (before == null || before.length != now.length) {
            return Optional.empty();
        }
        long[] spent = new long[now.length];
        for (int i = 0; i < now.length; i++) {
            spent[i] = now[i] - before[i];
            if (spent[i] < 0) {
                return Optional.empty();
            }
        }
        return LongStream.of(spent).sum() == 0 ? Optional.empty() : Optional.of(spent);
    }
}
