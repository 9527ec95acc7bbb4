package io.emberwatch.probe.sample;

import io.emberwatch.probe.deadline.DeadlineCalls;
import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.kernel.Mounts;
import io.emberwatch.probe.kernel.Mounts.Mount;
import io.emberwatch.protocol.Metric;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * The fullest filesystem on a local disk, in per cent of what ordinary users may fill, as {@code df} says it, and what
 * is wrong with filesystems besides. Each is asked at one of its mount points, with a deadline of its own. What lies over
 * a mount point is looked at first: where that is a network filesystem whose server is away, a process that touches it
 * cannot even be killed.
 *
 * <p>One that cannot be measured now is unknown, not empty: if it was the fullest when it was last measured, nobody
 * knows which is the fullest now. One that nobody meant to be written to (an archive, an image) does not count.
 */
final class FilesystemSampler implements Sampler {
    /** Written by whoever installs a kernel, often small and nearly full, and no place for anybody's data. */
    private static final Set<String> FIRMWARE_FOLDERS = Set.of("/boot", "/efi");

    /**
     * Options of a filesystem that takes no more writes after an error, though it is writable in name: Linux 6.15 and
     * newer do not turn it read-only. One is shut down where its disk has gone away.
     */
    private static final Set<String> FAILED = Set.of("emergency_ro", "shutdown");

    /** Thousands of containers may have a mount of the same filesystem, all of which are closed. */
    private static final int MOST_TRIES = 8;
    /** Mount points of one filesystem whose calls may hang at once. */
    private static final int MOST_HUNG = 2;

    private final KernelTree tree;
    private final DeadlineCalls calls;
    private final Asker asker;
    private final Map<String, Filesystem> known = new HashMap<>();
    private Optional<Mounts> lookedAt = Optional.empty();
    private List<String> remarks = List.of();

    /** Asks for the space of the filesystem mounted at a path, each character of which is a byte. */
    interface Asker {
        StatVfs.Space at(String path) throws IOException;
    }

    FilesystemSampler(KernelTree tree, DeadlineCalls calls) {
        this(tree, calls, StatVfs::at);
    }

    FilesystemSampler(KernelTree tree, DeadlineCalls calls, Asker asker) {
        this.tree = tree;
        this.calls = calls;
        this.asker = asker;
    }

    @Override
    public Set<Metric> metrics() {
        return Set.of(
                Metric.FS_USED_PERCENT,
                Metric.FS_INODES_USED_PERCENT,
                Metric.FS_READ_ONLY_COUNT,
                Metric.FS_UNREACHABLE_COUNT);
    }

    @Override
    public void sample(Readout readout) {
        if (!lookAtMounts()) {
            return;
        }
        List<Filesystem> counted = known.values().stream()
                .filter(filesystem -> filesystem.isMeantToBeWritten(tree))
                .sorted(Comparator.comparing(Filesystem::name))
                .toList();
        counted.forEach(filesystem -> filesystem.measure(tree, calls, asker));

        readout.put(Metric.FS_USED_PERCENT, fullest(counted, StatVfs.Space::usedPercent));
        readout.put(Metric.FS_INODES_USED_PERCENT, fullest(counted, StatVfs.Space::inodesUsedPercent));
        List<Filesystem> readOnly =
                counted.stream().filter(Filesystem::isReadOnly).toList();
        List<Filesystem> unreachable = counted.stream()
                .filter(filesystem -> filesystem.unreachable().isPresent())
                .toList();
        readout.put(Metric.FS_READ_ONLY_COUNT, readOnly.size());
        readout.put(Metric.FS_UNREACHABLE_COUNT, unreachable.size());
        List<String> found = new ArrayList<>();
        unreachable.forEach(filesystem -> found.add(filesystem.name() + " cannot be measured: "
                + filesystem.unreachable().orElseThrow()));
        readOnly.forEach(filesystem -> found.add(filesystem.name()
                + " is read-only and was meant to be written to: after an error of its disk, most likely; see dmesg"));
        remarks = found;
    }

    @Override
    public List<String> remarks() {
        return remarks;
    }

    private static OptionalDouble fullest(List<Filesystem> all, Function<StatVfs.Space, OptionalDouble> percent) {
        OptionalDouble max = OptionalDouble.empty();
        double unknown = Double.NEGATIVE_INFINITY;
        for (Filesystem filesystem : all) {
            OptionalDouble value = filesystem.last().map(percent).orElse(OptionalDouble.empty());
            if (value.isPresent() && filesystem.isMeasured()) {
                max = OptionalDouble.of(Math.max(value.getAsDouble(), max.orElse(value.getAsDouble())));
            } else if (value.isPresent()) {
                unknown = Math.max(unknown, value.getAsDouble());
            }
        }
        return max.isPresent() && max.getAsDouble() >= unknown ? max : OptionalDouble.empty();
    }

    /**
     * What is not mounted any more is forgotten.
     *
     * @return whether it is known what is mounted
     */
    private boolean lookAtMounts() {
        Optional<Mounts> now = tree.mounts();
        if (now.isEmpty() || now.equals(lookedAt)) {
            return now.isPresent();
        }
        lookedAt = now;
        Mounts mounts = now.get();
        Map<String, List<Mount>> byDevice = new LinkedHashMap<>();
        for (Mount mount : mounts.all()) {
            if (mount.isOfLocalData() && !isOfFirmware(mount)) {
                byDevice.computeIfAbsent(mount.device(), device -> new ArrayList<>())
                        .add(mount);
            }
        }
        known.keySet().retainAll(byDevice.keySet());
        byDevice.forEach((device, points) ->
                known.computeIfAbsent(device, any -> new Filesystem()).mountedAt(points, mounts));
        return true;
    }

    private static boolean isOfFirmware(Mount mount) {
        return mount.type().equals("vfat")
                && FIRMWARE_FOLDERS.stream()
                        .anyMatch(folder ->
                                mount.path().equals(folder) || mount.path().startsWith(folder + "/"));
    }

    /** One filesystem, whatever mount points it has, and what is known of it since it was mounted. */
    private static final class Filesystem {
        private List<Mount> points = List.of();
        /** Those with nothing in the way, those that show all of it first. */
        private List<Mount> reachable = List.of();

        /** For people: by the mount point that shows most of it. */
        private String name = "";

        private Optional<String> obstacle = Optional.empty();
        private boolean wasWritable;
        private Optional<StatVfs.Space> last = Optional.empty();
        private boolean measured;
        private Optional<String> unreachable = Optional.empty();
        private Optional<Mount> worked = Optional.empty();
        private int next;

        void mountedAt(List<Mount> now, Mounts mounts) {
            points = now.stream()
                    .sorted(Comparator.comparing(Mount::isWhole).reversed())
                    .toList();
            reachable = points.stream()
                    .filter(point -> mounts.obstacle(point).isEmpty())
                    .toList();
            Mount widest = points.get(0);
            name = "the filesystem " + widest.shownPath() + " (" + widest.type() + " on " + widest.shownSource() + ")";
            obstacle = mounts.obstacle(widest);
            wasWritable = wasWritable || !isReadOnly();
            worked = worked.filter(reachable::contains);
            next = 0;
        }

        String name() {
            return name;
        }

        Optional<StatVfs.Space> last() {
            return last;
        }

        boolean isMeasured() {
            return measured;
        }

        Optional<String> unreachable() {
            return unreachable;
        }

        boolean isReadOnly() {
            return points.get(0).options().contains("ro") || hasFailed();
        }

        private boolean hasFailed() {
            return points.get(0).options().stream().anyMatch(FAILED::contains);
        }

        boolean isMeantToBeWritten(KernelTree tree) {
            if (!wasWritable) {
                wasWritable = hasFailed() || isWritableInFstab(tree) || hasJournalled(tree);
            }
            return wasWritable;
        }

        private boolean isWritableInFstab(KernelTree tree) {
            Set<String> paths = new HashSet<>();
            points.forEach(point -> paths.add(point.path()));
            byte[] fstab = tree.bytes(tree.etc("fstab")).orElse(new byte[0]);
            return new String(fstab, StandardCharsets.ISO_8859_1)
                    .lines()
                    .map(line -> line.strip().split("\\s+", -1))
                    .filter(fields -> fields.length > 3 && !fields[0].startsWith("#"))
                    .anyMatch(
                            fields -> paths.contains(Mounts.unescaped(fields[1]).replaceFirst("(?<=.)/+$", ""))
                                    && !Arrays.asList(fields[3].split(",", -1)).contains("ro"));
        }

        /** ext3 and ext4: a journal that has had transactions since the filesystem was mounted was writable then. */
        private boolean hasJournalled(KernelTree tree) {
            String disk = tree.linkName(tree.sys("dev/block/" + points.get(0).device()));
            return !disk.isEmpty()
                    && tree.list(tree.proc("fs/jbd2")).stream()
                            .filter(journal -> journal.getFileName().toString().matches("\\Q" + disk + "\\E-\\d+"))
                            .anyMatch(journal -> tree.text(journal.resolve("info"))
                                    .orElse("0")
                                    .matches("(?s)[1-9]\\d* transactions.*"));
        }

        /** Its mount points outlive it, and go on saying how full it was (systemd/systemd #15686). */
        private boolean isDiskGone(KernelTree tree) {
            String device = points.get(0).device();
            Path disks = tree.sys("dev/block");
            boolean hasDisk = !device.startsWith("0:");
            return hasDisk
                    && !Files.exists(disks.resolve(device))
                    && !tree.list(disks).isEmpty();
        }

        void measure(KernelTree tree, DeadlineCalls calls, Asker asker) {
            measured = false;
            unreachable = Optional.empty();
            if (isDiskGone(tree)) {
                unreachable = Optional.of("its disk is gone; unmount it, or see dmesg");
                return;
            }
            Optional<String> failure = Optional.empty();
            int hung = 0;
            for (Mount point : toTry()) {
                String what = "mount point " + point.shownPath() + " (" + point.shownSource() + ")";
                boolean hangs = calls.isBusy(what);
                try {
                    Optional<StatVfs.Space> space = calls.call(what, () -> asker.at(point.path()));
                    if (space.isPresent()) {
                        last = space;
                        measured = true;
                        worked = Optional.of(point);
                        return;
                    }
                    hung++;
                    if (!hangs || hung >= MOST_HUNG) {
                        return;
                    }
                } catch (ExecutionException e) {
                    failure = failure.or(
                            () -> Optional.of(String.valueOf(e.getCause().getMessage())));
                    worked = worked.filter(before -> !before.equals(point));
                }
            }
            if (hung == 0) {
                next += MOST_TRIES - 1;
                unreachable = failure.or(() -> obstacle);
            }
        }

        /** The one that worked last, then some of the others, in turns. */
        private List<Mount> toTry() {
            List<Mount> tried = new ArrayList<>();
            worked.ifPresent(tried::add);
            for (int i = 0; i < reachable.size() && tried.size() < MOST_TRIES; i++) {
                Mount other = reachable.get((next + i) % reachable.size());
                if (worked.filter(other::equals).isEmpty()) {
                    tried.add(other);
                }
            }
            return tried;
        }
    }
}
