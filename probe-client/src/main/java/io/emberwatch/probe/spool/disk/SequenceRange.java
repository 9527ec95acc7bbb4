package io.emberwatch.probe.spool.disk;

/**
 * Consecutive sequences.
 *
 * @param last {@code first} or more
 */
record SequenceRange(long first, long last) {
    SequenceRange {
        if (last < first) {
            throw new IllegalArgumentException("no range: " + first + " to " + last);
        }
    }

    long size() {
        return last - first + 1;
    }

    boolean has(long sequence) {
        return first <= sequence && sequence <= last;
    }

    boolean overlaps(SequenceRange other) {
        return first <= other.last && other.first <= last;
    }

    /** What both have; only if they overlap. */
    SequenceRange common(SequenceRange other) {
        return new SequenceRange(Math.max(first, other.first), Math.min(last, other.last));
    }
}
