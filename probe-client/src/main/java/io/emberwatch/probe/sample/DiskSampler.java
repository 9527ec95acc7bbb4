package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.Metric;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Bytes read from and written to disks, from {@code /proc/diskstats} (the kernel's {@code
 * Documentation/admin-guide/iostats.rst}). Only whole disks that are hardware count: partitions, loop devices, RAM disks,
 * RAID and device-mapper volumes would count the same bytes again.
 */
final class DiskSampler implements Sampler {
    /** The unit of diskstats, whatever the disk's own sectors are. */
    private static final long SECTOR_BYTES = 512;

    private static final int NAME = 2;
    private static final int SECTORS_READ = 5;
    private static final int SECTORS_WRITTEN = 9;

    private final KernelTree tree;
    private final LongSupplier nanoTime;
    private final CounterRates read = new CounterRates();
    private final CounterRates written = new CounterRates();

    DiskSampler(KernelTree tree, LongSupplier nanoTime) {
        this.tree = tree;
        this.nanoTime = nanoTime;
    }

    @Override
    public void sample(Readout readout) {
        Map<String, Long> bytesRead = new HashMap<>();
        Map<String, Long> bytesWritten = new HashMap<>();
        long now = nanoTime.getAsLong();
        tree.text(tree.proc("diskstats")).orElse("").lines().forEach(line -> {
            String[] fields = line.strip().split("\\s+", -1);
            if (fields.length > SECTORS_WRITTEN && isHardware(fields[NAME])) {
                bytesRead.put(fields[NAME], Long.parseLong(fields[SECTORS_READ]) * SECTOR_BYTES);
                bytesWritten.put(fields[NAME], Long.parseLong(fields[SECTORS_WRITTEN]) * SECTOR_BYTES);
            }
        });
        readout.put(Metric.DISK_READ_BYTES_PER_S, read.perSecond(bytesRead, now));
        readout.put(Metric.DISK_WRITE_BYTES_PER_S, written.perSecond(bytesWritten, now));
    }

    /** Whole disks have a folder in /sys/block, and those that are hardware a device in it. */
    private boolean isHardware(String name) {
        return Files.exists(tree.sys("block").resolve(name.replace('/', '!')).resolve("device"));
    }
}
