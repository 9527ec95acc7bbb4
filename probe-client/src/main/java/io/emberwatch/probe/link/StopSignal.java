package io.emberwatch.probe.link;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Set once, when the probe is to stop, with a time until which readings may still be sent. Thread-safe. */
final class StopSignal {
    private final CountDownLatch requested = new CountDownLatch(1);
    private volatile long deadlineNanos;

    void request(Duration grace) {
        if (!isRequested()) {
            deadlineNanos = System.nanoTime() + grace.toNanos();
            requested.countDown();
        }
    }

    boolean isRequested() {
        return requested.getCount() == 0;
    }

    /** Time left, 0 or less if it is over. */
    long nanosLeft() {
        return deadlineNanos - System.nanoTime();
    }

    /** Waits, but not longer than until the probe is to stop; whether it is. */
    boolean await(Duration longest) throws InterruptedException {
        return requested.await(longest.toMillis(), TimeUnit.MILLISECONDS);
    }
}
