package io.emberwatch.probe.kernel;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is mounted where, from {@code /proc/self/mountinfo} (see {@code proc(5)}), which distinguishes a filesystem that
 * is read-only from one that is merely mounted so for this process, as a service manager's sandbox does. Immutable.
 *
 * <p>Paths are kept as bytes, one in each character: the kernel knows no encoding of names.
 */
public final class Mounts {
    /** Where data is kept, on disks of this machine alone. Not those of clusters, and not FUSE's, which a process answers. */
    private static final Set<String> LOCAL_DATA = Set.of(
            "ext2",
            "ext3",
            "ext4",
            "xfs",
            "btrfs",
            "zfs",
            "f2fs",
            "jfs",
            "reiserfs",
            "bcachefs",
            "nilfs2",
            "exfat",
            "vfat",
            "ntfs3",
            "hfsplus");

    /** Besides those, what a path may lead through without asking a server or somebody's process. */
    private static final Set<String> PASSABLE = Set.of(
            "msdos",
            "ntfs",
            "hfs",
            "ufs",
            "udf",
            "iso9660",
            "squashfs",
            "erofs",
            "cramfs",
            "romfs",
            "ubifs",
            "jffs2",
            "minix",
            "overlay",
            "aufs",
            "tmpfs",
            "ramfs",
            "rootfs",
            "devtmpfs",
            "autofs",
            "proc",
            "sysfs",
            "debugfs",
            "tracefs",
            "securityfs",
            "configfs",
            "cgroup",
            "cgroup2",
            "hugetlbfs",
            "devpts");

    private static final int ID = 0;
    private static final int PARENT = 1;
    private static final int DEVICE = 2;
    private static final int ROOT = 3;
    private static final int PATH = 4;

    private final List<Mount> all = new ArrayList<>();
    private final Map<Place, Mount> children = new HashMap<>();
    /** By path: those on top of what this process does not see. */
    private final Map<String, Mount> orphans = new HashMap<>();

    /** @param parent id of the mount that {@code path} lies in */
    private record Place(int parent, String path) {}

    /**
     * One line.
     *
     * @param device major and minor number, the same for all mounts of a filesystem
     * @param root the folder of the filesystem that is seen here: {@code /} for all of it
     * @param path where, each character a byte
     * @param options of the filesystem, not of this mount of it
     */
    public record Mount(
            int id,
            int parent,
            String device,
            String root,
            String path,
            String type,
            String source,
            Set<String> options) {
        public boolean isWhole() {
            return root.equals("/");
        }

        /** Whether it is of a kind that people keep data in, on a disk of this machine alone. */
        public boolean isOfLocalData() {
            return LOCAL_DATA.contains(type);
        }

        /** The path for people. */
        public String shownPath() {
            return shown(path);
        }

        public String shownSource() {
            return shown(source);
        }
    }

    private final byte[] read;

    private Mounts(byte[] read) {
        this.read = read;
    }

    /** Lines that cannot be understood are left out. */
    public static Mounts parse(byte[] mountinfo) {
        Mounts mounts = new Mounts(mountinfo);
        Map<String, Set<String>> options = new HashMap<>();
        // Not lines(): the kernel writes a line feed in a path as \012, but a carriage return as it is.
        for (String line : new String(mountinfo, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            mounts.add(line, options);
        }
        Set<Integer> ids = new HashSet<>();
        mounts.all.forEach(mount -> ids.add(mount.id()));
        for (Mount mount : mounts.all) {
            // Of several on the same place in the same parent the last is on top.
            if (mount.parent() != mount.id() && ids.contains(mount.parent())) {
                mounts.children.put(new Place(mount.parent(), mount.path()), mount);
            } else {
                mounts.orphans.put(mount.path(), mount);
            }
        }
        return mounts;
    }

    private void add(String line, Map<String, Set<String>> optionSets) {
        String[] fields = line.split(" ", -1);
        // A varying number of optional fields ends with a hyphen; then come type, source and the filesystem's options.
        int hyphen = Arrays.asList(fields).indexOf("-");
        if (hyphen <= PATH || fields.length <= hyphen + 3) {
            return;
        }
        try {
            all.add(new Mount(
                    Integer.parseInt(fields[ID]),
                    Integer.parseInt(fields[PARENT]),
                    fields[DEVICE],
                    unescaped(fields[ROOT]),
                    unescaped(fields[PATH]),
                    fields[hyphen + 1],
                    unescaped(fields[hyphen + 2]),
                    optionSets.computeIfAbsent(
                            fields[hyphen + 3], text -> Set.copyOf(Arrays.asList(text.split(",", -1))))));
        } catch (NumberFormatException e) {
            // Not a line of mountinfo.
        }
    }

    /** What this process has at a path: the last that was mounted there. */
    public Optional<Mount> at(String path) {
        return all.stream().filter(mount -> mount.path().equals(path)).reduce((earlier, later) -> later);
    }

    /** Whether parsing this would give the same. */
    boolean isFrom(byte[] mountinfo) {
        return Arrays.equals(read, mountinfo);
    }

    public List<Mount> all() {
        return all;
    }

    /**
     * What is in the way to a mount, in words: something that covers it, or that its path leads through and that may
     * hang. Empty if its path leads to it, through what is known to be local. The filesystem that the system itself
     * runs from is passed, whatever it is: this process lives from it.
     */
    public Optional<String> obstacle(Mount mount) {
        if (mount.path().endsWith("//deleted")) {
            return Optional.of("its mount point has been deleted");
        }
        Mount at = topmost(orphans.get("/"), "/");
        boolean first = true;
        String path = mount.path().equals("/") ? "" : mount.path();
        for (int end = nextSlash(path, 1); end > 0; end = nextSlash(path, end + 1)) {
            if (!first && !at.isOfLocalData() && !PASSABLE.contains(at.type())) {
                return Optional.of("its path leads through " + described(at));
            }
            String prefix = path.substring(0, end);
            Mount over = at == null ? orphans.get(prefix) : children.get(new Place(at.id(), prefix));
            if (over != null) {
                at = topmost(over, prefix);
                first = false;
            }
        }
        if (mount.equals(at)) {
            return Optional.empty();
        }
        return Optional.of("it is covered by " + (at == null ? "something that cannot be seen" : described(at)));
    }

    private Mount topmost(Mount mount, String path) {
        Mount top = mount;
        Mount over = top;
        // No more often than there are mounts: a table that is read while it changes may be anything.
        for (int i = 0; over != null && i <= all.size(); i++) {
            top = over;
            over = children.get(new Place(top.id(), path));
        }
        return top;
    }

    private static int nextSlash(String path, int from) {
        if (from > path.length()) {
            return -1;
        }
        int slash = path.indexOf('/', from);
        return slash < 0 ? path.length() : slash;
    }

    private static String described(Mount mount) {
        return mount.type() + " " + mount.shownSource() + " on " + mount.shownPath();
    }

    /** Turns {@code \040} and the like back, as also {@code fstab} has them. */
    public static String unescaped(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.startsWith("\\", i)
                    && i + 3 < text.length()
                    && text.substring(i + 1, i + 4).matches("[0-3][0-7]{2}")) {
                plain.append((char) Integer.parseInt(text.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                plain.append(text.charAt(i));
            }
        }
        return plain.toString();
    }

    private static String shown(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
