package io.emberwatch.collector.store.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Who uses the embedded database: one file for each user, named after its process, so that the last one to leave can
 * stop the server. A file of a process that is gone counts for nothing. To be called within {@link #exclusively}.
 */
final class EmbeddedUsers {
    private static final int STATE = 0;
    private static final int START = 19;

    private final Path folder;

    EmbeddedUsers(Path dataDir) {
        this.folder = dataDir.resolve("users");
    }

    /** Enters this process once more; returns what to {@link #leave}. */
    Path enter() throws IOException {
        Files.createDirectories(folder);
        long self = ProcessHandle.current().pid();
        return Files.createTempFile(folder, self + "-" + startOf(self) + "-", "");
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

    private static boolean isAlive(Path entry) throws IOException {
        List<String> parts = List.of(entry.getFileName().toString().split("-", -1));
        // The start time distinguishes a process from a later one with the same number.
        return startOf(Long.parseLong(parts.get(0))).equals(parts.get(1));
    }

    /**
     * When a process started, in ticks since the machine did: unlike the time of day it stays the same when the clock
     * is set. Empty if there is no such process, or only a zombie. Source: proc_pid_stat(5), fields 3 and 22.
     */
    private static String startOf(long pid) throws IOException {
        Path file = Path.of("/proc", Long.toString(pid), "stat");
        try {
            String stat = Files.readString(file, StandardCharsets.ISO_8859_1);
            // The second field is a name in brackets, which may hold anything.
            List<String> fields =
                    List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
            return fields.get(STATE).equals("Z") ? "" : fields.get(START);
        } catch (IOException e) {
            // It may end while it is read.
            if (Files.notExists(file)) {
                return "";
            }
            throw e;
        }
    }

    /** What is done while the lock is held. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException, InterruptedException;
    }

    /** Waits for the lock, for as long as another process needs to start or stop the server; then does the work. */
    static <T> T exclusively(Path dataDir, Work<T> work) throws IOException, InterruptedException {
        // A file lock is the whole process's: its own threads take turns by the monitor.
        synchronized (EmbeddedUsers.class) {
            try (FileChannel file = FileChannel.open(
                    dataDir.resolve("embedded.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                file.lock();
                return work.run();
            }
        }
    }
}
