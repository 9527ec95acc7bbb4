package io.emberwatch.probe.spool.disk;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** What is known of a segment without reading it. Guarded by the {@link SpoolLog} that has it. */
final class Segment {
    private static final Pattern NAME = Pattern.compile("\\d{20}\\.seg");
    private static final int BLOCK_BYTES = 4096;

    private final long first;
    private final String name;
    private final Runs runs = new Runs();
    private final SegmentIndex index = new SegmentIndex();
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
    Runs runs() {
        return runs;
    }

    SegmentIndex index() {
        return index;
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
            index.add(sequence, offset);
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

    /** The first run at or behind a sequence. */
    Optional<Interval> runFrom(long sequence) {
        return runs.intervals().stream().filter(run -> run.last() >= sequence).findFirst();
    }
}
