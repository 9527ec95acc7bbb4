package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.Metric;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Bytes per second into and out of all devices of one kind. Only hardware counts: what is made of other devices
 * (partitions, RAID, bridges, bonds) would count the same bytes again.
 */
final class DeviceSampler implements Sampler {
    /** The unit of diskstats, whatever the disk's own sectors are. */
    private static final long SECTOR_BYTES = 512;

    private static final int NAME = 2;
    private static final int SECTORS_READ = 5;
    private static final int SECTORS_WRITTEN = 9;

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

    /** Whole disks, from {@code /proc/diskstats} (the kernel's {@code Documentation/admin-guide/iostats.rst}). */
    static DeviceSampler ofDisks(KernelTree tree, LongSupplier nanoTime) {
        return new DeviceSampler(
                Metric.DISK_READ_BYTES_PER_S,
                Metric.DISK_WRITE_BYTES_PER_S,
                (read, written) -> readDisks(tree, read, written),
                nanoTime);
    }

    /** Network interfaces with a device behind them, from {@code /sys/class/net}. */
    static DeviceSampler ofNetworkInterfaces(KernelTree tree, LongSupplier nanoTime) {
        return new DeviceSampler(
                Metric.NET_RX_BYTES_PER_S,
                Metric.NET_TX_BYTES_PER_S,
                (received, sent) -> readInterfaces(tree, received, sent),
                nanoTime);
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

    private static void readDisks(KernelTree tree, Map<String, Long> read, Map<String, Long> written) {
        tree.text(tree.proc("diskstats")).orElse("").lines().forEach(line -> {
            String[] fields = line.strip().split("\\s+", -1);
            if (fields.length > SECTORS_WRITTEN && isHardware(tree, fields[NAME])) {
                read.put(fields[NAME], Long.parseLong(fields[SECTORS_READ]) * SECTOR_BYTES);
                written.put(fields[NAME], Long.parseLong(fields[SECTORS_WRITTEN]) * SECTOR_BYTES);
            }
        });
    }

    /** Whole disks have a folder in /sys/block, and those that are hardware a device in it. */
    private static boolean isHardware(KernelTree tree, String disk) {
        return Files.exists(tree.sys("block").resolve(disk.replace('/', '!')).resolve("device"));
    }

    private static void readInterfaces(KernelTree tree, Map<String, Long> received, Map<String, Long> sent) {
        for (Path networkInterface : tree.list(tree.sys("class/net"))) {
            if (Files.exists(networkInterface.resolve("device"))) {
                String name = networkInterface.getFileName().toString();
                tree.number(networkInterface.resolve("statistics/rx_bytes"))
                        .ifPresent(bytes -> received.put(name, bytes));
                tree.number(networkInterface.resolve("statistics/tx_bytes")).ifPresent(bytes -> sent.put(name, bytes));
            }
        }
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
