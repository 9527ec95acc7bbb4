package io.emberwatch.probe.spool.disk;

/**
 * Consecutive sequences.
 *
 * @param last {@code first} or more
 */
record Interval(long first, long last) {
    Interval {
        if (last < first) {
            throw new IllegalArgumentException("no interval: " + first + " to " + last);
        }
    }

    long size() {
        return last - first + 1;
    }

    boolean has(long sequence) {
        return first <= sequence && sequence <= last;
    }

    boolean overlaps(Interval other) {
        return first <= other.last && other.first <= last;
    }

    /** What both have; only if they overlap. */
    Interval common(Interval other) {
        return new Interval(Math.max(first, other.first), Math.min(last, other.last));
    }
}
