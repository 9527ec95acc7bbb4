package io.emberwatch.probe.spool.disk;

import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.WireLimits;
import java.util.ArrayList;
import java.util.List;

/**
 * The sequences that the collector has not stored yet, given or still to be given: its {@link AcknowledgedRange} turned
 * round, and never larger than before. Immutable.
 */
final class UnackedRanges {
    /**
     * Usually one or two: what is to come, and the deferred history; one more for each start while that is
     * unacknowledged.
     */
    static final int MAX_RANGES = 8;

    static final UnackedRanges EVERYTHING = new UnackedRanges(List.of(new SequenceRange(1, WireLimits.MAX_SEQUENCE)));

    private final List<SequenceRange> ranges;

    /** @param ranges rising; the last one has no end */
    UnackedRanges(List<SequenceRange> ranges) {
        this.ranges = List.copyOf(ranges);
    }

    List<SequenceRange> ranges() {
        return ranges;
    }

    /** @param lastGiven numbers beyond it cannot have been stored, whatever the collector says */
    UnackedRanges without(AcknowledgedRange acknowledged, long lastGiven) {
        List<SequenceRange> rest = new ArrayList<>();
        if (acknowledged.lacksHistory()) {
            rest.addAll(within(new SequenceRange(acknowledged.historyFrom(), acknowledged.historyTo())));
        }
        rest.addAll(within(new SequenceRange(Math.min(acknowledged.last(), lastGiven) + 1, WireLimits.MAX_SEQUENCE)));
        for (int i = rest.size() - 1; i > 0; i--) {
            if (rest.get(i - 1).last() + 1 == rest.get(i).first()) {
                bridge(rest, i - 1);
            }
        }
        return bounded(rest);
    }

    /** Without numbers that nobody will ever give: these are not missing, though nothing is held of them. */
    UnackedRanges withoutUngiven(SequenceRange numbers) {
        List<SequenceRange> rest = new ArrayList<>();
        for (SequenceRange range : ranges) {
            if (range.first() < numbers.first()) {
                rest.add(new SequenceRange(range.first(), Math.min(range.last(), numbers.first() - 1)));
            }
            if (range.last() > numbers.last()) {
                rest.add(new SequenceRange(Math.max(range.first(), numbers.last() + 1), range.last()));
            }
        }
        return bounded(rest);
    }

    /** The first of the unacknowledged sequences that lead to this one without a stored one between. */
    long startOf(long sequence) {
        return ranges.stream()
                .filter(range -> range.has(sequence))
                .mapToLong(SequenceRange::first)
                .findFirst()
                .orElse(sequence);
    }

    /** What of these sequences is unacknowledged, rising. */
    List<SequenceRange> within(SequenceRange range) {
        return ranges.stream().filter(range::overlaps).map(range::common).toList();
    }

    long count(SequenceRange range) {
        long count = 0;
        for (SequenceRange unacked : ranges) {
            count += unacked.overlaps(range) ? unacked.common(range).size() : 0;
        }
        return count;
    }

    private static UnackedRanges bounded(List<SequenceRange> ranges) {
        while (ranges.size() > MAX_RANGES) {
            // Sent again is better than not sent.
            bridge(ranges, 0);
        }
        return new UnackedRanges(ranges);
    }

    private static void bridge(List<SequenceRange> ranges, int i) {
        SequenceRange next = ranges.remove(i + 1);
        ranges.set(i, new SequenceRange(ranges.get(i).first(), next.last()));
    }
}
