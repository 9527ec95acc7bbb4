package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.spool.SpoolLimits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The segments on disk, rising. Guarded by {@link SpoolIndex}. */
final class Catalog {
    /** However small they are, so that they can be listed and remembered. */
    static final int MAX_SEGMENTS = 10_000;

    private final List<Segment> segments = new ArrayList<>();

    /** A reading that is wanted, and where it stands. */
    record Wanted(Segment segment, SequenceRange sequences) {}

    void add(Segment segment) {
        segments.add(segment);
        segments.sort(Comparator.comparingLong(Segment::first));
    }

    void remove(Segment segment) {
        segments.remove(segment);
    }

    /**
     * Readings from {@code from} on are no longer believed to be in segments that were written behind {@code
     * forcedUpTo}.
     *
     * @return segments of which nothing is left; they are no longer listed
     */
    List<Segment> distrust(long forcedUpTo, long from) {
        List<Segment> empty = new ArrayList<>();
        for (Segment segment : segments()) {
            if (segment.first() > forcedUpTo
                    || (!segment.runs().isEmpty() && segment.runs().last() >= from)) {
                segment.runs().removeFrom(from);
                if (segment.runs().isEmpty()) {
                    remove(segment);
                    empty.add(segment);
                }
            }
        }
        return empty;
    }

    List<Segment> segments() {
        return List.copyOf(segments);
    }

    long diskBytes() {
        return segments.stream().mapToLong(Segment::diskBytes).sum();
    }

    boolean isCrowded() {
        return segments.size() >= MAX_SEGMENTS;
    }

    long count(UnackedRanges unacked) {
        return segments.stream()
                .mapToLong(segment -> segment.runs().count(unacked))
                .sum();
    }

    /** The first unacknowledged readings in {@code range}. */
    Optional<Wanted> firstUnacked(SequenceRange range, UnackedRanges unacked) {
        for (Segment segment : segments) {
            if (segment.runs().isEmpty() || segment.runs().last() < range.first()) {
                continue;
            }
            for (SequenceRange run : segment.runs().ranges()) {
                if (run.overlaps(range)) {
                    List<SequenceRange> wanted = unacked.within(run.common(range));
                    if (!wanted.isEmpty()) {
                        return Optional.of(new Wanted(segment, wanted.get(0)));
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** The sequence with which the newest {@code count} unacknowledged ones begin. */
    Optional<Long> startOfNewest(long count, UnackedRanges unacked) {
        long rest = count;
        for (int i = segments.size() - 1; i >= 0; i--) {
            List<SequenceRange> runs = segments.get(i).runs().ranges();
            for (int run = runs.size() - 1; run >= 0; run--) {
                List<SequenceRange> ranges = unacked.within(runs.get(run));
                for (int k = ranges.size() - 1; k >= 0; k--) {
                    if (ranges.get(k).size() >= rest) {
                        return Optional.of(ranges.get(k).last() - rest + 1);
                    }
                    rest -= ranges.get(k).size();
                }
            }
        }
        return Optional.empty();
    }

    /** How much of what {@code limits} allow unacknowledged readings use up, of room or of age; may be more than 1. */
    double usedShare(UnackedRanges unacked, SpoolLimits limits, long runningMillis) {
        double bytes = unackedBytes(unacked) / limits.maxBytes();
        double age = startOfUnacked(unacked)
                .map(start -> (runningMillis - start) / limits.maxAge().toMillis())
                .orElse(0.0);
        return Math.max(bytes, age);
    }

    /** When the first unacknowledged reading was taken, about. */
    Optional<Instant> oldestTakenAt(UnackedRanges unacked) {
        return segments.stream()
                .filter(segment -> segment.runs().count(unacked) > 0)
                .findFirst()
                .map(segment -> Instant.ofEpochMilli(segment.oldestMillis()));
    }

    /** What readings that are unacknowledged take on disk, about. */
    private double unackedBytes(UnackedRanges unacked) {
        return segments.stream()
                .mapToDouble(segment -> segment.diskBytes() * shareUnacked(segment, unacked))
                .sum();
    }

    /** For how long probes had run when the first unacknowledged reading was written, about. */
    private Optional<Double> startOfUnacked(UnackedRanges unacked) {
        return segments.stream()
                .filter(segment -> segment.runs().count(unacked) > 0)
                .findFirst()
                .map(segment -> segment.endRunningMillis()
                        - (segment.endRunningMillis() - segment.runningMillis()) * shareUnacked(segment, unacked));
    }

    private static double shareUnacked(Segment segment, UnackedRanges unacked) {
        long all = segment.runs().size();
        return all == 0 ? 0 : (double) segment.runs().count(unacked) / all;
    }
}
