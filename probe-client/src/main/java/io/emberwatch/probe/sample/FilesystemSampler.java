package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.Metric;
import java.io.File;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;

/**
 * The fullest filesystem on a local disk, in per cent of what ordinary users may fill, as {@code df} says it. Only
 * known local types are ever touched: asking a network filesystem whose server is away can hang for good.
 *
 * <p>What is mounted where stands in {@code /proc/self/mountinfo} (see {@code proc(5)}), which distinguishes a
 * filesystem that is read-only from one that is merely mounted so for this process, as a service manager's sandbox
 * does.
 */
final class FilesystemSampler implements Sampler {
    private static final Set<String> LOCAL_TYPES =
            Set.of("ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "jfs", "reiserfs", "bcachefs");

    private static final int MOUNT_POINT = 4;

    private final KernelTree tree;
    private final Function<String, Space> spaceAt;

    /**
     * Bytes of one filesystem.
     *
     * @param total 0 if it cannot be asked
     * @param free including what is reserved for root
     * @param usable what ordinary users may still fill
     */
    record Space(long total, long free, long usable) {
        OptionalDouble usedPercent() {
            long used = total - free;
            return used + usable > 0 ? OptionalDouble.of(100.0 * used / (used + usable)) : OptionalDouble.empty();
        }
    }

    FilesystemSampler(KernelTree tree) {
        this(tree, FilesystemSampler::spaceAt);
    }

    /** @param spaceAt the space of the filesystem mounted at a path */
    FilesystemSampler(KernelTree tree, Function<String, Space> spaceAt) {
        this.tree = tree;
        this.spaceAt = spaceAt;
    }

    @Override
    public Set<Metric> metrics() {
        return Set.of(Metric.FS_USED_PERCENT);
    }

    @Override
    public void sample(Readout readout) {
        readout.put(
                Metric.FS_USED_PERCENT,
                localMountPoints().stream()
                        .map(mountPoint -> spaceAt.apply(mountPoint).usedPercent())
                        .flatMapToDouble(OptionalDouble::stream)
                        .max());
    }

    /** One mount point for each local filesystem that can be written to. */
    private Collection<String> localMountPoints() {
        Map<String, String> bySource = new LinkedHashMap<>();
        tree.text(tree.proc("self/mountinfo")).orElse("").lines().forEach(line -> {
            List<String> fields = Arrays.asList(line.split(" ", -1));
            // A varying number of optional fields ends with a hyphen; then come type, source and the filesystem's
            // options.
            int hyphen = fields.indexOf("-");
            if (hyphen > MOUNT_POINT && fields.size() > hyphen + 3) {
                boolean readOnly =
                        Arrays.asList(fields.get(hyphen + 3).split(",", -1)).contains("ro");
                if (LOCAL_TYPES.contains(fields.get(hyphen + 1)) && !readOnly) {
                    bySource.putIfAbsent(fields.get(hyphen + 2), unescaped(fields.get(MOUNT_POINT)));
                }
            }
        });
        return bySource.values();
    }

    private static String unescaped(String path) {
        return path.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }

    private static Space spaceAt(String mountPoint) {
        File path = new File(mountPoint);
        return new Space(path.getTotalSpace(), path.getFreeSpace(), path.getUsableSpace());
    }
}
