package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.reading.Sample;
import io.emberwatch.protocol.AcknowledgedRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Readings in memory: those that are not written yet, and before them the newest ones that are, for the link. Guarded
 * by {@link SpoolIndex}.
 */
final class HeldReadings {
    /** So many of the newest stay in memory, so that the link does not read them from disk. */
    static final int KEPT = 1000;

    /** About what a reading takes on the heap: objects, and a number for each metric of the catalogue. */
    private static final int BYTES_PER_READING = 360;

    private static final int BYTES_PER_GPU = 220;
    private static final int KEPT_BYTES_SHARE = 4;

    private final long maxBytes;
    private final TreeMap<Long, Sample> written = new TreeMap<>();
    private final TreeMap<Long, Sample> unwritten = new TreeMap<>();
    private long bytes;

    /** @param maxBytes of heap that all may take, about */
    HeldReadings(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    void put(long sequence, Sample sample) {
        unwritten.put(sequence, sample);
        bytes += bytesOf(sample);
    }

    /** The oldest that are to be written. */
    List<Sample.Numbered> unwritten(int atMost) {
        return unwritten.entrySet().stream()
                .limit(atMost)
                .map(entry -> new Sample.Numbered(entry.getKey(), entry.getValue()))
                .toList();
    }

    int unwrittenCount() {
        return unwritten.size();
    }

    /** The newest so many that are to be written begin with this sequence. */
    Optional<Long> startOfNewestUnwritten(int count) {
        return unwritten.descendingKeySet().stream().skip(count - 1L).findFirst();
    }

    Optional<Long> firstUnwritten() {
        return Optional.ofNullable(unwritten.ceilingKey(0L));
    }

    Optional<Instant> oldestUnwrittenTakenAt() {
        return unwritten.values().stream().findFirst().map(Sample::takenAt);
    }

    /** Everything up to this sequence is in a file. */
    void writtenUpTo(long sequence) {
        NavigableMap<Long, Sample> moved = unwritten.headMap(sequence, true);
        written.putAll(moved);
        moved.clear();
    }

    /** What from this sequence on was written is to be written again. */
    void rewriteFrom(long sequence) {
        NavigableMap<Long, Sample> moved = written.tailMap(sequence, true);
        unwritten.putAll(moved);
        moved.clear();
    }

    /** The first held at or behind a sequence. */
    Optional<Long> firstFrom(long sequence) {
        Long inFile = written.ceilingKey(sequence);
        return Optional.ofNullable(inFile != null ? inFile : unwritten.ceilingKey(sequence));
    }

    /** Those from {@code first} on, as far as they are consecutive. */
    List<Sample.Numbered> from(long first, long upTo, int atMost) {
        List<Sample.Numbered> found = new ArrayList<>();
        long sequence = first;
        while (found.size() < atMost && sequence <= upTo) {
            Sample inFile = written.get(sequence);
            Sample sample = inFile != null ? inFile : unwritten.get(sequence);
            if (sample == null) {
                break;
            }
            found.add(new Sample.Numbered(sequence++, sample));
        }
        return found;
    }

    void acknowledged(AcknowledgedRange acknowledged) {
        forget(written, acknowledged);
        forget(unwritten, acknowledged);
    }

    /** The oldest one that is in a file. */
    Optional<Long> firstWritten() {
        return Optional.ofNullable(written.ceilingKey(0L));
    }

    void dropWritten(SequenceRange sequences) {
        NavigableMap<Long, Sample> gone = written.subMap(sequences.first(), true, sequences.last(), true);
        gone.values().forEach(sample -> bytes -= bytesOf(sample));
        gone.clear();
    }

    /** Whether so much memory is taken that what was written should be forced, to be let go. */
    boolean isTight() {
        return bytes > maxBytes / 2;
    }

    double usedShare() {
        return (double) bytes / maxBytes;
    }

    /**
     * Lets go of what need not be here, and then of what has no room.
     *
     * @param forcedUpTo up to here readings are safe in files
     * @return those that are nowhere now
     */
    List<Sample.Numbered> trim(long forcedUpTo) {
        while (!written.isEmpty()
                && written.firstKey() <= forcedUpTo
                && (size() > KEPT || bytes > maxBytes / KEPT_BYTES_SHARE)) {
            dropFirstWritten();
        }
        if (bytes <= maxBytes) {
            return List.of();
        }
        List<Sample.Numbered> gone = new ArrayList<>();
        while (size() > 1 && bytes > maxBytes) {
            if (written.isEmpty()) {
                gone.add(dropFirstUnwritten());
            } else {
                dropFirstWritten();
            }
        }
        return gone;
    }

    private void dropFirstWritten() {
        bytes -= bytesOf(written.pollFirstEntry().getValue());
    }

    private Sample.Numbered dropFirstUnwritten() {
        var oldest = unwritten.pollFirstEntry();
        bytes -= bytesOf(oldest.getValue());
        return new Sample.Numbered(oldest.getKey(), oldest.getValue());
    }

    private int size() {
        return written.size() + unwritten.size();
    }

    private void forget(NavigableMap<Long, Sample> readings, AcknowledgedRange acknowledged) {
        readings.headMap(acknowledged.last(), true).entrySet().removeIf(entry -> {
            boolean stored = acknowledged.has(entry.getKey());
            bytes -= stored ? bytesOf(entry.getValue()) : 0;
            return stored;
        });
    }

    private static long bytesOf(Sample sample) {
        return BYTES_PER_READING + (long) BYTES_PER_GPU * sample.gpus().size();
    }
}
