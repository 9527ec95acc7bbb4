package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.reading.SpooledReading;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads readings back. Stateless, thread-safe. */
final class SegmentReader {
    private SegmentReader() {}

    /** Where to read; a copy, so that the segment may change meanwhile. */
    record Place(long first, long bytes, long offset) {}

    /**
     * The readings of {@code wanted} that can be read, rising and at most {@code atMost}, but none behind a gap: those before
     * it, or, if it begins with one, none, and the gap ends before {@code next}.
     *
     * @param next the first sequence behind a gap at the beginning; one behind {@code wanted} if nothing more can be read
     */
    record Found(List<SpooledReading> readings, long next) {}

    static Found read(SpoolFiles files, Place place, Interval wanted, int atMost) throws IOException {
        FileWindow file = new FileWindow(files, Segment.nameOf(place.first), place.bytes);
        RecordCursor records = new RecordCursor(file, place.offset, place.bytes, place.first);
        List<SpooledReading> found = new ArrayList<>();
        List<String> cards = List.of();
        int cardsCrc = 0;
        long expected = wanted.first();
        for (Optional<RecordCursor.Entry> next = records.next(); next.isPresent(); next = records.next()) {
            RecordCursor.Entry entry = next.get();
            if (entry.kind() == RecordKind.CARDS) {
                cards = cards(entry);
                cardsCrc = ReadingRecord.crcOf(entry.body());
            }
            if (entry.kind() != RecordKind.READING
                    || !ReadingRecord.isWhole(entry.body())
                    || ReadingRecord.sequence(entry.body()) < expected) {
                continue;
            }
            long sequence = ReadingRecord.sequence(entry.body());
            Optional<SpooledReading> reading = sequence > wanted.last()
                    ? Optional.empty()
                    : ReadingRecord.decode(entry.body(), cards, ReadingRecord.cards(entry.body()) == 0 ? 0 : cardsCrc);
            if (sequence > expected || reading.isEmpty()) {
                long gapEnd = Math.min(wanted.last() + 1, Math.max(sequence, expected + 1));
                return new Found(found, found.isEmpty() ? gapEnd : expected);
            }
            found.add(reading.get());
            expected++;
            if (found.size() == atMost || expected > wanted.last()) {
                return new Found(found, expected);
            }
        }
        return new Found(found, found.isEmpty() ? wanted.last() + 1 : expected);
    }

    private static List<String> cards(RecordCursor.Entry entry) {
        try {
            return ReadingRecord.decodeCards(entry.body());
        } catch (BufferUnderflowException e) {
            // Its readings are still worth something without their GPUs.
            return List.of();
        }
    }
}
