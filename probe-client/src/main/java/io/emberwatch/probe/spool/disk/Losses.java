package io.emberwatch.probe.spool.disk;

import io.emberwatch.protocol.Lost;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is lost and the collector does not know for good, by first sequence and without overlap. Not thread-safe.
 *
 * <p>Of the oldest readings that go one after the other there is one loss that grows and keeps its first sequence.
 * Beyond {@link #MAX_LOSSES} the oldest two become one, so that the list stays bounded.
 */
final class Losses {
    static final int MAX_LOSSES = 64;

    private final List<Lost> losses;
    private long readings;

    Losses(List<Lost> known) {
        losses = new ArrayList<>(known);
        readings = known.stream().mapToLong(Lost::count).sum();
    }

    /**
     * @param oldestHeld whether nothing is held before it, so that it continues an earlier loss whatever numbers lie
     *     between
     */
    void add(Lost lost, boolean oldestHeld) {
        readings += lost.count();
        int at = 0;
        while (at < losses.size() && losses.get(at).firstSequence() < lost.firstSequence()) {
            at++;
        }
        if (at > 0 && continues(losses.get(at - 1), lost, oldestHeld)) {
            losses.set(at - 1, union(losses.get(at - 1), lost));
        } else {
            losses.add(at, lost);
        }
        if (losses.size() > MAX_LOSSES) {
            losses.set(0, union(losses.get(0), losses.remove(1)));
        }
    }

    /** As {@link #add(Lost, boolean)} for readings of a segment. */
    void add(List<SequenceRange> gone, Segment segment, Lost.Reason reason, boolean oldestHeld) {
        Instant from = Instant.ofEpochMilli(segment.oldestMillis());
        Instant to = Instant.ofEpochMilli(segment.newestMillis());
        gone.forEach(run -> add(new Lost(run.first(), run.last(), run.size(), from, to, reason), oldestHeld));
    }

    /**
     * As {@link #add(Lost, boolean)} for the oldest readings held. The loss reaches down to where nothing is stored:
     * which numbers before them were never given may be known by their segment alone, and goes with it.
     */
    void addOldest(SequenceRange run, UnackedRanges unacked, Segment segment, Lost.Reason reason) {
        for (SequenceRange gone : unacked.within(run)) {
            long start = unacked.startOf(gone.first());
            boolean free = losses.stream()
                    .noneMatch(lost -> lost.lastSequence() >= start && lost.firstSequence() <= gone.last());
            Instant from = Instant.ofEpochMilli(segment.oldestMillis());
            Instant to = Instant.ofEpochMilli(segment.newestMillis());
            add(new Lost(free ? start : gone.first(), gone.last(), gone.size(), from, to, reason), true);
        }
    }

    Optional<Lost> endingBehind(long sequence) {
        return losses.stream().filter(lost -> lost.lastSequence() > sequence).findFirst();
    }

    /**
     * Forgets a loss with the last of it: what reaches into the history is not known for good with the readings behind
     * it.
     */
    void acknowledged(UnackedRanges unacked) {
        losses.removeIf(lost -> unacked.count(new SequenceRange(lost.firstSequence(), lost.lastSequence())) == 0);
    }

    /** The parts of {@code range} that are in no loss. */
    List<SequenceRange> uncovered(SequenceRange range) {
        SequenceRanges rest = new SequenceRanges();
        rest.add(range);
        losses.forEach(lost -> rest.remove(new SequenceRange(lost.firstSequence(), lost.lastSequence())));
        return rest.ranges();
    }

    List<Lost> list() {
        return List.copyOf(losses);
    }

    /** Readings known to be lost since this process started, and those lost before that the collector did not know. */
    long readings() {
        return readings;
    }

    private static boolean continues(Lost earlier, Lost later, boolean oldestHeld) {
        return isEviction(earlier.reason())
                && isEviction(later.reason())
                && (oldestHeld || earlier.lastSequence() + 1 >= later.firstSequence());
    }

    static boolean isEviction(Lost.Reason reason) {
        return reason == Lost.Reason.SPOOL_FULL || reason == Lost.Reason.TOO_OLD;
    }

    private static Lost union(Lost earlier, Lost later) {
        long last = Math.max(earlier.lastSequence(), later.lastSequence());
        long count = Math.min(earlier.count() + later.count(), last - earlier.firstSequence() + 1);
        return new Lost(earlier.firstSequence(), last, count, earlier.from(), later.to(), later.reason());
    }
}
