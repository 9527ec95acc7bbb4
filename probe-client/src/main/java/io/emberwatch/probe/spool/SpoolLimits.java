package io.emberwatch.probe.spool;

import java.time.Duration;

/**
 * How much a spool keeps.
 *
 * @param maxBytes on disk, 1 MiB to 1 TiB; up to one segment more may be there for a moment
 * @param maxAge of readings, 1 minute or more, counted while the probe runs
 * @param memoryBytes of heap for what is not on disk, about
 */
public record SpoolLimits(long maxBytes, Duration maxAge, long memoryBytes) {
    public static final long MIN_BYTES = 1L << 20;
    public static final long MAX_BYTES = 1L << 40;
    public static final Duration MIN_AGE = Duration.ofMinutes(1);
    static final long MIN_SEGMENT_BYTES = 64L << 10;
    public static final long MAX_SEGMENT_BYTES = 256L << 20;
    private static final int SEGMENTS = 64;
    private static final int ROLLS_IN_MAX_AGE = 16;

    public SpoolLimits {
        if (maxBytes < MIN_BYTES || maxBytes > MAX_BYTES || maxAge.compareTo(MIN_AGE) < 0 || memoryBytes < 1) {
            throw new IllegalArgumentException("limits of a spool: " + maxBytes + ", " + maxAge + ", " + memoryBytes);
        }
    }

    public long segmentBytes() {
        return Math.min(MAX_SEGMENT_BYTES, Math.max(MIN_SEGMENT_BYTES, maxBytes / SEGMENTS));
    }

    /** Segments go as a whole, so none may gather readings for as long as they are kept. */
    public long segmentMillis() {
        return maxAge.toMillis() / ROLLS_IN_MAX_AGE;
    }
}
