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
    record Wanted(Segment segment, Interval sequences) {}

    void add(Segment segment) {
        segments.add(segment);
        segments.sort(Comparator.comparingLong(Segment::first));
    }

    void remove(Segment segment) {
        segments.remove(segment);
    }

    /**
     * Readings from {@code from} on are no longer believed to be in segments that were written behind {@code forcedUpTo}.
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

    Optional<Segment> oldest() {
        return segments.stream().findFirst();
    }

    long diskBytes() {
        return segments.stream().mapToLong(Segment::diskBytes).sum();
    }

    boolean isCrowded() {
        return segments.size() >= MAX_SEGMENTS;
    }

    long count(UnackedRanges outstanding) {
        return segments.stream()
                .mapToLong(segment -> segment.runs().count(outstanding))
                .sum();
    }

    /** The first outstanding readings in {@code range}. */
    Optional<Wanted> firstOutstanding(Interval range, UnackedRanges outstanding) {
        for (Segment segment : segments) {
            if (segment.runs().isEmpty() || segment.runs().last() < range.first()) {
                continue;
            }
            for (Interval run : segment.runs().intervals()) {
                if (run.overlaps(range)) {
                    List<Interval> wanted = outstanding.within(run.common(range));
                    if (!wanted.isEmpty()) {
                        return Optional.of(new Wanted(segment, wanted.get(0)));
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** The sequence with which the newest {@code count} outstanding ones begin. */
    Optional<Long> startOfNewest(long count, UnackedRanges outstanding) {
        long rest = count;
        for (int i = segments.size() - 1; i >= 0; i--) {
            List<Interval> runs = segments.get(i).runs().intervals();
            for (int run = runs.size() - 1; run >= 0; run--) {
                List<Interval> intervals = outstanding.within(runs.get(run));
                for (int k = intervals.size() - 1; k >= 0; k--) {
                    if (intervals.get(k).size() >= rest) {
                        return Optional.of(intervals.get(k).last() - rest + 1);
                    }
                    rest -= intervals.get(k).size();
                }
            }
        }
        return Optional.empty();
    }

    /** How much of what {@code limits} allow outstanding readings use up, of room or of age; may be more than 1. */
    double usedShare(UnackedRanges outstanding, SpoolLimits limits, long runningMillis) {
        double bytes = outstandingBytes(outstanding) / limits.maxBytes();
        double age = startOfOutstanding(outstanding)
                .map(start -> (runningMillis - start) / limits.maxAge().toMillis())
                .orElse(0.0);
        return Math.max(bytes, age);
    }

    /** When the first outstanding reading was taken, about. */
    Optional<Instant> oldestTakenAt(UnackedRanges outstanding) {
        return segments.stream()
                .filter(segment -> segment.runs().count(outstanding) > 0)
                .findFirst()
                .map(segment -> Instant.ofEpochMilli(segment.oldestMillis()));
    }

    /** What readings that are outstanding take on disk, about. */
    private double outstandingBytes(UnackedRanges outstanding) {
        return segments.stream()
                .mapToDouble(segment -> segment.diskBytes() * shareOutstanding(segment, outstanding))
                .sum();
    }

    /** For how long probes had run when the first outstanding reading was written, about. */
    private Optional<Double> startOfOutstanding(UnackedRanges outstanding) {
        return segments.stream()
                .filter(segment -> segment.runs().count(outstanding) > 0)
                .findFirst()
                .map(segment -> segment.endRunningMillis()
                        - (segment.endRunningMillis() - segment.runningMillis())
                                * shareOutstanding(segment, outstanding));
    }

    private static double shareOutstanding(Segment segment, UnackedRanges outstanding) {
        long all = segment.runs().size();
        return all == 0 ? 0 : (double) segment.runs().count(outstanding) / all;
    }
}
