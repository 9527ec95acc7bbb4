package io.emberwatch.probe.kernel;

import io.emberwatch.probe.deadline.DeadlineCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The kernel's {@code /proc} and {@code /sys}, or a copy of them elsewhere. What cannot be read is absent: files come
 * and go there, and some fail on every read. Thread-safe.
 */
public final class KernelTree {
    private final Path root;
    private final Optional<DeviceFiles> watched;
    /** Parsing ten thousand mounts anew in each reading would cost more than all else. */
    private volatile Mounts lastMounts = Mounts.parse(new byte[0]);

    /** @param root {@code /} but in tests */
    public KernelTree(Path root) {
        this(root, Optional.empty());
    }

    private KernelTree(Path root, Optional<DeviceFiles> watched) {
        this.root = root;
        this.watched = watched;
    }

    /**
     * The same, whose files have deadlines: one that does not answer in time is absent, and each value is read once in a
     * reading.
     */
    public KernelTree watchedBy(DeadlineCalls calls) {
        return new KernelTree(root, Optional.of(new DeviceFiles(calls)));
    }

    public Path root() {
        return root;
    }

    public Path proc(String path) {
        return root.resolve("proc").resolve(path);
    }

    public Path sys(String path) {
        return root.resolve("sys").resolve(path);
    }

    public Path etc(String path) {
        return root.resolve("etc").resolve(path);
    }

    /** The content without surrounding white space. */
    public Optional<String> text(Path file) {
        return watched.isPresent() ? watched.get().text(file) : DeviceFiles.read(file);
    }

    /** The content as it is, whatever its characters are. */
    public Optional<byte[]> bytes(Path file) {
        if (watched.isPresent()) {
            return watched.get().bytes(file);
        }
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (IOException | SecurityException e) {
            return Optional.empty();
        }
    }

    /** What is mounted where: the same object as long as nothing has changed. Empty if that cannot be read. */
    public Optional<Mounts> mounts() {
        return bytes(proc("self/mountinfo")).map(read -> {
            Mounts known = lastMounts;
            if (!known.isFrom(read)) {
                known = Mounts.parse(read);
                lastMounts = known;
            }
            return known;
        });
    }

    /** The content as a whole number: what something measures. */
    public OptionalLong number(Path file) {
        try {
            return (watched.isPresent() ? watched.get().measured(file) : DeviceFiles.read(file))
                    .map(text -> OptionalLong.of(Long.parseLong(text)))
                    .orElse(OptionalLong.empty());
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** The name of what a symbolic link points to; empty if there is none. */
    public String linkName(Path link) {
        try {
            return String.valueOf(Files.readSymbolicLink(link).getFileName());
        } catch (IOException | SecurityException e) {
            return "";
        }
    }

    /** Where a path leads to, without links; itself if there is no such file. */
    public Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException | SecurityException e) {
            return path;
        }
    }

    /** What the folder holds, by name. */
    public List<Path> list(Path folder) {
        return watched.isPresent() ? watched.get().list(folder, () -> listed(folder)) : listed(folder);
    }

    private static List<Path> listed(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (IOException | SecurityException e) {
            return List.of();
        }
    }
}
