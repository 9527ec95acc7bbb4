package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What whole disks have read and written, from {@code /proc/diskstats} (the kernel's {@code
 * Documentation/admin-guide/iostats.rst}). A disk counts if it is a device of its own. What is made of others (device
 * mapper, RAID, bcache, DRBD, loops, volumes of ZFS) or of memory (zram) has no device; of several paths to a disk each
 * counts what goes over it.
 *
 * <p>With several paths to an NVMe drive the kernel makes one disk of them (native multipath) and hides the paths. From
 * Linux 6.3 on both count what passes, earlier kernels only count at the paths: the disk counts if it counts at all,
 * otherwise its paths do.
 */
final class Disks {
    /** The unit of diskstats, whatever the disk's own sectors are. */
    private static final long SECTOR_BYTES = 512;

    private static final int NAME = 2;
    private static final int SECTORS_READ = 5;
    private static final int SECTORS_WRITTEN = 9;

    /** Subsystem, controller and namespace. */
    private static final Pattern NVME_PATH = Pattern.compile("nvme(\\d+)c\\d+n(\\d+)");
    /** Hosts of the SCSI target in the kernel, behind which is one of this machine's disks again. */
    private static final String LOOPED_BACK = "/tcm_loop_";

    private final KernelTree tree;

    Disks(KernelTree tree) {
        this.tree = tree;
    }

    /** @param name its folder in {@code /sys/block} has slashes replaced */
    private record Counters(String name, long bytesRead, long bytesWritten) {
        boolean hasCounted() {
            return bytesRead > 0 || bytesWritten > 0;
        }
    }

    /** Puts the bytes counted since the machine started, by device. */
    void read(Map<String, Long> read, Map<String, Long> written) {
        Map<String, Counters> all = new LinkedHashMap<>();
        tree.text(tree.proc("diskstats")).orElse("").lines().forEach(line -> {
            String[] fields = line.strip().split("\\s+", -1);
            if (fields.length > SECTORS_WRITTEN) {
                all.put(
                        fields[NAME],
                        new Counters(
                                fields[NAME],
                                Long.parseLong(fields[SECTORS_READ]) * SECTOR_BYTES,
                                Long.parseLong(fields[SECTORS_WRITTEN]) * SECTOR_BYTES));
            }
        });
        for (Counters disk : counted(all)) {
            read.put(disk.name(), disk.bytesRead());
            written.put(disk.name(), disk.bytesWritten());
        }
    }

    private List<Counters> counted(Map<String, Counters> all) {
        Set<String> left = new HashSet<>();
        Set<String> heads = new HashSet<>();
        for (Counters path : all.values()) {
            Matcher name = NVME_PATH.matcher(path.name());
            String head = name.matches() ? "nvme" + name.group(1) + "n" + name.group(2) : "";
            if (all.containsKey(head)) {
                boolean headCounts = all.get(head).hasCounted() && countsAtAll(head);
                left.add(headCounts ? path.name() : head);
                heads.add(head);
            }
        }
        return all.values().stream()
                .filter(disk -> !left.contains(disk.name()))
                .filter(disk -> heads.contains(disk.name()) || isHardware(disk.name()))
                .toList();
    }

    /** Counting can be switched off for each disk. */
    private boolean countsAtAll(String disk) {
        return tree.number(folder(disk).resolve("queue/iostats")).orElse(1) != 0;
    }

    private boolean isHardware(String disk) {
        Path device = folder(disk).resolve("device");
        return Files.exists(device) && !tree.real(device).toString().contains(LOOPED_BACK);
    }

    private Path folder(String disk) {
        return tree.sys("block").resolve(disk.replace('/', '!'));
    }
}
