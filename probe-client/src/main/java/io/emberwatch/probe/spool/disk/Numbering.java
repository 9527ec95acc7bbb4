package io.emberwatch.probe.spool.disk;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/**
 * Gives the sequences: start · 2²³ + n, n from 1. Each opening of the spool begins a new start, at least one more than
 * any before it and at least the seconds since 2020, so that no number is given twice, even if the disk has forgotten
 * the newest ones or could never be written. When n is used up, the next start begins.
 *
 * <p>A wrong clock only skips numbers. Of a clock far ahead no more than {@link #MAX_CLOCK_START} is believed (the year
 * 2045), which leaves 2²⁸ starts, more than a probe that starts every five seconds uses up in forty years. Not
 * thread-safe.
 */
final class Numbering {
    static final int BITS_OF_N = 23;
    static final long MAX_START = (1L << 30) - 1;
    static final long MAX_CLOCK_START = 3L << 28;
    private static final Instant ORIGIN = Instant.parse("2020-01-01T00:00:00Z");

    private final long startsBehind;
    private final long givenBefore;
    private long last;

    private Numbering(long startsBehind, long givenBefore) {
        this.startsBehind = startsBehind;
        this.givenBefore = givenBefore;
        this.last = startsBehind;
    }

    /** For a spool without a past. */
    static Numbering withoutPast(Instant now) {
        return new Numbering(Math.max(1, byClock(now)) << BITS_OF_N, 0);
    }

    /**
     * A new start.
     *
     * @param lastSequence given before, 0 if none was
     * @throws IOException if there are no numbers left
     */
    static Numbering after(long lastSequence, Instant now) throws IOException {
        long start = Math.max(startOf(lastSequence) + 1, byClock(now));
        if (start > MAX_START) {
            throw new IOException("its numbers are used up: delete its files and start the probe again");
        }
        return new Numbering(start << BITS_OF_N, 0);
    }

    /** This start, not begun yet, of a spool whose last number before it was this one. */
    Numbering behind(long lastGivenBefore) {
        return new Numbering(startsBehind, lastGivenBefore);
    }

    private static long byClock(Instant now) {
        return Math.min(MAX_CLOCK_START, Duration.between(ORIGIN, now).toSeconds());
    }

    static long startOf(long sequence) {
        return sequence >> BITS_OF_N;
    }

    /** Whether a file may claim this sequence; what is higher would leave no room for more. */
    static boolean isPlausible(long sequence) {
        return sequence > 0 && startOf(sequence) <= MAX_START - (1 << 20);
    }

    long next() {
        last++;
        if ((last & ((1L << BITS_OF_N) - 1)) == 0) {
            last++;
        }
        return last;
    }

    /** The number given last; a number that is never given if this start has given none. */
    long last() {
        return last;
    }

    /** Whether this start has given any. */
    boolean isBegun() {
        return last > startsBehind;
    }

    /** The number given last, in this start or before it; 0 if none was. */
    long lastGiven() {
        return isBegun() ? last : givenBefore;
    }

    /** The last number given before the start to which this sequence belongs. */
    long lastGivenBefore(long sequence) {
        long start = startOf(sequence);
        return start > startOf(startsBehind) ? (start << BITS_OF_N) - 1 : givenBefore;
    }
}
