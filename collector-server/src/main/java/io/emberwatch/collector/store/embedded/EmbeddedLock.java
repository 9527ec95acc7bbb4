package io.emberwatch.collector.store.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Only one process at a time starts or stops the embedded database of a data directory. */
final class EmbeddedLock {
    /** What is done while the lock is held. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException, InterruptedException;
    }

    private EmbeddedLock() {}

    /** Waits for the lock, for as long as another process needs to start or stop the server; then does the work. */
    static <T> T holding(Path dataDir, Work<T> work) throws IOException, InterruptedException {
        // A file lock is the whole process's: its own threads take turns by the monitor.
        synchronized (EmbeddedLock.class) {
            try (FileChannel file = FileChannel.open(
                    dataDir.resolve("embedded.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                file.lock();
                return work.run();
            }
        }
    }
}
