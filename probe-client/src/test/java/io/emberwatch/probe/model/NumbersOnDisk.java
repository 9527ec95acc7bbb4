package io.emberwatch.probe.model;

import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.spool.Spool;
import io.emberwatch.probe.spool.disk.ManualSpool;
import io.emberwatch.probe.testing.ForwardingSpool;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Lost;
import io.emberwatch.protocol.WireLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Numbers readings 1, 2, 3, … and goes on behind the last one that a new process finds, as if no later one could have
 * been given. The right spool below has numbers of its own; what is lost there is not known by these, so none of it is
 * reported.
 */
final class NumbersOnDisk {
    private final TreeMap<Long, Long> below = new TreeMap<>();
    private long acknowledged;

    Spool goOnBehindTheLastReadingOf(ManualSpool log) {
        Map<Long, Long> numbers = new TreeMap<>();
        below.forEach((number, sequence) -> numbers.put(sequence, number));
        long last = acknowledged;
        long behind = 0;
        List<Sample.Numbered> held = log.peek(behind, WireLimits.MAX_SEQUENCE, 1000);
        while (!held.isEmpty()) {
            behind = held.get(held.size() - 1).sequence();
            last = Math.max(last, numbers.getOrDefault(behind, last));
            held = log.peek(behind, WireLimits.MAX_SEQUENCE, 1000);
        }
        below.tailMap(last, false).clear();
        return new Numbered(log, last);
    }

    private final class Numbered extends ForwardingSpool {
        private long last;

        Numbered(ManualSpool log, long last) {
            super(log);
            this.last = last;
        }

        @Override
        public long append(Sample sample) {
            below.put(++last, super.append(sample));
            return last;
        }

        @Override
        public List<Sample.Numbered> peek(long behind, long upTo, int atMost) {
            List<Sample.Numbered> found = new ArrayList<>();
            for (Map.Entry<Long, Long> entry : below.tailMap(behind, false).entrySet()) {
                if (entry.getKey() > upTo || found.size() == atMost) {
                    break;
                }
                List<Sample.Numbered> held = super.peek(entry.getValue() - 1, entry.getValue(), 1);
                boolean isConsecutive =
                        found.isEmpty() || found.get(found.size() - 1).sequence() + 1 == entry.getKey();
                if (!isConsecutive) {
                    break;
                }
                held.forEach(reading -> found.add(new Sample.Numbered(entry.getKey(), reading.sample())));
            }
            return found;
        }

        @Override
        public Optional<Lost> lossBehind(long sequence) {
            return Optional.empty();
        }

        @Override
        public void acknowledge(AcknowledgedRange range) {
            acknowledged = Math.max(acknowledged, range.gapless());
            Map.Entry<Long, Long> newest = below.floorEntry(range.gapless());
            if (newest != null) {
                super.acknowledge(AcknowledgedRange.upTo(newest.getValue()));
            }
        }

        @Override
        public long lastSequence() {
            return last;
        }

        @Override
        public Optional<Long> startOfNewest(int readings, long behind) {
            return Optional.empty();
        }
    }
}
