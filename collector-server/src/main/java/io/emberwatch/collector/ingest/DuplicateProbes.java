package io.emberwatch.collector.ingest;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many probes were turned away lately because another one with the same machine's key was connected. Thread-safe.
 */
final class DuplicateProbes {
    /** Longer than the longest wait of a probe that was turned away: 10 minutes and a random part of its own. */
    static final Duration WINDOW = Duration.ofMinutes(15);
    /** One that comes again at once, whatever the answer, is not counted for ever. */
    private static final int MAX_COUNTED = 1_000;
    /** The first is written at once; a flood of them is not written one by one. */
    private static final Duration WRITE_INTERVAL = Duration.ofSeconds(1);

    private final Map<Integer, Deque<Instant>> byMachine = new ConcurrentHashMap<>();
    private final Instant startedAt;

    DuplicateProbes(Instant startedAt) {
        this.startedAt = startedAt;
    }

    /**
     * One was turned away.
     *
     * @return whether that is to be written now, as none was a moment ago
     */
    boolean turnedAway(int machineId, Instant now) {
        AtomicBoolean write = new AtomicBoolean();
        byMachine.compute(machineId, (id, known) -> {
            Deque<Instant> times = known == null ? new ArrayDeque<>() : known;
            write.set(times.isEmpty() || !times.getLast().plus(WRITE_INTERVAL).isAfter(now));
            times.add(now);
            if (times.size() > MAX_COUNTED) {
                times.remove();
            }
            return times;
        });
        return write.get();
    }

    /**
     * How many in the last 15 minutes; empty if that is not known, because the collector has not been up for so long.
     */
    OptionalInt count(int machineId, Instant now) {
        Instant since = now.minus(WINDOW);
        AtomicInteger count = new AtomicInteger();
        byMachine.computeIfPresent(machineId, (id, times) -> {
            times.removeIf(time -> !time.isAfter(since));
            count.set(times.size());
            return times.isEmpty() ? null : times;
        });
        if (count.get() > 0) {
            return OptionalInt.of(count.get());
        }
        return startedAt.isAfter(since) ? OptionalInt.empty() : OptionalInt.of(0);
    }
}
