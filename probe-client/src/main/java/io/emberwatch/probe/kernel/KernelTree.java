package io.emberwatch.probe.kernel;

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
 *
 * @param root {@code /} but in tests
 */
public record KernelTree(Path root) {
    public Path proc(String path) {
        return root.resolve("proc").resolve(path);
    }

    public Path sys(String path) {
        return root.resolve("sys").resolve(path);
    }

    /** The content without surrounding white space. */
    public Optional<String> text(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException | SecurityException e) {
            return Optional.empty();
        }
    }

    /** The content as a whole number. */
    public OptionalLong number(Path file) {
        try {
            return text(file).map(text -> OptionalLong.of(Long.parseLong(text))).orElse(OptionalLong.empty());
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
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (IOException | SecurityException e) {
            return List.of();
        }
    }
}
