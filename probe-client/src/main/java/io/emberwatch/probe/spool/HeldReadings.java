package io.emberwatch.probe.spool;

import io.emberwatch.probe.sample.Sample;
import io.emberwatch.protocol.Durable;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Readings in memory: those that are not written yet, and before them the newest ones that are, for the link. Guarded by
 * {@link SpoolBook}.
 */
final class HeldReadings {
    private final TreeMap<Long, Sample> written = new TreeMap<>();
    private final TreeMap<Long, Sample> unwritten = new TreeMap<>();
    private long bytes;

    void put(long sequence, Sample sample) {
        unwritten.put(sequence, sample);
        bytes += bytesOf(sample);
    }

    /** The oldest that are to be written. */
    List<SpooledReading> unwritten(int atMost) {
        return unwritten.entrySet().stream()
                .limit(atMost)
                .map(entry -> new SpooledReading(entry.getKey(), entry.getValue()))
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
    List<SpooledReading> from(long first, long upTo, int atMost) {
        List<SpooledReading> found = new ArrayList<>();
        long sequence = first;
        while (found.size() < atMost && sequence <= upTo) {
            Sample inFile = written.get(sequence);
            Sample sample = inFile != null ? inFile : unwritten.get(sequence);
            if (sample == null) {
                break;
            }
            found.add(new SpooledReading(sequence++, sample));
        }
        return found;
    }

    void acknowledged(Durable durable) {
        forget(written, durable);
        forget(unwritten, durable);
    }

    /** The oldest one that is in a file. */
    Optional<Long> firstWritten() {
        return Optional.ofNullable(written.ceilingKey(0L));
    }

    void dropFirstWritten() {
        bytes -= bytesOf(written.pollFirstEntry().getValue());
    }

    void dropWritten(Interval sequences) {
        NavigableMap<Long, Sample> gone = written.subMap(sequences.first(), true, sequences.last(), true);
        gone.values().forEach(sample -> bytes -= bytesOf(sample));
        gone.clear();
    }

    SpooledReading dropFirstUnwritten() {
        var oldest = unwritten.pollFirstEntry();
        bytes -= bytesOf(oldest.getValue());
        return new SpooledReading(oldest.getKey(), oldest.getValue());
    }

    int size() {
        return written.size() + unwritten.size();
    }

    long bytes() {
        return bytes;
    }

    private void forget(NavigableMap<Long, Sample> readings, Durable durable) {
        readings.headMap(durable.last(), true).entrySet().removeIf(entry -> {
            boolean stored = durable.has(entry.getKey());
            bytes -= stored ? bytesOf(entry.getValue()) : 0;
            return stored;
        });
    }

    private static long bytesOf(Sample sample) {
        return MemorySpool.BYTES_PER_READING
                + (long) MemorySpool.BYTES_PER_GPU * sample.gpus().size();
    }
}
