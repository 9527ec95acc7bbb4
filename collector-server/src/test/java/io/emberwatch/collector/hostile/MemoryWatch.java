package io.emberwatch.collector.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Sees each second how much memory a process holds. Thread-safe. */
final class MemoryWatch implements AutoCloseable {
    private static final String RESIDENT = "VmRSS:";

    private final Path status;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private volatile long mostKib;
    private volatile long lastKib;

    private MemoryWatch(long pid) {
        status = Path.of("/proc", Long.toString(pid), "status");
    }

    static MemoryWatch start(long pid) {
        MemoryWatch watch = new MemoryWatch(pid);
        watch.timer.scheduleAtFixedRate(watch::look, 0, 1, TimeUnit.SECONDS);
        return watch;
    }

    private void look() {
        try (Stream<String> lines = Files.lines(status)) {
            lines.filter(line -> line.startsWith(RESIDENT))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .forEach(kib -> {
                        lastKib = kib;
                        mostKib = Math.max(mostKib, kib);
                    });
        } catch (IOException e) {
            // The process is gone, which the run finds out by itself.
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    @Override
    public String toString() {
        return (lastKib >> 10) + " MiB resident at the end, " + (mostKib >> 10) + " MiB at most";
    }
}
