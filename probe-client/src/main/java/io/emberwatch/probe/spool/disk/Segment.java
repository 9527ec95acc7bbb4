package io.emberwatch.probe.spool.disk;

import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** What is known of a segment without reading it. Guarded by the {@link SpoolIndex} that has it. */
final class Segment {
    private static final Pattern NAME = Pattern.compile("\\d{20}\\.seg");
    /** A read point for every so many readings at first; each time that there are too many, for twice as many. */
    static final int READ_POINT_STRIDE = 256;

    private static final int BLOCK_BYTES = 4096;

    private final long first;
    private final String name;
    private final SequenceRanges runs = new SequenceRanges();
    private final ReadPoints readPoints = new ReadPoints();
    private long bytes;
    private long oldestMillis;
    private long newestMillis;
    private long runningMillis;
    private long endRunningMillis;

    /**
     * @param first sequence, which names it
     * @param runningMillis for how long probes had run when it began
     */
    Segment(long first, long runningMillis) {
        this.first = first;
        this.name = nameOf(first);
        this.runningMillis = runningMillis;
        this.endRunningMillis = runningMillis;
    }

    static String nameOf(long first) {
        return String.format(Locale.ROOT, "%020d.seg", first);
    }

    /** The first sequence, if the file could be a segment. */
    static OptionalLong firstOf(String name) {
        if (!NAME.matcher(name).matches()) {
            return OptionalLong.empty();
        }
        try {
            long first = Long.parseLong(name.substring(0, 20));
            return Numbering.isPlausible(first) ? OptionalLong.of(first) : OptionalLong.empty();
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    String name() {
        return name;
    }

    long first() {
        return first;
    }

    /** The readings that it holds. */
    SequenceRanges runs() {
        return runs;
    }

    /** Where to begin to read for a sequence. */
    long offsetFor(long sequence) {
        return readPoints.offsetFor(sequence);
    }

    /** Of the file, as far as it was written without error. */
    long bytes() {
        return bytes;
    }

    /** What it takes on disk. */
    long diskBytes() {
        return Math.max(1, (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES) * BLOCK_BYTES;
    }

    void grownTo(long size) {
        bytes = size;
    }

    /** A reading that follows all before it, and needs no record before {@code offset} if {@code selfContained}. */
    void add(long sequence, long takenAtMillis, long offset, boolean selfContained) {
        if (selfContained) {
            readPoints.add(sequence, offset);
        }
        if (runs.isEmpty()) {
            oldestMillis = takenAtMillis;
        }
        newestMillis = takenAtMillis;
        runs.add(sequence);
    }

    /** When its first reading was taken; only if it ever had one. */
    long oldestMillis() {
        return oldestMillis;
    }

    /** When its last reading was taken; only if it ever had one. */
    long newestMillis() {
        return newestMillis;
    }

    long runningMillis() {
        return runningMillis;
    }

    /** For how long probes had run when its last reading was written. */
    long endRunningMillis() {
        return endRunningMillis;
    }

    void endedAt(long millis) {
        endRunningMillis = Math.max(endRunningMillis, millis);
    }

    /** From where on it can be read for a sequence: some places, not all, and never more than {@value #MAX_POINTS}. */
    private static final class ReadPoints {
        private static final int MAX_POINTS = 512;
        private long[] sequences = new long[4];
        private long[] offsets = new long[4];
        private int size;
        private long stride = READ_POINT_STRIDE;

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
}
