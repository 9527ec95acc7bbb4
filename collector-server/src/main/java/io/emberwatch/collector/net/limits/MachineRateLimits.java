package io.emberwatch.collector.net.limits;

import io.emberwatch.collector.net.connection.LimitEvent;
import io.emberwatch.collector.net.connection.NetCounters;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much each machine sends, over all of its connections: one that connects again gets no new allowance. Thread-safe.
 */
public final class MachineRateLimits {
    private static final Logger LOG = LoggerFactory.getLogger(MachineRateLimits.class);
    /** Of a machine's connections: one that connects now and then has all of its lines. */
    private static final int MAX_LINES_EACH_MINUTE = 10;

    private final Map<Integer, Allowance> byMachine = new ConcurrentHashMap<>();
    private final LimitSettings.Machine limits;
    private final NetCounters counters;
    private final LongSupplier nanoTime;

    public MachineRateLimits(LimitSettings.Machine limits, NetCounters counters, LongSupplier nanoTime) {
        this.limits = limits;
        this.counters = counters;
        this.nanoTime = nanoTime;
    }

    /**
     * For one connection of this machine.
     *
     * @param loop of the connection
     * @param changed called when {@link Throttle#holds} has become another, on the event loop
     */
    public Throttle throttle(int machineId, EventLoop loop, Runnable changed) {
        return new Throttle(of(machineId), loop, counters, changed);
    }

    /**
     * Whether one more line may be logged about this machine's connections. Says once a minute that lines are left out.
     */
    public boolean mayLog(int machineId, String machineName) {
        int lines = of(machineId).countLine();
        if (lines > MAX_LINES_EACH_MINUTE) {
            counters.add(LimitEvent.UNLOGGED);
        }
        if (lines == MAX_LINES_EACH_MINUTE + 1) {
            LOG.info("{} comes and goes: no more of it is logged within this minute", machineName);
        }
        return lines <= MAX_LINES_EACH_MINUTE;
    }

    Allowance of(int machineId) {
        return byMachine.computeIfAbsent(machineId, id -> new Allowance(limits, nanoTime));
    }

    /** Forgets machines whose allowance is full: a new one is as good. */
    public void forgetIdle() {
        byMachine.values().removeIf(Allowance::isFull);
    }

    /** Machines remembered. */
    int size() {
        return byMachine.size();
    }

    /** What one machine may send. Thread-safe: an old connection may still be open beside the new one. */
    static final class Allowance {
        private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

        private final TokenBucket frames;
        private final TokenBucket readings;
        private final LongSupplier nanoTime;
        private int lines;
        private long linesSinceNanos;

        private Allowance(LimitSettings.Machine limits, LongSupplier nanoTime) {
            this.frames = new TokenBucket(limits.frames(), nanoTime.getAsLong());
            this.readings = new TokenBucket(limits.readings(), nanoTime.getAsLong());
            this.nanoTime = nanoTime;
            this.linesSinceNanos = nanoTime.getAsLong();
        }

        /** Returns how many there are in this minute, this one included. */
        private synchronized int countLine() {
            long nowNanos = nanoTime.getAsLong();
            if (nowNanos - linesSinceNanos >= MINUTE_NANOS) {
                lines = 0;
                linesSinceNanos = nowNanos;
            }
            return ++lines;
        }

        /** Counts what has come; returns for how many nanoseconds nothing more should be read, 0 if it may go on. */
        synchronized long count(long newFrames, long newReadings) {
            long nowNanos = nanoTime.getAsLong();
            return Math.max(frames.take(newFrames, nowNanos), readings.take(newReadings, nowNanos));
        }

        private synchronized boolean isFull() {
            long nowNanos = nanoTime.getAsLong();
            return frames.isFull(nowNanos)
                    && readings.isFull(nowNanos)
                    && (lines == 0 || nowNanos - linesSinceNanos >= MINUTE_NANOS);
        }
    }

    /**
     * Says when a session should not be read, because its machine sends more than it may. Slowed, never dropped.
     * Belongs to the channel's event loop.
     */
    public static final class Throttle {
        private final Allowance allowance;
        private final EventLoop loop;
        private final NetCounters counters;
        private final Runnable changed;
        private boolean holds;

        private Throttle(Allowance allowance, EventLoop loop, NetCounters counters, Runnable changed) {
            this.allowance = allowance;
            this.loop = loop;
            this.counters = counters;
            this.changed = changed;
        }

        /** Frames and readings have come. */
        public void count(long frames, long readings) {
            long waitNanos = allowance.count(frames, readings);
            if (waitNanos > 0 && !holds) {
                counters.add(LimitEvent.SLOWED);
                holds = true;
                changed.run();
                loop.schedule(this::release, waitNanos, TimeUnit.NANOSECONDS);
            }
        }

        /** Whether the session is to be left unread for now. */
        public boolean holds() {
            return holds;
        }

        private void release() {
            // More may have come meanwhile, of what was read already.
            long waitNanos = allowance.count(0, 0);
            if (waitNanos > 0) {
                loop.schedule(this::release, waitNanos, TimeUnit.NANOSECONDS);
                return;
            }
            holds = false;
            changed.run();
        }
    }
}
