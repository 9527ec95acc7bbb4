package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.spool.Spool;
import io.emberwatch.probe.spool.SpoolLimits;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Lost;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * What the spool knows without its disk: numbers, what is held where, what the collector has and what is lost. Nothing
 * here waits or fails. Thread-safe.
 */
final class SpoolIndex {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final SpoolLimits limits;
    private final HeldReadings memory;
    private final LongSupplier nanoTime;
    private final long startNanos;
    private final Catalog catalog = new Catalog();
    private UUID bootId = UUID.randomUUID();
    private Numbering numbers;
    private UnackedRanges unacked;
    private Losses losses = new Losses(List.of());
    private long forcedUpTo;
    private long earlierRunningMillis;

    /** @param now by the clock, for the numbers of a spool without a past */
    SpoolIndex(SpoolLimits limits, Instant now, LongSupplier nanoTime) {
        this.limits = limits;
        this.memory = new HeldReadings(limits.memoryBytes());
        this.nanoTime = nanoTime;
        this.startNanos = nanoTime.getAsLong();
        this.numbers = Numbering.withoutPast(now);
        this.unacked = UnackedRanges.EVERYTHING.without(AcknowledgedRange.upTo(numbers.last()), numbers.last());
    }

    /** Goes on where an earlier process has left the spool. */
    synchronized void adopt(Recovery.Recovered recovered) {
        recovered.segments().forEach(catalog::add);
        earlierRunningMillis = recovered.runningMillis();
        recovered.bootId().ifPresent(id -> {
            bootId = id;
            numbers = recovered.numbering().behind(recovered.lastGiven());
            unacked = recovered.unacked();
            losses = recovered.losses();
        });
        if (recovered.bootId().isEmpty() && !numbers.isBegun()) {
            // A file that cannot be read now may be readable at the next start: what is given now comes after it.
            numbers = recovered.numbering();
        }
    }

    synchronized UUID bootId() {
        return bootId;
    }

    synchronized void drawBootId() {
        bootId = UUID.randomUUID();
    }

    synchronized long append(Sample sample) {
        long sequence = numbers.next();
        memory.put(sequence, sample);
        trimMemory();
        return sequence;
    }

    synchronized ReadPlan plan(long behind, long upTo, int atMost) {
        if (behind >= upTo || atMost < 1) {
            return ReadPlan.NOTHING;
        }
        return planOldest(new SequenceRange(Math.max(0, behind) + 1, upTo), atMost);
    }

    /** These readings cannot be read back. */
    synchronized void unreadable(Segment segment, SequenceRange sequences) {
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

    synchronized void acknowledge(AcknowledgedRange acknowledged) {
        unacked = unacked.without(acknowledged, numbers.last());
        memory.acknowledged(acknowledged);
        losses.acknowledged(unacked);
    }

    synchronized long lastSequence() {
        return numbers.last();
    }

    synchronized boolean hasGivenNumbers() {
        return numbers.isBegun();
    }

    synchronized Optional<Long> startOfNewest(int newest, long behind) {
        int inMemory = memory.unwrittenCount();
        return (inMemory >= newest
                        ? memory.startOfNewestUnwritten(newest)
                        : catalog.startOfNewest(newest - inMemory, unacked))
                .filter(sequence -> sequence > behind);
    }

    synchronized long depth() {
        return catalog.count(unacked) + memory.unwrittenCount();
    }

    synchronized double fillPercent() {
        double onDisk = catalog.usedShare(unacked, limits, runningMillis());
        double inMemory = memory.unwrittenCount() == 0 ? 0 : memory.usedShare();
        return Math.max(0, Math.min(100, 100 * Math.max(inMemory, onDisk)));
    }

    // What follows is for the one thread that writes.

    /** For how long probes have run on this spool, by the monotonic clock; the only clock that readings age by. */
    synchronized long runningMillis() {
        return earlierRunningMillis + (nanoTime.getAsLong() - startNanos) / NANOS_PER_MILLI;
    }

    synchronized List<Sample.Numbered> unwritten(int atMost) {
        return memory.unwritten(atMost);
    }

    /** Whether so much memory is taken that what was written should be forced, to be let go. */
    synchronized boolean isMemoryTight() {
        return memory.isTight();
    }

    /** The sequence of the next reading to be written. */
    synchronized long nextToWrite() {
        return memory.firstUnwritten().orElse(numbers.last() + 1);
    }

    /** The last number given before the start to which this sequence belongs. */
    synchronized long lastGivenBefore(long first) {
        return numbers.lastGivenBefore(first);
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
     * What was written since the last force may be gone from its files: as far as it is in memory, it is to be written
     * again.
     *
     * @return segments of which nothing is left
     */
    synchronized List<Segment> distrust() {
        memory.rewriteFrom(forcedUpTo + 1);
        long from = memory.firstUnwritten().orElse(Long.MAX_VALUE);
        return catalog.distrust(forcedUpTo, from);
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
        List.copyOf(segment.runs().ranges()).forEach(run -> lose(run, segment, Lost.Reason.DAMAGED, false));
    }

    synchronized List<Segment> segments() {
        return catalog.segments();
    }

    synchronized boolean isOverfullWith(long moreBytes) {
        return catalog.diskBytes() + moreBytes > limits.maxBytes() || catalog.isCrowded();
    }

    /** Whether the collector has all of it. */
    synchronized boolean isDone(Segment segment) {
        return segment.runs().count(unacked) == 0;
    }

    synchronized boolean isTooOld(Segment segment) {
        return runningMillis() - segment.endRunningMillis() > limits.maxAge().toMillis();
    }

    /** The segment's file is deleted. */
    synchronized void deleted(Segment segment, Lost.Reason reason) {
        catalog.remove(segment);
        List<SequenceRange> runs = segment.runs().ranges();
        for (SequenceRange run : runs) {
            memory.dropWritten(run);
            losses.addOldest(run, unacked, segment, reason);
        }
    }

    synchronized Checkpoint checkpoint(long generation, UUID kernelBootId) {
        return new Checkpoint(
                generation,
                bootId,
                kernelBootId,
                numbers.lastGiven(),
                Numbering.startOf(numbers.last()),
                runningMillis(),
                unacked,
                losses.list());
    }

    /** @param why it is not on disk; empty if that is as it should be */
    synchronized Spool.Status status(Spool.Status.Mode mode, Optional<String> why) {
        return new Spool.Status(
                mode,
                why,
                depth(),
                catalog.oldestTakenAt(unacked).or(memory::oldestUnwrittenTakenAt),
                fillPercent(),
                catalog.diskBytes(),
                losses.readings());
    }

    private void lose(SequenceRange sequences, Segment segment, Lost.Reason reason, boolean oldestHeld) {
        losses.add(unacked.within(sequences), segment, reason, oldestHeld);
    }

    private void trimMemory() {
        for (Sample.Numbered gone : memory.trim(forcedUpTo)) {
            Instant takenAt = gone.sample().takenAt();
            long sequence = gone.sequence();
            losses.add(new Lost(sequence, sequence, 1, takenAt, takenAt, Lost.Reason.SPOOL_FULL), false);
        }
    }

    private ReadPlan planOldest(SequenceRange range, int atMost) {
        Optional<Long> held = memory.firstFrom(range.first()).filter(range::has);
        Optional<Catalog.Wanted> onDisk = catalog.firstUnacked(range, unacked);
        if (onDisk.isEmpty()
                || held.filter(first -> first <= onDisk.get().sequences().first())
                        .isPresent()) {
            return ReadPlan.memory(
                    held.map(first -> memory.from(first, range.last(), atMost)).orElse(List.of()));
        }
        SequenceRange wanted = onDisk.get().sequences();
        long last = Math.min(wanted.last(), held.map(first -> first - 1).orElse(wanted.last()));
        Segment segment = onDisk.get().segment();
        return new ReadPlan(
                List.of(),
                Optional.of(new Catalog.Wanted(segment, new SequenceRange(wanted.first(), last))),
                new SegmentReader.Place(segment.first(), segment.bytes(), segment.offsetFor(wanted.first())));
    }

    /** Where a peek finds its readings: in memory, or in the segment that is named. */
    record ReadPlan(List<Sample.Numbered> inMemory, Optional<Catalog.Wanted> onDisk, SegmentReader.Place place) {
        private static final SegmentReader.Place NOWHERE = new SegmentReader.Place(0, 0, 0);
        static final ReadPlan NOTHING = memory(List.of());

        private static ReadPlan memory(List<Sample.Numbered> readings) {
            return new ReadPlan(readings, Optional.empty(), NOWHERE);
        }
    }
}
