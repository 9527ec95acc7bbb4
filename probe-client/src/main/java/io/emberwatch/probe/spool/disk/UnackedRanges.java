package io.emberwatch.probe.spool.disk;

import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.WireLimits;
import java.util.ArrayList;
import java.util.List;

/**
 * The sequences that the collector has not stored yet, given or still to be given: its {@link AcknowledgedRange} turned round, and
 * never larger than before. Immutable.
 */
final class UnackedRanges {
    /** Usually one or two: what is to come, and the history put off; one more for each start while that is outstanding. */
    static final int MAX_INTERVALS = 8;

    static final UnackedRanges EVERYTHING = new UnackedRanges(List.of(new Interval(1, WireLimits.MAX_SEQUENCE)));

    private final List<Interval> intervals;

    /** @param intervals rising; the last one has no end */
    UnackedRanges(List<Interval> intervals) {
        this.intervals = List.copyOf(intervals);
    }

    List<Interval> intervals() {
        return intervals;
    }

    /** @param lastGiven numbers beyond it cannot have been stored, whatever the collector says */
    UnackedRanges without(AcknowledgedRange acknowledged, long lastGiven) {
        List<Interval> rest = new ArrayList<>();
        if (acknowledged.lacksHistory()) {
            rest.addAll(within(new Interval(acknowledged.historyFrom(), acknowledged.historyTo())));
        }
        rest.addAll(within(new Interval(Math.min(acknowledged.last(), lastGiven) + 1, WireLimits.MAX_SEQUENCE)));
        for (int i = rest.size() - 1; i > 0; i--) {
            if (rest.get(i - 1).last() + 1 == rest.get(i).first()) {
                bridge(rest, i - 1);
            }
        }
        return bounded(rest);
    }

    /** Without numbers that nobody will ever give: these are not missing, though nothing is held of them. */
    UnackedRanges withoutUngiven(Interval numbers) {
        List<Interval> rest = new ArrayList<>();
        for (Interval interval : intervals) {
            if (interval.first() < numbers.first()) {
                rest.add(new Interval(interval.first(), Math.min(interval.last(), numbers.first() - 1)));
            }
            if (interval.last() > numbers.last()) {
                rest.add(new Interval(Math.max(interval.first(), numbers.last() + 1), interval.last()));
            }
        }
        return bounded(rest);
    }

    boolean has(long sequence) {
        return intervals.stream().anyMatch(interval -> interval.has(sequence));
    }

    /** The first of the outstanding sequences that lead to this one without a stored one between. */
    long startOf(long sequence) {
        return intervals.stream()
                .filter(interval -> interval.has(sequence))
                .mapToLong(Interval::first)
                .findFirst()
                .orElse(sequence);
    }

    /** What of these sequences is outstanding, rising. */
    List<Interval> within(Interval range) {
        return intervals.stream().filter(range::overlaps).map(range::common).toList();
    }

    long count(Interval range) {
        long count = 0;
        for (Interval interval : intervals) {
            count += interval.overlaps(range) ? interval.common(range).size() : 0;
        }
        return count;
    }

    private static UnackedRanges bounded(List<Interval> intervals) {
        while (intervals.size() > MAX_INTERVALS) {
            // Sent again is better than not sent.
            bridge(intervals, 0);
        }
        return new UnackedRanges(intervals);
    }

    private static void bridge(List<Interval> intervals, int i) {
        Interval next = intervals.remove(i + 1);
        intervals.set(i, new Interval(intervals.get(i).first(), next.last()));
    }
}
