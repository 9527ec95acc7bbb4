package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is mounted where, from {@code /proc/self/mountinfo} (see {@code proc(5)}). It tells a filesystem that is read-only
 * from one that is merely mounted so for this process, as a service manager's sandbox does.
 */
final class MountTable {
    private static final Set<String> LOCAL_TYPES =
            Set.of("ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "jfs", "reiserfs", "bcachefs");

    private static final int MOUNT_POINT = 4;

    private final KernelTree tree;

    MountTable(KernelTree tree) {
        this.tree = tree;
    }

    /** One mount point for each local filesystem that can be written to. */
    Collection<String> localMountPoints() {
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
}
