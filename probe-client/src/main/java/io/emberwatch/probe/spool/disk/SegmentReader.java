package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.spool.SpoolLimits;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads segments: some readings of one, or what an earlier process left in one. Stateless, thread-safe. */
final class SegmentReader {
    private SegmentReader() {}

    /** Where to read; a copy, so that the segment may change meanwhile. */
    record Place(long first, long bytes, long offset) {}

    /**
     * The readings of {@code wanted} that can be read, rising and at most {@code atMost}, but none behind a gap: those
     * before it, or, if it begins with one, none, and the gap ends before {@code next}.
     *
     * @param next the first sequence behind a gap at the beginning; one behind {@code wanted} if nothing more can be
     *     read
     */
    record Found(List<Sample.Numbered> readings, long next) {}

    static Found read(SpoolFiles files, Place place, SequenceRange wanted, int atMost) throws IOException {
        RecordCursor records = new RecordCursor(files, place.first, place.offset, place.bytes);
        List<Sample.Numbered> found = new ArrayList<>();
        List<String> gpuUuids = List.of();
        int gpusCrc = 0;
        long expected = wanted.first();
        for (Optional<RecordCursor.Entry> next = records.next(); next.isPresent(); next = records.next()) {
            RecordCursor.Entry entry = next.get();
            if (entry.kind() == ReadingRecord.GPUS) {
                gpuUuids = gpuUuids(entry);
                gpusCrc = ReadingRecord.crcOf(entry.body());
            }
            if (entry.kind() != ReadingRecord.READING
                    || !ReadingRecord.isWhole(entry.body())
                    || ReadingRecord.sequence(entry.body()) < expected) {
                continue;
            }
            long sequence = ReadingRecord.sequence(entry.body());
            Optional<Sample.Numbered> reading = sequence > wanted.last()
                    ? Optional.empty()
                    : ReadingRecord.decode(
                            entry.body(), gpuUuids, ReadingRecord.gpusCrc(entry.body()) == 0 ? 0 : gpusCrc);
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

    private static List<String> gpuUuids(RecordCursor.Entry entry) {
        try {
            return ReadingRecord.decodeGpus(entry.body());
        } catch (BufferUnderflowException e) {
            // Its readings are still worth something without their GPUs.
            return List.of();
        }
    }

    /**
     * @param header absent if it is damaged; the records may be good all the same
     * @param damaged whether bytes had to be stepped over, the header apart
     * @param torn whether these were the last
     * @param closed whether it ends as a spool closed in good order leaves it
     */
    record Scan(Segment segment, Optional<SegmentHeader> header, boolean damaged, boolean torn, boolean closed) {
        /** Whether the file is a segment at all. */
        boolean isOurs() {
            return header.isPresent() || !segment.runs().isEmpty();
        }
    }

    /**
     * Goes through a segment that an earlier process left, whatever is in the file.
     *
     * @param size of the file; what lies beyond the largest segment is not looked at
     */
    static Scan scan(SpoolFiles files, long first, long size) throws IOException {
        long end = Math.min(size, 2 * SpoolLimits.MAX_SEGMENT_BYTES);
        ByteBuffer start = ByteBuffer.allocate(SegmentHeader.BYTES);
        files.read(Segment.nameOf(first), 0, start);
        Optional<SegmentHeader> header = SegmentHeader.decode(start.flip(), first);
        Segment segment =
                new Segment(first, header.map(SegmentHeader::runningMillis).orElse(0L));
        RecordCursor records = new RecordCursor(files, first, SegmentHeader.BYTES, end);
        boolean closed = false;
        long gpusOffset = -1;
        int gpusCrc = 0;
        for (Optional<RecordCursor.Entry> next = records.next(); next.isPresent(); next = records.next()) {
            RecordCursor.Entry entry = next.get();
            closed = entry.kind() == ReadingRecord.CLOSED;
            if (entry.kind() == ReadingRecord.GPUS) {
                gpusOffset = entry.offset();
                gpusCrc = ReadingRecord.crcOf(entry.body());
            } else if (entry.kind() == ReadingRecord.READING && ReadingRecord.isWhole(entry.body())) {
                add(entry, segment, gpusOffset, gpusCrc);
                gpusOffset = -1;
            }
        }
        segment.grownTo(size);
        return new Scan(segment, header, records.damageSeen(), records.endsTorn(), closed && !records.endsTorn());
    }

    private static void add(RecordCursor.Entry entry, Segment segment, long gpusOffset, int gpusCrc) {
        long sequence = ReadingRecord.sequence(entry.body());
        boolean rises = segment.runs().isEmpty()
                ? sequence >= segment.first()
                : sequence > segment.runs().last();
        if (!rises || Numbering.startOf(sequence) != Numbering.startOf(segment.first())) {
            return;
        }
        int needed = ReadingRecord.gpusCrc(entry.body());
        boolean gpusAreHere = gpusOffset >= 0 && needed == gpusCrc;
        segment.add(
                sequence,
                ReadingRecord.takenAtMillis(entry.body()),
                gpusAreHere ? gpusOffset : entry.offset(),
                gpusAreHere || needed == 0);
    }
}
