package io.emberwatch.collector.net.limits;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** How much each machine sends, over all of its connections: one that connects again begins with what it owes. Thread-safe. */
public final class MachineRateLimits {
    private final Map<Integer, Allowance> byMachine = new ConcurrentHashMap<>();
    private final LimitSettings.Machine limits;
    private final LongSupplier nanoTime;

    public MachineRateLimits(LimitSettings.Machine limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.nanoTime = nanoTime;
    }

    public Allowance of(int machineId) {
        return byMachine.computeIfAbsent(machineId, id -> new Allowance(limits, nanoTime));
    }

    /** Forgets machines that owe nothing: a new allowance is as good. */
    public void forgetIdle() {
        byMachine.values().removeIf(Allowance::isFull);
    }

    /** Machines remembered. */
    int size() {
        return byMachine.size();
    }

    /** What one machine may send. Thread-safe: an old connection may still be open beside the new one. */
    static final class Allowance {
        private final TokenBucket frames;
        private final TokenBucket readings;
        private final LongSupplier nanoTime;

        private Allowance(LimitSettings.Machine limits, LongSupplier nanoTime) {
            this.frames = new TokenBucket(limits.frames(), nanoTime.getAsLong());
            this.readings = new TokenBucket(limits.readings(), nanoTime.getAsLong());
            this.nanoTime = nanoTime;
        }

        /** Counts what has come; returns for how many nanoseconds nothing more should be read, 0 if it may go on. */
        synchronized long count(long newFrames, long newReadings) {
            long nowNanos = nanoTime.getAsLong();
            return Math.max(frames.take(newFrames, nowNanos), readings.take(newReadings, nowNanos));
        }

        private synchronized boolean isFull() {
            long nowNanos = nanoTime.getAsLong();
            return frames.isFull(nowNanos) && readings.isFull(nowNanos);
        }
    }
}
