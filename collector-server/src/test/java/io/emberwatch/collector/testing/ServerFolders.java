package io.emberwatch.collector.testing;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Where the tests' servers live: {@code target/test-servers}, with what is kept between builds and what is not. */
final class ServerFolders {
    private static final Path ROOT = Path.of("target", "test-servers").toAbsolutePath();
    private static final String RUN = "run-";

    private ServerFolders() {}

    /** Holds unpacked servers and initialised, never started data directories. */
    static Path kept() throws IOException {
        return Files.createDirectories(ROOT);
    }

    /** Does something that no other test, in this JVM or another one, may do at the same time. */
    static synchronized <T> T alone(Work<T> work) throws IOException {
        try (FileChannel file =
                        FileChannel.open(kept().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = file.lock()) {
            assert lock.isValid();
            return work.run();
        }
    }

    /** Works with the folders. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    /** A new folder of this JVM; removes what killed JVMs have left. */
    static Path create() throws IOException {
        return alone(ServerFolders::createAlone);
    }

    private static Path createAlone() throws IOException {
        for (Path run : list(kept())) {
            String name = run.getFileName().toString();
            if (name.startsWith(RUN) && !isAlive(name.split("-", -1)[1])) {
                delete(run);
            }
        }
        return Files.createTempDirectory(ROOT, RUN + ProcessHandle.current().pid() + "-");
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path path : tree.toList()) {
                Files.copy(path, to.resolve(from.relativize(path)));
            }
        }
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    private static boolean isAlive(String pid) {
        return ProcessHandle.of(Long.parseLong(pid)).isPresent();
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        }
    }
}
