package io.emberwatch.probe.deadline;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Calls that may never come back, one after the other in a thread of their own, and a deadline for who waits for them.
 * A call that hangs keeps that thread, and no other one is started: there is no new call until it has come back.
 *
 * <p>The thread keeps no process alive; it is started by the first call and ends some time after the last. {@link
 * #begin} and {@link #answer} are for one thread at a time, all else is for any.
 *
 * @param <T> what a call brings, never null
 */
public final class DeadlineCall<T> {
    /** A call that was late once is not waited for much longer than most take. */
    static final Duration MOMENT = Duration.ofMillis(100);

    private static final long IDLE_SECONDS = 60;
    /** The probe runs with small stacks, which suffice for Java; what a driver's library puts on one is not known. */
    private static final long STACK_BYTES = 2L << 20;

    private final ExecutorService thread;
    private final LongSupplier nanoTime;
    private volatile Optional<Call<T>> last = Optional.empty();
    private Optional<Call<T>> overdue = Optional.empty();
    private boolean late;
    private boolean hung;

    private record Call<T>(Future<T> result, long begunNanos) {
        Optional<T> await(Duration timeout) throws ExecutionException, InterruptedException {
            try {
                return Optional.of(result.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
            } catch (TimeoutException e) {
                return Optional.empty();
            }
        }
    }

    /** @param nanoTime {@link System#nanoTime()}, for {@link #age} */
    public DeadlineCall(String threadName, LongSupplier nanoTime) {
        this(oneThread(threadName), nanoTime);
    }

    /**
     * Calls in one of the threads that several share: only those that hang keep one each.
     *
     * @param threads makes a call at once, or rejects it
     */
    DeadlineCall(ExecutorService threads, LongSupplier nanoTime) {
        this.thread = threads;
        this.nanoTime = nanoTime;
    }

    private static ExecutorService oneThread(String name) {
        ThreadPoolExecutor thread = new ThreadPoolExecutor(
                1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> daemonThread(task, name));
        thread.allowCoreThreadTimeOut(true);
        return thread;
    }

    /** A thread for a task that may call into a driver: one that keeps no process alive. */
    public static Thread daemonThread(Runnable task, String name) {
        Thread thread = new Thread(null, task, name, STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Begins a call, unless the one before is still under way, or no thread is left for it.
     *
     * @return whether it has begun
     */
    public boolean begin(Callable<T> call) {
        boolean hungBefore = hung;
        hung = isBusy();
        if (hung) {
            return false;
        }
        overdue = late && !hungBefore ? last : Optional.empty();
        try {
            last = Optional.of(new Call<>(thread.submit(call), nanoTime.getAsLong()));
        } catch (RejectedExecutionException e) {
            hung = true;
        }
        return !hung;
    }

    /** Whether a call has not come back yet. */
    public boolean isBusy() {
        return last.isPresent() && !last.get().result().isDone();
    }

    /** How long ago the last call has begun; zero if there was none. */
    public Duration age() {
        return last.map(call -> Duration.ofNanos(nanoTime.getAsLong() - call.begunNanos()))
                .orElse(Duration.ZERO);
    }

    /**
     * What the last call has brought.
     *
     * @param timeout how long to wait for it
     * @return empty if it is not over, or there was none
     * @throws ExecutionException if it has failed
     */
    public Optional<T> await(Duration timeout) throws ExecutionException, InterruptedException {
        Optional<Call<T>> call = last;
        return call.isPresent() ? call.get().await(timeout) : Optional.empty();
    }

    /**
     * The same for who asks again and again, and wants to know what is so now. One that hung when {@link #begin} was
     * called is not waited for again, and one that was late the last time only for a moment. If this call is late as
     * well, what the one before it has brought meanwhile stands for it: something a little slow has answers, each some
     * time old. What a call that hung brings in the end is dropped.
     *
     * @param timeout how long to wait at most
     * @return empty if nothing has been brought in time
     * @throws ExecutionException if the call, or the one that stands for it, has failed
     */
    public Optional<T> answer(Duration timeout) throws ExecutionException, InterruptedException {
        if (hung) {
            return Optional.empty();
        }
        Duration wait = late && MOMENT.compareTo(timeout) < 0 ? MOMENT : timeout;
        late = false;
        Optional<T> inTime = await(wait);
        late = inTime.isEmpty();
        return late && overdue.isPresent() ? overdue.get().await(Duration.ZERO) : inTime;
    }

    /** Whether the last {@link #answer} was not that of the last call. */
    public boolean isLate() {
        return hung || late;
    }
}
