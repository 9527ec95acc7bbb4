package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.spool.SpoolInUseException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread <em>spool</em>, and those who wait for it: nobody for longer than their {@link Patience}, and nobody at all
 * while the disk is in trouble. Thread-safe.
 */
final class SpoolThread {
    private static final Logger log = LoggerFactory.getLogger(DiskSpool.class);

    private static final Duration RETRY = Duration.ofSeconds(3);
    /** A write takes some microseconds, to wake a thread that waits takes more. */
    private static final long SPIN_NANOS = 50_000;

    private final SpoolLog spool;
    private final Path directory;
    private final long syncNanos;
    private final Patience patience;
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
    private Optional<SpoolInUseException> refused = Optional.empty();
    private boolean wantsAnew;
    private boolean closing;

    SpoolThread(SpoolLog spool, Path directory, Duration sync, Clock clock, Patience patience) {
        this.spool = spool;
        this.directory = directory;
        this.syncNanos = sync.toNanos();
        this.patience = patience;
        this.health = new DiskHealth(directory, clock);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((dead, e) -> log.error("thread {} has died", dead.getName(), e));
    }

    /** Starts it and waits, not for ever, until it has read what is there. */
    void start() throws SpoolInUseException {
        thread.start();
        lock.lock();
        try {
            if (!await(patience.open(), () -> opened || health.isBad() || refused.isPresent())) {
                degrade("it does not answer");
            }
            if (refused.isPresent()) {
                throw refused.get();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until what was appended to the log is in a file, or on the disk where each reading has to be. */
    void write() {
        Duration longest = patience.write().get();
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

    /** Waits, not for ever, until the new boot id is on disk. */
    void writeAnew() {
        lock.lock();
        try {
            wantsAnew = true;
            work.signal();
            boolean unused = await(patience.close(), () -> !wantsAnew || health.isBad());
        } finally {
            lock.unlock();
        }
    }

    /** Why readings are only in memory; empty if they are not. */
    Optional<String> trouble() {
        lock.lock();
        try {
            return health.why();
        } finally {
            lock.unlock();
        }
    }

    /** Writes and forces everything, marks a good end and ends; waits a few seconds at most. */
    void close() {
        lock.lock();
        try {
            closing = true;
            work.signal();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(patience.close().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            log.warn("the spool in {} does not answer; it is left as it is", directory);
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
                    spool.close();
                    return;
                }
                force.written();
                spool.write();
                if (order.anew) {
                    spool.writeAnew();
                }
                // What works again is not believed before it has also forced.
                boolean forceFirst = syncNanos == 0 || trouble().isPresent();
                if (!forceFirst) {
                    done(order);
                }
                if (forceFirst || force.isDue()) {
                    spool.force();
                    spool.tidy();
                    force.forced();
                }
                if (forceFirst) {
                    done(order);
                }
            } catch (SpoolInUseException e) {
                if (order.end || refuse(e)) {
                    return;
                }
            } catch (IOException | RuntimeException e) {
                if (order.end) {
                    log.error("the spool in {} could not be closed in good order: {}", directory, e.toString());
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
    private boolean refuse(SpoolInUseException e) {
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
}
