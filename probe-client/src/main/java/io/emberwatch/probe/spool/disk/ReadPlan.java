package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.reading.SpooledReading;
import java.util.List;
import java.util.Optional;

/** Where a peek finds its readings: in memory, or in the segment that is named. */
record ReadPlan(List<SpooledReading> inMemory, Optional<Catalog.Wanted> onDisk, SegmentReader.Place place) {
    private static final SegmentReader.Place NOWHERE = new SegmentReader.Place(0, 0, 0);
    static final ReadPlan NOTHING = memory(List.of());

    /** For the oldest readings in {@code range}, at most so many. Whoever guards memory and catalog calls it. */
    static ReadPlan of(Interval range, int atMost, HeldReadings memory, Catalog catalog, UnackedRanges outstanding) {
        Optional<Long> held = memory.firstFrom(range.first()).filter(range::has);
        Optional<Catalog.Wanted> onDisk = catalog.firstOutstanding(range, outstanding);
        if (onDisk.isEmpty()
                || held.filter(first -> first <= onDisk.get().sequences().first())
                        .isPresent()) {
            return memory(
                    held.map(first -> memory.from(first, range.last(), atMost)).orElse(List.of()));
        }
        Interval wanted = onDisk.get().sequences();
        long last = Math.min(wanted.last(), held.map(first -> first - 1).orElse(wanted.last()));
        Segment segment = onDisk.get().segment();
        return new ReadPlan(
                List.of(),
                Optional.of(new Catalog.Wanted(segment, new Interval(wanted.first(), last))),
                new SegmentReader.Place(
                        segment.first(), segment.bytes(), segment.index().offsetFor(wanted.first())));
    }

    private static ReadPlan memory(List<SpooledReading> readings) {
        return new ReadPlan(readings, Optional.empty(), NOWHERE);
    }
}
