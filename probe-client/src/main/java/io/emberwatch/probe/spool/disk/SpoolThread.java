package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.spool.Spool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread <em>spool</em>, and those who wait for it: nobody for longer than the {@link Timeouts}, and nobody at all
 * while the disk is in trouble. Thread-safe.
 */
final class SpoolThread implements SpoolDriver {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolThread.class);

    private static final Duration RETRY = Duration.ofSeconds(3);
    /** A write takes some microseconds, to wake a thread that waits takes more. */
    private static final long SPIN_NANOS = 50_000;

    private final SpoolWriter writer;
    private final Path directory;
    private final long syncNanos;
    private final Timeouts timeouts;
    private final DiskHealth health;
    private final Thread thread = new Thread(this::run, "spool");

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition progress = lock.newCondition();
    /** Numbers the appends, for those who wait for theirs. */
    private volatile long appended;

    private volatile long safe;
    private boolean tried;
    private boolean opened;
    private Optional<Spool.InUseException> refused = Optional.empty();
    private boolean wantsAnew;
    private boolean closing;

    /**
     * How long others wait for the thread <em>spool</em>, before the disk counts as hanging.
     *
     * @param open at a start, for what is on disk
     * @param write for a reading to be written; asked for each, so that a test's may depend on what it has made hang
     * @param close for a good end, or for a new boot id
     */
    record Timeouts(Duration open, Supplier<Duration> write, Duration close) {
        static final Timeouts DEFAULT =
                new Timeouts(Duration.ofSeconds(10), () -> Duration.ofSeconds(1), Duration.ofSeconds(5));
    }

    SpoolThread(SpoolWriter writer, Path directory, Duration sync, Clock clock, Timeouts timeouts) {
        this.writer = writer;
        this.directory = directory;
        this.syncNanos = sync.toNanos();
        this.timeouts = timeouts;
        this.health = new DiskHealth(directory, clock);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((dead, e) -> LOG.error("thread {} has died", dead.getName(), e));
    }

    /** Starts it and waits, not for ever, until it has read what is there. */
    void start() throws Spool.InUseException {
        thread.start();
        lock.lock();
        try {
            if (!await(timeouts.open(), () -> opened || health.isBad() || refused.isPresent())) {
                degrade("it does not answer");
            }
            if (refused.isPresent()) {
                throw refused.get();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void appended() {
        Duration longest = timeouts.write().get();
        long mine = count();
        spinUntil(() -> safe >= mine);
        lock.lock();
        try {
            if (!await(longest, () -> safe >= mine || health.isBad())) {
                degrade("it has not taken a reading for " + longest.toSeconds() + " s");
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void bootIdDrawn() {
        lock.lock();
        try {
            wantsAnew = true;
            work.signal();
            boolean unused = await(timeouts.close(), () -> !wantsAnew || health.isBad());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<String> trouble() {
        lock.lock();
        try {
            return health.why();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            work.signal();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(timeouts.close().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("the spool in {} does not answer; it is left as it is", directory);
        }
    }

    private long count() {
        lock.lock();
        try {
            long mine = appended + 1;
            appended = mine;
            work.signal();
            return mine;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        ForceSchedule force = new ForceSchedule(syncNanos);
        while (true) {
            Order order = awaitOrder(force.nanosLeft());
            try {
                if (order.end) {
                    writer.close();
                    return;
                }
                force.written();
                writer.write();
                if (order.anew) {
                    writer.beginAnew();
                }
                // What works again is not believed before it has also forced.
                boolean forceFirst = syncNanos == 0 || trouble().isPresent();
                if (!forceFirst) {
                    done(order);
                }
                if (forceFirst || force.isDue()) {
                    writer.force();
                    writer.tidy();
                    force.forced();
                }
                if (forceFirst) {
                    done(order);
                }
            } catch (Spool.InUseException e) {
                if (order.end || refuse(e)) {
                    return;
                }
            } catch (IOException | RuntimeException e) {
                if (order.end) {
                    LOG.error("the spool in {} could not be closed in good order: {}", directory, e.toString());
                    return;
                }
                failed(e);
            }
        }
    }

    /** What there is to do. */
    private record Order(long appended, boolean anew, boolean end) {}

    /** Waits until there is something to do; after trouble, for a while in any case. */
    private Order awaitOrder(long forceInNanos) {
        spinUntil(() -> appended != safe);
        lock.lock();
        try {
            long wait = health.isBad() && tried ? RETRY.toNanos() : forceInNanos;
            while (tried && isIdle() && !closing && wait > 0) {
                wait = work.awaitNanos(wait);
            }
            return new Order(appended, wantsAnew, closing);
        } catch (InterruptedException e) {
            // Nobody does that but a process that ends.
            return new Order(appended, false, true);
        } finally {
            lock.unlock();
        }
    }

    private static void spinUntil(BooleanSupplier condition) {
        long end = System.nanoTime() + SPIN_NANOS;
        while (!condition.getAsBoolean() && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    private boolean isIdle() {
        return health.isBad() || (appended == safe && !wantsAnew);
    }

    private void done(Order order) {
        lock.lock();
        try {
            tried = true;
            opened = true;
            safe = order.appended;
            wantsAnew &= !order.anew;
            health.recover();
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void failed(Exception e) {
        lock.lock();
        try {
            tried = true;
            degrade(DiskHealth.describe(e));
        } finally {
            lock.unlock();
        }
    }

    /** Whether this ends the thread: at the start another probe's directory is an error, later it is trouble. */
    private boolean refuse(Spool.InUseException e) {
        lock.lock();
        try {
            if (tried) {
                degrade(e.getMessage());
                return false;
            }
            refused = Optional.of(e);
            progress.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Called with the lock held, as {@link #await} is. */
    private void degrade(String reason) {
        health.degrade(reason);
        progress.signalAll();
    }

    /** False if the time is up; who is interrupted waits no longer, which says nothing of the disk. */
    private boolean await(Duration longest, BooleanSupplier condition) {
        try {
            long wait = longest.toNanos();
            while (!condition.getAsBoolean() && wait > 0) {
                wait = progress.awaitNanos(wait);
            }
            return condition.getAsBoolean();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /**
     * When what was written is to be forced: at most once in {@code sync}, and only if there is something. One thread.
     */
    private static final class ForceSchedule {
        /**
         * What is due within this part of {@code sync} is forced at once, so that the thread need not wake again for
         * it.
         */
        private static final int EARLY_PART = 8;

        private final long syncNanos;
        private long dueNanos = System.nanoTime();
        private boolean isUnforced = true;

        ForceSchedule(long syncNanos) {
            this.syncNanos = syncNanos;
        }

        /** Until there is something to force; for ever if there is nothing. */
        long nanosLeft() {
            return isUnforced ? dueNanos - System.nanoTime() : Long.MAX_VALUE;
        }

        /** Something was, or may have been, written. */
        void written() {
            isUnforced = true;
        }

        boolean isDue() {
            return nanosLeft() <= syncNanos / EARLY_PART;
        }

        void forced() {
            dueNanos = System.nanoTime() + syncNanos;
            isUnforced = false;
        }
    }
}
