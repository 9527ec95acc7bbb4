package io.emberwatch.collector.ingest;

import io.emberwatch.collector.problem.ServiceProblem.Kind;
import io.emberwatch.collector.problem.ServiceProblems;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Notices writers that have something to write and get nothing written, and reports them. Thread-safe. */
final class WriterWatch implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    static final Duration STUCK_AFTER = Duration.ofSeconds(10);

    private final List<Progress> writers;
    private final ServiceProblems problems;
    private final ScheduledExecutorService timer;

    private WriterWatch(List<Progress> writers, ServiceProblems problems) {
        this.writers = List.copyOf(writers);
        this.problems = problems;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "writer-watch");
            thread.setDaemon(true);
            return thread;
        });
    }

    static WriterWatch start(List<Progress> writers, ServiceProblems problems) {
        WriterWatch watch = new WriterWatch(writers, problems);
        // look throws nothing, so the timer never ends and its future says nothing.
        var unused = watch.timer.scheduleWithFixedDelay(
                watch::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        return watch;
    }

    private void look() {
        writers.forEach(writer -> writer.look(problems));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** What one writer is at. Thread-safe. */
    static final class Progress {
        private final String writer;
        private final LongSupplier nanoTime;
        private boolean isBusy;
        private long sinceNanos;
        private Supplier<String> doing = () -> "";
        private String lastFailure = "";

        Progress(String writer, LongSupplier nanoTime) {
            this.writer = writer;
            this.nanoTime = nanoTime;
        }

        /** It begins with a transaction, the first or after one that was committed. */
        synchronized void begins(Supplier<String> what) {
            isBusy = true;
            sinceNanos = nanoTime.getAsLong();
            doing = what;
            lastFailure = "";
        }

        /** The transaction is not committed. */
        synchronized void failed(Throwable cause) {
            lastFailure = String.valueOf(cause.getMessage());
        }

        /** Something is committed, or nothing is to be written. */
        synchronized void moved() {
            isBusy = false;
        }

        synchronized void look(ServiceProblems problems) {
            Duration stuckFor = Duration.ofNanos(nanoTime.getAsLong() - sinceNanos);
            if (!isBusy) {
                problems.solved(Kind.WRITER_STUCK, writer);
            } else if (stuckFor.compareTo(STUCK_AFTER) >= 0) {
                problems.report(
                        Kind.WRITER_STUCK,
                        writer,
                        "for " + stuckFor.toSeconds() + " s it has been writing " + doing.get()
                                + "; the readings of its machines wait, nothing is lost. "
                                + (lastFailure.isEmpty()
                                        ? "The database has not answered: SHOW FULL PROCESSLIST says what it does"
                                        : "The database said: " + lastFailure));
            }
        }
    }
}
