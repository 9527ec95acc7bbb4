package io.emberwatch.probe.deadline;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * All that a reading of this machine asks and that may never answer: mount points, drives, chips, files of the kernel.
 * Each is judged by itself. One that hangs costs its own value and keeps a thread, and is not asked again until it has
 * come back; what answers shares a thread or two. A reading waits for all of them together no longer than the deadline,
 * and for those that come after it only a moment each.
 *
 * <p>Thread-safe; {@link #beginReading} is for the thread that takes readings.
 */
public final class DeadlineCalls {
    public static final Duration USUAL_DEADLINE = Duration.ofSeconds(1);
    /** Longer than a drive needs to wake up, or a controller to reset one. */
    public static final Duration USUALLY_HUNG_AFTER = Duration.ofSeconds(30);

    /** So many things may hang at once; others are then not asked. */
    static final int MOST_THREADS = 64;

    private static final Duration LEAST_WAIT = Duration.ofMillis(10);
    private static final long IDLE_SECONDS = 60;

    private final Duration deadline;
    private final Duration hungAfter;
    private final LongSupplier nanoTime;
    private final ExecutorService threads;
    private final Map<String, Watched> all = new ConcurrentHashMap<>();
    private final AtomicInteger readings = new AtomicInteger();
    private final AtomicLong untilNanos = new AtomicLong();

    /** One of those that are asked. Its lock is held while it is waited for, which is never long. */
    private static final class Watched {
        final DeadlineCall<Object> call;
        volatile int askedInReading;

        Watched(DeadlineCall<Object> call) {
            this.call = call;
        }
    }

    /**
     * @param deadline how long a reading waits for all that does not answer
     * @param hungAfter how long something goes unanswered until it has hung, and is not merely slow
     * @param nanoTime {@link System#nanoTime()}
     */
    public DeadlineCalls(Duration deadline, Duration hungAfter, LongSupplier nanoTime) {
        this.deadline = deadline;
        this.hungAfter = hungAfter;
        this.nanoTime = nanoTime;
        AtomicInteger made = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                0,
                MOST_THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> DeadlineCall.daemonThread(task, "read-" + made.incrementAndGet()));
        untilNanos.set(nanoTime.getAsLong() + deadline.toNanos());
    }

    /** From now on a deadline holds for all calls together; those of things that are not asked any more are forgotten. */
    public void beginReading() {
        int last = readings.getAndIncrement();
        all.values().removeIf(watched -> watched.askedInReading < last && !watched.call.isBusy());
        untilNanos.set(nanoTime.getAsLong() + deadline.toNanos());
    }

    /** Counts them, for who remembers what belongs to one. */
    public int readings() {
        return readings.get();
    }

    /**
     * What something answers. While an earlier call of the same thing hangs, no other is made. One that is always a
     * little late is answered for by the call before.
     *
     * @param what names it, for people too; it always answers the same type
     * @param call shares nothing with the caller: it may go on after this has returned
     * @return empty if it has not answered in time
     * @throws ExecutionException if the call has failed
     */
    @SuppressWarnings("unchecked")
    public <T> Optional<T> call(String what, Callable<T> call) throws ExecutionException {
        Watched watched = all.computeIfAbsent(what, name -> new Watched(new DeadlineCall<>(threads, nanoTime)));
        watched.askedInReading = readings.get();
        synchronized (watched) {
            try {
                boolean unused = watched.call.begin(call::call);
                return (Optional<T>) watched.call.answer(timeLeft());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
    }

    /** Whether a call of it has not come back yet. */
    public boolean isBusy(String what) {
        Watched watched = all.get(what);
        return watched != null && watched.call.isBusy();
    }

    /** What hangs, by name. */
    public List<String> hung() {
        return all.entrySet().stream()
                .filter(watched -> watched.getValue().call.isBusy()
                        && watched.getValue().call.age().compareTo(hungAfter) >= 0)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private Duration timeLeft() {
        Duration left = Duration.ofNanos(untilNanos.get() - nanoTime.getAsLong());
        return left.compareTo(LEAST_WAIT) < 0 ? LEAST_WAIT : left;
    }
}
