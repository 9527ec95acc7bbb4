package io.emberwatch.collector.testing;

import static org.awaitility.Awaitility.await;

import java.time.Duration;

/** Bounds on time that hold however busy the machine is on which the tests run. */
public final class Tries {
    private Tries() {}

    /** What is tried. */
    @FunctionalInterface
    public interface Work {
        void run() throws Exception;
    }

    /**
     * Tries until one try takes less than that: of several one comes to run undisturbed by other work. All must
     * succeed.
     */
    public static void untilOneTakesLessThan(Duration time, Work work) {
        await().until(() -> {
            long begun = System.nanoTime();
            work.run();
            return System.nanoTime() - begun < time.toNanos();
        });
    }
}
