package io.emberwatch.probe.spool;

import io.emberwatch.probe.sample.Sample;
import io.emberwatch.protocol.Durable;
import io.emberwatch.protocol.Lost;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link SpoolLog} with a thread, <em>spool</em>, that does all that changes the disk. While the disk works, a reading is
 * safe from a crash of the process when {@link #append} returns, and from a loss of power at most {@code sync} later. A disk
 * that fails or hangs costs nobody else any time: readings then stay in memory, and are written when it works again.
 * Thread-safe.
 */
public final class DiskSpool implements Spool, Closeable {
    private static final Logger log = LoggerFactory.getLogger(DiskSpool.class);

    /** How long a reading waits to be written, before the disk counts as hanging. */
    static final Duration WRITE_PATIENCE = Duration.ofSeconds(1);
    /** How long a start waits for what is on disk. */
    private static final Duration OPEN_PATIENCE = Duration.ofSeconds(10);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofSeconds(3);

    private final SpoolLog spool;
    private final Path directory;
    private final Duration sync;
    private final Clock clock;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition progress = lock.newCondition();
    /** Numbers the appends, for those who wait for theirs. */
    private long appended;

    private long safe;
    private boolean tried;
    private boolean opened;
    private Optional<SpoolInUseException> refused = Optional.empty();
    private boolean wantsAnew;
    private boolean closing;
    private Optional<String> trouble = Optional.empty();
    private Instant since;

    /**
     * Goes on with what is in the directory, or, where that cannot be used, begins in memory.
     *
     * @param sync how much of the newest a loss of power may cost; zero: a reading is on disk when {@link #append} returns
     * @param kernelBootId names the time since the machine was started; two zeros if that is not known
     * @throws SpoolInUseException if another probe has the directory
     */
    public static DiskSpool open(Path directory, SpoolLimits limits, Duration sync, Clock clock, UUID kernelBootId)
            throws SpoolInUseException {
        DiskSpool spool = new DiskSpool(new DirectoryFiles(directory), directory, limits, sync, clock, kernelBootId);
        spool.start();
        return spool;
    }

    DiskSpool(SpoolFiles files, Path directory, SpoolLimits limits, Duration sync, Clock clock, UUID kernelBootId) {
        this.spool = new SpoolLog(files, limits, clock, System::nanoTime, kernelBootId);
        this.directory = directory;
        this.sync = sync;
        this.clock = clock;
        this.since = clock.instant();
        this.thread = new Thread(this::run, "spool");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((dead, e) -> log.error("thread {} has died", dead.getName(), e));
    }

    /** Starts the thread and waits, not for ever, until it has read what is there. */
    void start() throws SpoolInUseException {
        thread.start();
        boolean unused = await(OPEN_PATIENCE, () -> opened || trouble.isPresent() || refused.isPresent());
        lock.lock();
        try {
            if (refused.isPresent()) {
                throw refused.get();
            }
            if (!opened && trouble.isEmpty()) {
                degrade("it does not answer");
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public UUID bootId() {
        return spool.bootId();
    }

    @Override
    public long append(Sample sample) {
        long sequence;
        long mine;
        lock.lock();
        try {
            sequence = spool.append(sample);
            mine = ++appended;
            work.signal();
        } finally {
            lock.unlock();
        }
        if (!await(WRITE_PATIENCE, () -> safe >= mine || trouble.isPresent())) {
            lock.lock();
            try {
                if (safe < mine) {
                    degrade("it has not taken a reading for " + WRITE_PATIENCE.toSeconds() + " s");
                }
            } finally {
                lock.unlock();
            }
        }
        return sequence;
    }

    @Override
    public List<SpooledReading> peek(long behind, long upTo, int atMost) {
        return spool.peek(behind, upTo, atMost);
    }

    @Override
    public Optional<Lost> lossBehind(long sequence) {
        return spool.lossBehind(sequence);
    }

    @Override
    public void acknowledge(Durable durable) {
        spool.acknowledge(durable);
    }

    @Override
    public long lastSequence() {
        return spool.lastSequence();
    }

    @Override
    public Optional<Long> startOfNewest(int readings, long behind) {
        return spool.startOfNewest(readings, behind);
    }

    @Override
    public long depth() {
        return spool.depth();
    }

    @Override
    public double fillPercent() {
        return spool.fillPercent();
    }

    @Override
    public void beginAnew() {
        spool.drawBootId();
        lock.lock();
        try {
            wantsAnew = true;
            work.signal();
        } finally {
            lock.unlock();
        }
        boolean unused = await(CLOSE_PATIENCE, () -> !wantsAnew || trouble.isPresent());
    }

    @Override
    public SpoolStatus status() {
        SpoolBook.Figures figures = spool.figures();
        lock.lock();
        try {
            return new SpoolStatus(
                    trouble.isPresent() ? SpoolStatus.Mode.MEMORY : SpoolStatus.Mode.DISK,
                    trouble.map(why -> why + ", since " + since.truncatedTo(ChronoUnit.SECONDS)),
                    spool.depth(),
                    figures.oldestTakenAt(),
                    spool.fillPercent(),
                    figures.diskBytes(),
                    figures.lost());
        } finally {
            lock.unlock();
        }
    }

    /** Brings everything onto the disk, marks a good end and lets another probe in; waits a few seconds at most. */
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
            thread.join(CLOSE_PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            log.warn("the spool in {} does not answer; it is left as it is", directory);
        }
    }

    private void run() {
        long forcedAt = System.nanoTime();
        boolean dirty = false;
        while (true) {
            Order order = awaitOrder(dirty ? sync.toNanos() - (System.nanoTime() - forcedAt) : Long.MAX_VALUE);
            try {
                if (order.end) {
                    spool.close();
                    return;
                }
                spool.write();
                dirty = true;
                if (order.anew) {
                    spool.writeAnew();
                }
                if (System.nanoTime() - forcedAt >= sync.toNanos()) {
                    spool.force();
                    spool.tidy();
                    forcedAt = System.nanoTime();
                    dirty = false;
                }
                done(order);
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
        lock.lock();
        try {
            long wait = trouble.isPresent() && tried ? RETRY.toNanos() : Math.max(0, forceInNanos);
            boolean idle = tried && (trouble.isPresent() || (appended == safe && !wantsAnew));
            while (idle && !closing && wait > 0) {
                wait = work.awaitNanos(wait);
                idle = trouble.isPresent() || (appended == safe && !wantsAnew);
            }
            return new Order(appended, wantsAnew, closing);
        } catch (InterruptedException e) {
            // Nobody does that but a process that ends.
            return new Order(appended, false, true);
        } finally {
            lock.unlock();
        }
    }

    private void done(Order order) {
        lock.lock();
        try {
            tried = true;
            opened = true;
            safe = order.appended;
            wantsAnew &= !order.anew;
            if (trouble.isPresent()) {
                log.info("the spool in {} works again; all readings are in it", directory);
                trouble = Optional.empty();
                since = clock.instant();
            }
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void failed(Exception e) {
        lock.lock();
        try {
            tried = true;
            degrade(e instanceof IOException io ? describe(io) : "error of Emberwatch itself, " + e);
        } finally {
            lock.unlock();
        }
    }

    /** Whether this ends the thread: at the start another probe's directory is an error, later it is trouble. */
    private boolean refuse(SpoolInUseException e) {
        lock.lock();
        try {
            if (!tried) {
                refused = Optional.of(e);
                progress.signalAll();
                return true;
            }
            degrade(e.getMessage());
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Called with the lock held. */
    private void degrade(String reason) {
        if (trouble.isEmpty()) {
            trouble = Optional.of(reason);
            since = clock.instant();
            log.warn(
                    "the spool in {} cannot be used: {}; readings are kept in memory, and are lost if the probe ends, until it"
                            + " works again; look at the disk, its room and the directory's owner",
                    directory,
                    reason);
        }
        progress.signalAll();
    }

    private boolean await(Duration patience, BooleanSupplier condition) {
        lock.lock();
        try {
            long wait = patience.toNanos();
            while (!condition.getAsBoolean() && wait > 0) {
                wait = progress.awaitNanos(wait);
            }
            return condition.getAsBoolean();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private static String describe(IOException e) {
        if (e instanceof AccessDeniedException denied) {
            return "permission denied: " + denied.getFile();
        }
        if (e instanceof NoSuchFileException missing) {
            return "missing: " + missing.getFile();
        }
        return String.valueOf(e.getMessage());
    }
}
