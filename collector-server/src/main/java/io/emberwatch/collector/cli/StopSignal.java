package io.emberwatch.collector.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * SIGTERM and Ctrl-C, for a command that runs until then. The JVM ends when its shutdown hooks have: this one waits
 * until {@link #close}, when everything is written and closed. Thread-safe.
 */
final class StopSignal implements AutoCloseable {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    private final Thread owner = Thread.currentThread();
    private volatile boolean starting;

    private StopSignal(boolean starting) {
        this.starting = starting;
    }

    static StopSignal install() {
        return install(new StopSignal(false));
    }

    /** Interrupts the calling thread if the signal comes before {@link #started}. */
    static StopSignal installBeforeStart() {
        return install(new StopSignal(true));
    }

    private static StopSignal install(StopSignal signal) {
        Runtime.getRuntime().addShutdownHook(new Thread(signal::stop, "stop"));
        return signal;
    }

    /** What was started runs; from now on it is stopped by this, and no longer interrupted. */
    void started() {
        starting = false;
    }

    void await() throws InterruptedException {
        asked.await();
    }

    /** Whether it has come, or comes within {@code time}. */
    boolean isAskedWithin(Duration time) throws InterruptedException {
        return asked.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Lets the JVM end. */
    @Override
    public void close() {
        stopped.countDown();
    }

    private void stop() {
        asked.countDown();
        if (starting) {
            // It may be waiting for a database for minutes.
            owner.interrupt();
        }
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
