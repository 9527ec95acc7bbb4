package io.emberwatch.collector.net.limits;

import io.emberwatch.collector.net.connection.LimitEvent;
import io.emberwatch.collector.net.connection.NetCounters;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;

/**
 * Says when a session should not be read, because its machine sends more than it may. Slowed, never dropped. Belongs to
 * the channel's event loop.
 */
public final class Throttle {
    private final MachineRateLimits.Allowance allowance;
    private final EventLoop loop;
    private final NetCounters counters;
    private final Runnable changed;
    private boolean holds;

    /** @param changed called when {@link #holds} has become another, on the event loop */
    public Throttle(MachineRateLimits.Allowance allowance, EventLoop loop, NetCounters counters, Runnable changed) {
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
