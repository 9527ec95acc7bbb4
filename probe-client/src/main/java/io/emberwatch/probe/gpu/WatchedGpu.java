package io.emberwatch.probe.gpu;

import io.emberwatch.protocol.GpuFault;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * A GPU and the thread that asks it. A call that does not come back keeps that thread, and no other one is started: the GPU
 * is not asked again until it does. What it says before the next reading is told in that, so that a GPU that is a little slow
 * has values. What it says later is thrown away, because it is no longer of now.
 *
 * <p>For one thread, except that its own reads the GPU.
 */
final class WatchedGpu {
    /** A GPU that was late is not waited for much longer than most need. */
    private static final Duration MOMENT = Duration.ofMillis(100);

    private final DriverThread thread;
    private final LongSupplier nanoTime;
    private Future<GpuOutcome> running = new FutureTask<>(() -> GpuOutcome.of(Gpu.Reading.NOT_NOW));
    private Optional<Future<GpuOutcome>> overdue = Optional.empty();
    private boolean begun;
    private boolean late;
    private boolean stuck;
    private long begunNanos;

    /** @param name of the thread */
    WatchedGpu(String name, LongSupplier nanoTime) {
        this.thread = new DriverThread(name);
        this.nanoTime = nanoTime;
    }

    /** Asks the GPU, unless it still owes an earlier answer. */
    void ask(Gpu gpu) {
        boolean wasStuck = stuck;
        stuck = isBusy();
        if (!stuck) {
            overdue = late && !wasStuck ? Optional.of(running) : Optional.empty();
            begun = true;
            begunNanos = nanoTime.getAsLong();
            running = thread.submit(() -> read(gpu));
        }
    }

    /** Waits for the answer to {@link #ask}, at most until then; an answer that is overdue is not waited for. */
    GpuOutcome answer(long deadlineNanos) {
        if (stuck) {
            return hung();
        }
        long left = Math.max(0, deadlineNanos - nanoTime.getAsLong());
        Optional<GpuOutcome> inTime = outcome(running, late ? Math.min(left, MOMENT.toNanos()) : left);
        late = inTime.isEmpty();
        return inTime.or(() -> overdue.flatMap(before -> outcome(before, 0))).orElseGet(this::hung);
    }

    private static Optional<GpuOutcome> outcome(Future<GpuOutcome> of, long waitNanos) {
        try {
            return Optional.of(of.get(waitNanos, TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            return Optional.of(GpuOutcome.faulty(GpuFault.UNREADABLE, String.valueOf(e.getCause())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(GpuOutcome.of(Gpu.Reading.NOT_NOW));
        }
    }

    /** Whether a call has not come back yet. */
    boolean isBusy() {
        return begun && !running.isDone();
    }

    private GpuOutcome hung() {
        return GpuOutcome.hung(Duration.ofNanos(nanoTime.getAsLong() - begunNanos));
    }

    private static GpuOutcome read(Gpu gpu) {
        try {
            return GpuOutcome.of(gpu.read());
        } catch (Gpu.FaultException e) {
            return GpuOutcome.faulty(e.fault(), String.valueOf(e.getMessage()));
        }
    }
}
