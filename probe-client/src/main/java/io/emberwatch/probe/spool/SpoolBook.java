package io.emberwatch.probe.spool;

import io.emberwatch.probe.sample.Sample;
import io.emberwatch.protocol.Durable;
import io.emberwatch.protocol.Lost;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * What the spool knows without its disk: numbers, what is held where, what the collector has and what is lost. Nothing here
 * waits or fails. Thread-safe.
 */
final class SpoolBook {
    /** So many of the newest stay in memory, so that the link does not read them from disk. */
    static final int KEPT = 1000;

    private static final int KEPT_BYTES_SHARE = 4;

    private final SpoolLimits limits;
    private final LongSupplier nanoTime;
    private final HeldReadings memory = new HeldReadings();
    private Catalog catalog = new Catalog();
    private UUID bootId = UUID.randomUUID();
    private Numbering numbering;
    private Outstanding outstanding;
    private Losses losses = new Losses(List.of());
    private long lastGivenBefore;
    private long startsBehind;
    private long forcedUpTo;
    private long runningBase;
    private final long startNanos;

    /** @param numbering for a spool without a past */
    SpoolBook(SpoolLimits limits, Numbering numbering, LongSupplier nanoTime) {
        this.limits = limits;
        this.numbering = numbering;
        this.startsBehind = numbering.last();
        this.outstanding = Outstanding.EVERYTHING.without(Durable.upTo(startsBehind), startsBehind);
        this.nanoTime = nanoTime;
        this.startNanos = nanoTime.getAsLong();
    }

    /** Where a peek finds its readings: in memory, or in the segment that is named. */
    record Plan(List<SpooledReading> inMemory, Optional<Catalog.Wanted> onDisk, SegmentReader.Place place) {
        private static final SegmentReader.Place NOWHERE = new SegmentReader.Place(0, 0, 0);

        private static Plan memory(List<SpooledReading> readings) {
            return new Plan(readings, Optional.empty(), NOWHERE);
        }
    }

    /** Goes on where an earlier process has left the spool. */
    synchronized void adopt(Recovered recovered) {
        recovered.segments().forEach(catalog::add);
        runningBase = recovered.runningMillis();
        recovered.bootId().ifPresent(id -> {
            bootId = id;
            numbering = recovered.numbering();
            startsBehind = numbering.last();
            lastGivenBefore = recovered.lastGiven();
            outstanding = recovered.outstanding();
            losses = recovered.losses();
        });
    }

    synchronized UUID bootId() {
        return bootId;
    }

    synchronized void drawBootId() {
        bootId = UUID.randomUUID();
    }

    synchronized long append(Sample sample) {
        long sequence = numbering.next();
        memory.put(sequence, sample);
        trimMemory();
        return sequence;
    }

    synchronized Plan plan(long behind, long upTo, int atMost) {
        if (behind >= upTo || atMost < 1) {
            return Plan.memory(List.of());
        }
        Interval range = new Interval(Math.max(0, behind) + 1, upTo);
        Optional<Long> held = memory.firstFrom(range.first()).filter(range::has);
        Optional<Catalog.Wanted> onDisk = catalog.firstOutstanding(range, outstanding);
        if (onDisk.isEmpty()
                || held.filter(first -> first <= onDisk.get().sequences().first())
                        .isPresent()) {
            return Plan.memory(
                    held.map(first -> memory.from(first, upTo, atMost)).orElse(List.of()));
        }
        Interval wanted = onDisk.get().sequences();
        long last = Math.min(wanted.last(), held.map(first -> first - 1).orElse(wanted.last()));
        Segment segment = onDisk.get().segment();
        return new Plan(
                List.of(),
                Optional.of(new Catalog.Wanted(segment, new Interval(wanted.first(), last))),
                new SegmentReader.Place(
                        segment.first(), segment.bytes(), segment.index().offsetFor(wanted.first())));
    }

    /** These readings cannot be read back. */
    synchronized void unreadable(Segment segment, Interval sequences) {
        if (catalog.segments().contains(segment)) {
            segment.runs().remove(sequences);
            lose(sequences, segment, Lost.Reason.DAMAGED, false);
        }
    }

    synchronized boolean has(Segment segment) {
        return catalog.segments().contains(segment);
    }

    synchronized Optional<Lost> lossBehind(long sequence) {
        return losses.endingBehind(sequence);
    }

    synchronized void acknowledge(Durable durable) {
        outstanding = outstanding.without(durable, numbering.last());
        memory.acknowledged(durable);
        losses.acknowledged(outstanding);
    }

    synchronized long lastSequence() {
        return numbering.last();
    }

    synchronized boolean hasGivenNumbers() {
        return numbering.last() > startsBehind;
    }

    synchronized Optional<Long> startOfNewest(int newest, long behind) {
        int inMemory = memory.unwrittenCount();
        return (inMemory >= newest
                        ? memory.startOfNewestUnwritten(newest)
                        : catalog.startOfNewest(newest - inMemory, outstanding))
                .filter(sequence -> sequence > behind);
    }

    synchronized long depth() {
        return catalog.count(outstanding) + memory.unwrittenCount();
    }

    synchronized double fillPercent() {
        double bytes = catalog.outstandingBytes(outstanding) / limits.maxBytes();
        double age = catalog.startOfOutstanding(outstanding)
                .map(start -> (runningMillis() - start) / limits.maxAge().toMillis())
                .orElse(0.0);
        double inMemory = memory.unwrittenCount() == 0 ? 0 : (double) memory.bytes() / limits.memoryBytes();
        return Math.max(0, Math.min(100, 100 * Math.max(inMemory, Math.max(bytes, age))));
    }

    // What follows is for the one thread that writes.

    /** For how long probes have run on this spool; the only clock that readings age by. */
    synchronized long runningMillis() {
        return runningBase + (nanoTime.getAsLong() - startNanos) / 1_000_000;
    }

    synchronized List<SpooledReading> unwritten(int atMost) {
        return memory.unwritten(atMost);
    }

    synchronized boolean hasUnwritten() {
        return memory.unwrittenCount() > 0;
    }

    /** Whether so much memory is taken that what was written should be forced, to be let go. */
    synchronized boolean isMemoryTight() {
        return memory.bytes() > limits.memoryBytes() / 2;
    }

    /** The sequence of the next reading to be written. */
    synchronized long nextToWrite() {
        return memory.firstUnwritten().orElse(numbering.last() + 1);
    }

    /** The last number given before the start to which this sequence belongs. */
    synchronized long lastGivenBefore(long first) {
        long start = Numbering.startOf(first);
        return start > Numbering.startOf(startsBehind) ? (start << Numbering.BITS_OF_N) - 1 : lastGivenBefore;
    }

    synchronized void begun(Segment segment) {
        catalog.segments().stream()
                .filter(old -> old.first() == segment.first())
                .forEach(catalog::remove);
        catalog.add(segment);
    }

    /** The writer's buffer is in the file. */
    synchronized void written(SegmentWriter writer) {
        writer.enter(runningMillis());
        if (!writer.segment().runs().isEmpty()) {
            memory.writtenUpTo(writer.segment().runs().last());
        }
        trimMemory();
    }

    /** The last sequence in a file, for {@link #forced}. */
    synchronized long writtenUpTo() {
        return nextToWrite() - 1;
    }

    synchronized void forced(long upTo) {
        forcedUpTo = Math.max(forcedUpTo, upTo);
        trimMemory();
    }

    /**
     * What was written since the last force may be gone from its files: as far as it is in memory, it is to be written again.
     *
     * @return segments of which nothing is left
     */
    synchronized List<Segment> distrust() {
        memory.rewriteFrom(forcedUpTo + 1);
        long from = memory.firstUnwritten().orElse(Long.MAX_VALUE);
        List<Segment> empty = new ArrayList<>();
        for (Segment segment : catalog.segments()) {
            if (segment.first() > forcedUpTo
                    || (!segment.runs().isEmpty() && segment.runs().last() >= from)) {
                segment.runs().removeFrom(from);
                if (segment.runs().isEmpty()) {
                    catalog.remove(segment);
                    empty.add(segment);
                }
            }
        }
        return empty;
    }

    /** The file is gone: what of it is in memory is to be written again, the rest is lost. */
    synchronized void vanished(Segment segment) {
        catalog.remove(segment);
        memory.firstWritten()
                .filter(first -> !segment.runs().isEmpty() && segment.runs().last() >= first)
                .ifPresent(first -> {
                    long from = Math.max(first, segment.first());
                    memory.rewriteFrom(from);
                    catalog.segments().forEach(other -> other.runs().removeFrom(from));
                    segment.runs().removeFrom(from);
                });
        List.copyOf(segment.runs().intervals()).forEach(run -> lose(run, segment, Lost.Reason.DAMAGED, false));
    }

    synchronized List<Segment> segments() {
        return catalog.segments();
    }

    synchronized long diskBytes() {
        return catalog.diskBytes();
    }

    synchronized boolean isOverfullWith(long moreBytes) {
        return catalog.diskBytes() + moreBytes > limits.maxBytes() || catalog.isCrowded();
    }

    /** Whether the collector has all of it. */
    synchronized boolean isDone(Segment segment) {
        return segment.runs().count(outstanding) == 0;
    }

    synchronized boolean isTooOld(Segment segment) {
        return runningMillis() - segment.endRunningMillis() > limits.maxAge().toMillis();
    }

    /** The segment's file is deleted. */
    synchronized void deleted(Segment segment, Lost.Reason reason) {
        catalog.remove(segment);
        List<Interval> runs = segment.runs().intervals();
        for (Interval run : runs) {
            memory.dropWritten(run);
            lose(run, segment, reason, true);
        }
    }

    synchronized SpoolState state(long generation) {
        return new SpoolState(generation, bootId, lastGiven(), runningMillis(), outstanding, losses.list());
    }

    synchronized Figures figures() {
        return new Figures(catalog.diskBytes(), memory.unwrittenCount(), losses.readings(), oldest());
    }

    /** @param oldestTakenAt of the readings outstanding, about */
    record Figures(long diskBytes, long inMemory, long lost, Optional<Instant> oldestTakenAt) {}

    private long lastGiven() {
        return hasGivenNumbers() ? numbering.last() : lastGivenBefore;
    }

    private Optional<Instant> oldest() {
        return catalog.segments().stream()
                .filter(segment -> segment.runs().count(outstanding) > 0)
                .findFirst()
                .map(segment -> Instant.ofEpochMilli(segment.oldestMillis()))
                .or(() -> memory.unwritten(1).stream()
                        .findFirst()
                        .map(reading -> reading.sample().takenAt()));
    }

    private void lose(Interval sequences, Segment segment, Lost.Reason reason, boolean oldestHeld) {
        Instant from = Instant.ofEpochMilli(segment.oldestMillis());
        Instant to = Instant.ofEpochMilli(segment.newestMillis());
        for (Interval gone : outstanding.within(sequences)) {
            losses.add(new Lost(gone.first(), gone.last(), gone.size(), from, to, reason), oldestHeld);
        }
    }

    private void trimMemory() {
        while (memory.firstWritten().filter(first -> first <= forcedUpTo).isPresent()
                && (memory.size() > KEPT || memory.bytes() > limits.memoryBytes() / KEPT_BYTES_SHARE)) {
            memory.dropFirstWritten();
        }
        while (memory.size() > 1 && memory.bytes() > limits.memoryBytes()) {
            if (memory.firstWritten().isPresent()) {
                memory.dropFirstWritten();
            } else {
                SpooledReading gone = memory.dropFirstUnwritten();
                Instant takenAt = gone.sample().takenAt();
                long sequence = gone.sequence();
                losses.add(new Lost(sequence, sequence, 1, takenAt, takenAt, Lost.Reason.SPOOL_FULL), false);
            }
        }
    }
}
