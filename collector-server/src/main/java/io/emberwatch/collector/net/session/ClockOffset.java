package io.emberwatch.collector.net.session;

import java.time.Duration;
import java.time.Instant;

/**
 * How far a machine's clock is ahead of the collector's, from the times at which the machine sends. A frame that was
 * delayed on its way makes the clock seem slow, never fast: so the largest difference of the last minutes is the best
 * estimate. Not thread-safe.
 */
final class ClockOffset {
    private static final Duration PERIOD = Duration.ofMinutes(2);

    private Instant periodStart;
    private Duration best;
    private Duration bestBefore;

    /** Begins with what HELLO showed. */
    ClockOffset(Duration first, Instant now) {
        this.periodStart = now;
        this.best = first;
        this.bestBefore = first;
    }

    /** Takes a further difference, and returns the estimate: over this period and the one before. */
    Duration observe(Instant sentAt, Instant now) {
        Duration difference = Duration.between(now, sentAt);
        if (Duration.between(periodStart, now).abs().compareTo(PERIOD) > 0) {
            periodStart = now;
            bestBefore = best;
            best = difference;
        } else {
            best = larger(best, difference);
        }
        return larger(best, bestBefore);
    }

    private static Duration larger(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
