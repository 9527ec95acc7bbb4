package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.spool.SpoolLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads a segment that an earlier process left, whatever is in the file. Stateless. */
final class SegmentScanner {
    private SegmentScanner() {}

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

    /** @param size of the file; what lies beyond the largest segment is not looked at */
    static Scan scan(SpoolFiles files, long first, long size) throws IOException {
        long end = Math.min(size, 2 * SpoolLimits.MAX_SEGMENT_BYTES);
        FileWindow file = new FileWindow(files, Segment.nameOf(first), end);
        Optional<SegmentHeader> header = end < SegmentHeader.BYTES
                ? Optional.empty()
                : SegmentHeader.decode(copy(file.slice(0, SegmentHeader.BYTES)), first);
        Segment segment =
                new Segment(first, header.map(SegmentHeader::runningMillis).orElse(0L));
        RecordCursor records = new RecordCursor(file, SegmentHeader.BYTES, end, first);
        boolean closed = false;
        long cardsOffset = -1;
        int cards = 0;
        for (Optional<RecordCursor.Entry> next = records.next(); next.isPresent(); next = records.next()) {
            RecordCursor.Entry entry = next.get();
            closed = entry.kind() == RecordKind.CLOSED;
            if (entry.kind() == RecordKind.CARDS) {
                cardsOffset = entry.offset();
                cards = ReadingRecord.crcOf(entry.body());
            } else if (entry.kind() == RecordKind.READING && ReadingRecord.isWhole(entry.body())) {
                add(entry, segment, cardsOffset, cards);
                cardsOffset = -1;
            }
        }
        segment.grownTo(size);
        return new Scan(segment, header, records.damageSeen(), records.endsTorn(), closed && !records.endsTorn());
    }

    private static void add(RecordCursor.Entry entry, Segment segment, long cardsOffset, int cards) {
        long sequence = ReadingRecord.sequence(entry.body());
        boolean rises = segment.runs().isEmpty()
                ? sequence >= segment.first()
                : sequence > segment.runs().last();
        if (!rises || Numbering.startOf(sequence) != Numbering.startOf(segment.first())) {
            return;
        }
        int needed = ReadingRecord.cards(entry.body());
        boolean cardsAreHere = cardsOffset >= 0 && needed == cards;
        segment.add(
                sequence,
                ReadingRecord.takenAtMillis(entry.body()),
                cardsAreHere ? cardsOffset : entry.offset(),
                cardsAreHere || needed == 0);
    }

    private static ByteBuffer copy(ByteBuffer slice) {
        return ByteBuffer.allocate(slice.remaining()).put(slice).flip();
    }
}
