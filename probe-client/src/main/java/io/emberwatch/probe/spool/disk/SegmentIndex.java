package io.emberwatch.probe.spool.disk;

import java.util.Arrays;

/**
 * From where on a segment can be read for a sequence: some places, not all, and never more than {@value #MAX_POINTS}. Not
 * thread-safe.
 */
final class SegmentIndex {
    static final int MAX_POINTS = 512;
    /** A place for every so many readings at first; each time that there are too many places, for twice as many. */
    static final int FIRST_STRIDE = 256;

    private long[] sequences = new long[4];
    private long[] offsets = new long[4];
    private int size;
    private long stride = FIRST_STRIDE;

    /** Offers a place from which {@code sequence} and what follows can be read; sequences and offsets rise. */
    void add(long sequence, long offset) {
        if (size > 0 && sequence - sequences[size - 1] < stride) {
            return;
        }
        if (size == MAX_POINTS) {
            thin();
        }
        if (size == sequences.length) {
            sequences = Arrays.copyOf(sequences, 2 * size);
            offsets = Arrays.copyOf(offsets, 2 * size);
        }
        sequences[size] = sequence;
        offsets[size++] = offset;
    }

    /** Where to begin to read for a sequence: the last place at or before it, or the segment's first record. */
    long offsetFor(long sequence) {
        int at = Arrays.binarySearch(sequences, 0, size, sequence);
        int place = at >= 0 ? at : -at - 2;
        return place < 0 ? SegmentHeader.BYTES : offsets[place];
    }

    private void thin() {
        for (int i = 0; i < MAX_POINTS / 2; i++) {
            sequences[i] = sequences[2 * i];
            offsets[i] = offsets[2 * i];
        }
        size = MAX_POINTS / 2;
        stride *= 2;
    }
}
