package io.emberwatch.probe.link;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Growing random waits, so that a fleet whose collector restarts does not come back all at once: each is drawn evenly from
 * {@link #SHORTEST} up to a limit that starts at twice that and doubles each time, up to {@link #LONGEST}. Not thread-safe.
 */
final class Backoff {
    static final Duration SHORTEST = Duration.ofMillis(500);
    /** Well below the time after which a collector misses a machine. */
    static final Duration LONGEST = Duration.ofSeconds(30);

    private final RandomGenerator random;
    private long limitMillis;

    Backoff(RandomGenerator random) {
        this.random = random;
        reset();
    }

    void reset() {
        limitMillis = 2 * SHORTEST.toMillis();
    }

    Duration next() {
        long wait = random.nextLong(SHORTEST.toMillis(), limitMillis + 1);
        limitMillis = Math.min(LONGEST.toMillis(), 2 * limitMillis);
        return Duration.ofMillis(wait);
    }
}
