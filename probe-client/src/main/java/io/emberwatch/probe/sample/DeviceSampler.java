package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.Metric;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Bytes per second into and out of all devices of one kind. Each byte counts once: what is made of other devices
 * (partitions, RAID, bridges, bonds) would count it again.
 */
final class DeviceSampler implements Sampler {
    private final Metric inMetric;
    private final Metric outMetric;
    private final Devices devices;
    private final LongSupplier nanoTime;
    private final CounterRates inRates = new CounterRates();
    private final CounterRates outRates = new CounterRates();

    /** Reads the counters of bytes, by device. */
    private interface Devices {
        void read(Map<String, Long> in, Map<String, Long> out);
    }

    private DeviceSampler(Metric inMetric, Metric outMetric, Devices devices, LongSupplier nanoTime) {
        this.inMetric = inMetric;
        this.outMetric = outMetric;
        this.devices = devices;
        this.nanoTime = nanoTime;
    }

    /** What {@link Disks} counts. */
    static DeviceSampler ofDisks(KernelTree tree, LongSupplier nanoTime) {
        return new DeviceSampler(
                Metric.DISK_READ_BYTES_PER_S, Metric.DISK_WRITE_BYTES_PER_S, new Disks(tree)::read, nanoTime);
    }

    /** What {@link NetworkInterfaces} counts. */
    static DeviceSampler ofNetworkInterfaces(KernelTree tree, LongSupplier nanoTime) {
        return new DeviceSampler(
                Metric.NET_RX_BYTES_PER_S, Metric.NET_TX_BYTES_PER_S, new NetworkInterfaces(tree)::read, nanoTime);
    }

    @Override
    public Set<Metric> metrics() {
        return Set.of(inMetric, outMetric);
    }

    @Override
    public void sample(Readout readout) {
        Map<String, Long> in = new HashMap<>();
        Map<String, Long> out = new HashMap<>();
        long now = nanoTime.getAsLong();
        devices.read(in, out);
        readout.put(inMetric, inRates.perSecond(in, now));
        readout.put(outMetric, outRates.perSecond(out, now));
    }

    /**
     * Turns growing counters of several devices into one rate. There is none at first, and none when a counter ran
     * backwards, because it was reset or wrapped around: how much it counted in between is unknown. A device that has
     * just appeared counts from the next time on. Not thread-safe.
     */
    static final class CounterRates {
        private Map<String, Long> previous = Map.of();
        private long previousNanos;

        /**
         * The rate since the last call.
         *
         * @param counters by device
         * @param nowNanos when they were read, by {@link System#nanoTime()}
         * @return the sum of all devices per second
         */
        OptionalDouble perSecond(Map<String, Long> counters, long nowNanos) {
            Map<String, Long> before = previous;
            double seconds = (nowNanos - previousNanos) / 1e9;
            previous = Map.copyOf(counters);
            previousNanos = nowNanos;

            double sum = 0;
            boolean measured = false;
            for (Map.Entry<String, Long> counter : counters.entrySet()) {
                Long then = before.get(counter.getKey());
                if (then == null) {
                    continue;
                }
                long grown = counter.getValue() - then;
                if (grown < 0) {
                    return OptionalDouble.empty();
                }
                sum += grown;
                measured = true;
            }
            return measured && seconds > 0 ? OptionalDouble.of(sum / seconds) : OptionalDouble.empty();
        }
    }
}
