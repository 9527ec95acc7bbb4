package io.emberwatch.collector.net.handshake;

import java.time.Duration;

/**
 * When a failed authentication is answered: at a fixed time after PROOF, in which the decision is surely made; if it was
 * not, because the database is slow, a whole number of such times later. Pure.
 */
final class FailureDelay {
    static final Duration STEP = Duration.ofMillis(300);

    private FailureDelay() {}

    /**
     * How long to wait with the answer.
     *
     * @param elapsedNanos since PROOF, 0 or more
     */
    static long nanosToWait(long elapsedNanos) {
        return STEP.toNanos() - elapsedNanos % STEP.toNanos();
    }
}
