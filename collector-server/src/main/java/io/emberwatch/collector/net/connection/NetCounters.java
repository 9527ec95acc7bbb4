package io.emberwatch.collector.net.connection;

import io.emberwatch.protocol.RefusalCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What happened on the sockets since the collector started. Thread-safe. */
public final class NetCounters {
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder enrolled = new LongAdder();
    private final LongAdder frames = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Map<RefusalCode, LongAdder> refused = new EnumMap<>(RefusalCode.class);
    private final Map<LimitEvent, LongAdder> events = new EnumMap<>(LimitEvent.class);

    public NetCounters() {
        for (RefusalCode code : RefusalCode.values()) {
            refused.put(code, new LongAdder());
        }
        for (LimitEvent event : LimitEvent.values()) {
            events.put(event, new LongAdder());
        }
    }

    /** Connections open now. */
    public int open() {
        return open.get();
    }

    /** Connections accepted. */
    public long accepted() {
        return accepted.sum();
    }

    /** Frames taken in, whatever became of them. */
    public long frames() {
        return frames.sum();
    }

    /** Boxes enrolled; one that asked again counts again. */
    public long enrolled() {
        return enrolled.sum();
    }

    /** Connections ended by an error that has no code of its own, for example a reset by the peer. */
    public long failures() {
        return failures.sum();
    }

    /** Connections refused, or sessions ended, with this code. */
    public long refused(RefusalCode code) {
        return refused.get(code).sum();
    }

    /** How often this was done. */
    public long count(LimitEvent event) {
        return events.get(event).sum();
    }

    public int countOpened() {
        accepted.increment();
        return open.incrementAndGet();
    }

    public void countClosed() {
        open.decrementAndGet();
    }

    void countFrames(long count) {
        frames.add(count);
    }

    public void countEnrolled() {
        enrolled.increment();
    }

    public void countFailure() {
        failures.increment();
    }

    public void add(LimitEvent event) {
        events.get(event).increment();
    }

    public void countRefused(RefusalCode code) {
        refused.get(code).increment();
    }
}
