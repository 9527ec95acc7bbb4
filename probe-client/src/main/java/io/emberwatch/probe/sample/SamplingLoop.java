package io.emberwatch.probe.sample;

import io.emberwatch.probe.reading.Sample;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sampling thread: takes a sample at each tick and hands it on, at once for the first time. It owns samplers and
 * their counters. {@link #changeInterval} and {@link #stop} may be called from any thread.
 */
public final class SamplingLoop implements Runnable {
    public static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);
    public static final Duration LONGEST_INTERVAL = Duration.ofHours(1);
    private static final Logger LOG = LoggerFactory.getLogger(SamplingLoop.class);

    private final Supplier<Sample> sampler;
    private final Consumer<Sample> sink;
    private final LongSupplier nanoTime;
    private final TickSchedule schedule;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Duration interval;
    private boolean stopped;

    /**
     * @param sink must not block
     * @param nanoTime {@link System#nanoTime()}
     */
    public SamplingLoop(Supplier<Sample> sampler, Consumer<Sample> sink, Duration interval, LongSupplier nanoTime) {
        this.sampler = sampler;
        this.sink = sink;
        this.interval = interval;
        this.nanoTime = nanoTime;
        this.schedule = new TickSchedule(nanoTime.getAsLong(), interval);
    }

    @Override
    public void run() {
        do {
            try {
                sink.accept(sampler.get());
            } catch (RuntimeException e) {
                LOG.error("no reading this time", e);
            }
        } while (awaitTick());
    }

    /** Goes on with another interval, brought into the range allowed. */
    public void changeInterval(Duration wanted) {
        Duration allowed = wanted.compareTo(SHORTEST_INTERVAL) < 0
                ? SHORTEST_INTERVAL
                : wanted.compareTo(LONGEST_INTERVAL) > 0 ? LONGEST_INTERVAL : wanted;
        lock.lock();
        try {
            if (!allowed.equals(interval)) {
                LOG.info("sampling every {} ms instead of every {} ms", allowed.toMillis(), interval.toMillis());
                interval = allowed;
                schedule.changeInterval(allowed);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** How often it samples now. */
    public Duration interval() {
        lock.lock();
        try {
            return interval;
        } finally {
            lock.unlock();
        }
    }

    /** Takes no further sample; one being taken is still handed on. */
    public void stop() {
        lock.lock();
        try {
            stopped = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitTick() {
        lock.lock();
        try {
            while (!stopped) {
                long now = nanoTime.getAsLong();
                long waitNanos = schedule.nextTickNanos() - now;
                if (waitNanos <= 0) {
                    schedule.taken(now);
                    return true;
                }
                long unused = changed.awaitNanos(waitNanos);
            }
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /**
     * When to take readings: at whole multiples of the interval since the start, so that delays do not add up. Ticks
     * that passed unused (the machine was suspended or overloaded) are left out rather than made up for. Times are
     * those of {@link System#nanoTime()}. Not thread-safe.
     */
    static final class TickSchedule {
        private long lastTickNanos;
        private long intervalNanos;

        /** @param startNanos the first tick */
        TickSchedule(long startNanos, Duration interval) {
            lastTickNanos = startNanos;
            intervalNanos = interval.toNanos();
        }

        /** Goes on with another interval, counted from the last tick. */
        void changeInterval(Duration interval) {
            intervalNanos = interval.toNanos();
        }

        /** When the next tick is due if none is taken before. */
        long nextTickNanos() {
            return lastTickNanos + intervalNanos;
        }

        /** Takes the tick that is due. */
        void taken(long nowNanos) {
            long late = nowNanos - nextTickNanos();
            lastTickNanos = nextTickNanos() + Math.max(0, Math.floorDiv(late, intervalNanos)) * intervalNanos;
        }
    }
}
