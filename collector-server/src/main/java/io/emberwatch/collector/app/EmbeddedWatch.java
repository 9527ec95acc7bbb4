package io.emberwatch.collector.app;

import io.emberwatch.collector.problem.ServiceProblem.Kind;
import io.emberwatch.collector.problem.ServiceProblems;
import io.emberwatch.collector.store.embedded.EmbeddedMariaDb;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the embedded database again whenever it has ended by itself, for as long as it takes, and reports it; and
 * reports a disk that is nearly full. Thread-safe.
 */
public final class EmbeddedWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedWatch.class);
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    /** A server that runs for so long is taken to go on. */
    private static final Duration PROBATION = Duration.ofSeconds(10);

    private static final Duration SPACE_INTERVAL = Duration.ofMinutes(10);
    private static final long GIB = 1L << 30;
    private static final long LEAST_FREE_BYTES = 2 * GIB;
    private static final double LEAST_FREE_SHARE = 0.05;

    private final EmbeddedMariaDb server;
    private final ServiceProblems problems;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "embedded-watch");
        thread.setDaemon(true);
        return thread;
    });

    /** Attempts since it last ran for {@link #PROBATION}. */
    private int attempts;

    /** Seen to have ended, and not started again since. */
    private boolean isDown;

    private long nextAttemptAt;
    private long runningSince;

    private EmbeddedWatch(EmbeddedMariaDb server, ServiceProblems problems) {
        this.server = server;
        this.problems = problems;
    }

    /** Watches a server that runs; to be closed before it. */
    public static EmbeddedWatch start(EmbeddedMariaDb server, ServiceProblems problems) {
        EmbeddedWatch watch = new EmbeddedWatch(server, problems);
        // Neither throws, so the timer never ends and its futures say nothing.
        var unusedLooks = watch.timer.scheduleWithFixedDelay(
                watch::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        var unusedSpaces =
                watch.timer.scheduleWithFixedDelay(watch::lookAtSpace, 0, SPACE_INTERVAL.toMinutes(), TimeUnit.MINUTES);
        return watch;
    }

    synchronized void look() {
        try {
            Optional<String> lastWords = server.lastWordsIfEnded();
            long now = System.nanoTime();
            if (lastWords.isEmpty()) {
                passProbation(now);
            } else if (attempts == 0 || now - nextAttemptAt >= 0) {
                startAgain(lastWords.get());
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("cannot see whether the embedded database runs: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void passProbation(long now) {
        if (attempts > 0 && now - runningSince >= PROBATION.toNanos()) {
            attempts = 0;
            problems.solved(Kind.EMBEDDED_DATABASE_DIED, server.place());
        }
    }

    private void startAgain(String lastWords) throws InterruptedException {
        attempts++;
        if (!isDown) {
            isDown = true;
            problems.report(
                    Kind.EMBEDDED_DATABASE_DIED,
                    server.place(),
                    "it is started again, readings wait at the probes meanwhile; the end of " + server.log() + ": "
                            + lastWords);
        }
        try {
            server.startAgain();
            isDown = false;
            LOG.info("the embedded database was started again");
        } catch (IOException e) {
            problems.report(
                    Kind.EMBEDDED_DATABASE_DIED,
                    server.place(),
                    "after attempt " + attempts + " to start it again, readings still wait at the probes: "
                            + e.getMessage());
        }
        runningSince = System.nanoTime();
        nextAttemptAt = runningSince + backoff(attempts).toNanos();
    }

    /** Doubles from 1 s to 30 s. */
    private static Duration backoff(int attempts) {
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(attempts - 1, 10));
        return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    }

    private void lookAtSpace() {
        try {
            FileStore disk = Files.getFileStore(server.log().getParent());
            reportSpace(problems, server.place(), disk.getUsableSpace(), disk.getTotalSpace());
        } catch (IOException | RuntimeException e) {
            LOG.debug("cannot see how much of the disk is free", e);
        }
    }

    static void reportSpace(ServiceProblems problems, String place, long freeBytes, long totalBytes) {
        if (freeBytes >= LEAST_FREE_BYTES && freeBytes >= totalBytes * LEAST_FREE_SHARE) {
            problems.solved(Kind.DISK_NEARLY_FULL, place);
            return;
        }
        problems.report(
                Kind.DISK_NEARLY_FULL,
                place,
                String.format(
                        Locale.ROOT,
                        "%.1f GiB of %.1f GiB (%d %%) are free there; once it is full, readings are no longer stored:"
                                + " make room, or move data.dir to a larger disk while the collector is stopped",
                        freeBytes / (double) GIB,
                        totalBytes / (double) GIB,
                        100 * freeBytes / Math.max(1, totalBytes)));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
