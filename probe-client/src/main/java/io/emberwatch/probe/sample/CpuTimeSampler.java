package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.Metric;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * How the CPU time since the last reading was spent, from the first line of {@code /proc/stat} (see {@code proc(5)});
 * steal only on a virtual machine, elsewhere it is always 0. Guests' time is in that of users already.
 */
final class CpuTimeSampler implements Sampler {
    private static final int IDLE = 3;
    private static final int WAITING_FOR_DISKS = 4;
    private static final int STEAL = 7;
    /** User, nice, system, idle, waiting for disks, two kinds of interrupts, steal; before 2.6.11 one less. */
    private static final int KINDS = 8;

    private final KernelTree tree;
    private final boolean virtual;
    private long[] previous;

    CpuTimeSampler(KernelTree tree, boolean virtual) {
        this.tree = tree;
        this.virtual = virtual;
    }

    @Override
    public Set<Metric> metrics() {
        return Set.of(Metric.CPU_UTIL_PERCENT, Metric.CPU_STEAL_PERCENT);
    }

    @Override
    public void sample(Readout readout) {
        long[] now = ticks();
        Optional<long[]> spent = difference(previous, now);
        previous = now;
        spent.ifPresent(since -> put(since, readout));
    }

    /** Since boot, by kind; none if they cannot be read. */
    private long[] ticks() {
        // Unsigned, for steal has been seen to run below zero.
        return tree.text(tree.proc("stat")).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("cpu "))
                .findFirst()
                .map(line -> Arrays.stream(line.split("\\s+", -1))
                        .skip(1)
                        .limit(KINDS)
                        .mapToLong(Long::parseUnsignedLong)
                        .toArray())
                .orElseGet(() -> new long[0]);
    }

    private void put(long[] spent, Readout readout) {
        double all = LongStream.of(spent).sum();
        double idle = spent[IDLE] + spent[WAITING_FOR_DISKS];
        readout.put(Metric.CPU_UTIL_PERCENT, 100 * (all - idle) / all);
        if (virtual && spent.length > STEAL) {
            readout.put(Metric.CPU_STEAL_PERCENT, 100 * spent[STEAL] / all);
        }
    }

    /** Nothing at first, when a counter ran backwards (Linux's iowait can), and when no time has passed. */
    private static Optional<long[]> difference(long[] before, long[] now) {
        if (before == null || before.length != now.length || now.length <= WAITING_FOR_DISKS) {
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
