package io.emberwatch.probe.gpu.nvml;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One reference to NVML, and who uses it. Handles are valid for one generation only: from a beginning to the next. NVML
 * is never shut down while a call is under way, for that may crash or block; and no call is made while it begins.
 * Thread-safe; {@link #begin} is for one thread.
 */
final class NvmlSession {
    private final Nvml nvml;
    private final Duration longCall;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition left = lock.newCondition();
    private int generation;
    private boolean open;
    private final Map<Thread, Long> callers = new HashMap<>();

    /** @param longCall a call that takes longer will hardly be over soon: no use in keeping others from theirs */
    NvmlSession(Nvml nvml, Duration longCall) {
        this.nvml = nvml;
        this.longCall = longCall;
    }

    Nvml nvml() {
        return nvml;
    }

    boolean isOpen() {
        lock.lock();
        try {
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** The generation of now. */
    int generation() {
        lock.lock();
        try {
            return generation;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Before calls with handles of this generation; if it is allowed, {@link #leave} by the same thread must follow.
     *
     * @return false if these handles are no longer valid, or NVML is just beginning anew
     */
    boolean enter(int ofGeneration) {
        lock.lock();
        try {
            boolean allowed = open && generation == ofGeneration;
            if (allowed) {
                callers.put(Thread.currentThread(), System.nanoTime());
            }
            return allowed;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            callers.remove(Thread.currentThread());
            left.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Begins, or begins anew: after that, all handles are new ones.
     *
     * @param timeout how long to wait for calls under way
     * @param beforeShutdown releases what belongs to the generation that ends
     * @return false if calls are still under way: all stays as it was
     * @throws NvmlException if it cannot begin; then no call is allowed until it can
     */
    boolean begin(Duration timeout, Runnable beforeShutdown) throws NvmlException {
        boolean wasOpen = isOpen();
        if (!close(timeout)) {
            return false;
        }
        if (wasOpen) {
            beforeShutdown.run();
            nvml.shutdown();
        }
        nvml.init();
        lock.lock();
        try {
            generation++;
            open = true;
        } finally {
            lock.unlock();
        }
        return true;
    }

    /** Lets nobody enter any more, if all leave in time. */
    private boolean close(Duration timeout) {
        lock.lock();
        try {
            if (hasLongCall()) {
                return false;
            }
            boolean wasOpen = open;
            open = false;
            awaitNobody(timeout);
            open = wasOpen && !callers.isEmpty();
            return callers.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private boolean hasLongCall() {
        long now = System.nanoTime();
        return callers.values().stream().anyMatch(since -> now - since > longCall.toNanos());
    }

    private void awaitNobody(Duration timeout) {
        try {
            long nanos = timeout.toNanos();
            while (!callers.isEmpty() && nanos > 0) {
                nanos = left.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
