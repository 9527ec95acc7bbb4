package io.emberwatch.probe.sample;

import java.time.Duration;

/**
 * When to take readings: at whole multiples of the interval since the start, so that delays do not add up. Ticks that passed
 * unused (the machine was suspended or overloaded) are left out rather than made up for. Times are those of {@link
 * System#nanoTime()}. Not thread-safe.
 */
final class TickSchedule {
    private long lastTickNanos;
    private long intervalNanos;

    /** @param startNanos the first tick */
    TickSchedule(long startNanos, Duration interval) {
        lastTickNanos = startNanos;
        intervalNanos = interval.toNanos();
    }

    /** Goes on with another interval, counted from the last tick. */
    void changeInterval(Duration interval) {
        intervalNanos = interval.toNanos();
    }

    /** When the next tick is due if none is taken before. */
    long nextTickNanos() {
        return lastTickNanos + intervalNanos;
    }

    /** Takes the tick that is due. */
    void taken(long nowNanos) {
        long late = nowNanos - nextTickNanos();
        lastTickNanos = nextTickNanos() + Math.max(0, Math.floorDiv(late, intervalNanos)) * intervalNanos;
    }
}
