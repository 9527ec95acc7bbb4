package io.emberwatch.collector.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who uses the embedded database: one file for each user, named after its process, so that the last one to leave can
 * stop the server. A file of a process that is gone counts for nothing. To be called under {@link EmbeddedLock}.
 */
final class EmbeddedUsers {
    private final Path folder;

    EmbeddedUsers(Path dataDir) {
        this.folder = dataDir.resolve("users");
    }

    /** Enters this process once more; returns what to {@link #leave}. */
    Path enter() throws IOException {
        Files.createDirectories(folder);
        ProcessHandle self = ProcessHandle.current();
        return Files.createTempFile(folder, self.pid() + "-" + startOf(self) + "-", "");
    }

    /** Removes the entry; true if nobody uses the database any more. */
    boolean leave(Path entry) throws IOException {
        Files.deleteIfExists(entry);
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path other : entries.toList()) {
                if (isAlive(other)) {
                    return false;
                }
                Files.deleteIfExists(other);
            }
            return true;
        }
    }

    private static boolean isAlive(Path entry) {
        List<String> parts = List.of(entry.getFileName().toString().split("-", -1));
        // The start time tells a process from a later one with the same number.
        Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(parts.get(0)));
        return process.isPresent() && startOf(process.get()) == Long.parseLong(parts.get(1));
    }

    private static long startOf(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }
}
