package io.emberwatch.collector.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * SIGTERM and Ctrl-C, for a command that runs until then. The JVM ends when its shutdown hooks have: this one waits until
 * {@link #close}, when everything is written and closed. Thread-safe.
 */
final class StopSignal implements AutoCloseable {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    private StopSignal() {}

    static StopSignal install() {
        StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(new Thread(signal::stop, "stop"));
        return signal;
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
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
