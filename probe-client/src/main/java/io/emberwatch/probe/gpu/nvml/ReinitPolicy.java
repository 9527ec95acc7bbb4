package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.protocol.GpuFault;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Whether NVML is to begin anew, during which the other GPUs go without readings. If it says itself that it must: at
 * the next survey. If a GPU is gone, or cannot be read at all: once it answers on the bus again, but more and more
 * rarely if that does not help; and now and then without such a sign. Thread-safe.
 */
final class ReinitPolicy {
    static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
    static final Duration LONGEST_PAUSE = Duration.ofMinutes(16);
    static final Duration WITHOUT_SIGN = Duration.ofHours(1);

    private final Predicate<String> answersOnBus;
    /** GPUs that cannot be read, until one can or NVML has begun anew. */
    private final Set<String> gone = new HashSet<>();
    /** Those of them that did not answer on the bus. */
    private final Set<String> silent = new HashSet<>();

    private boolean stale;
    private boolean anyIsBack;
    private long pauseNanos = FIRST_PAUSE.toNanos();
    private long begunNanos;

    /** @param answersOnBus whether the device at this place answers, by PCI bus id */
    ReinitPolicy(Predicate<String> answersOnBus) {
        this.answersOnBus = answersOnBus;
    }

    /**
     * Hears why a GPU as a whole could not be read.
     *
     * @param pciBusId of the GPU; empty if unknown
     */
    synchronized void failed(String pciBusId, NvmlCode code) {
        // A handle that is not valid any more, if it is not one function alone that says so.
        boolean isStale = code.isStale() || code == NvmlCode.INVALID_ARGUMENT;
        stale |= isStale;
        if (!isStale && code.fault() != GpuFault.NO_PERMISSION) {
            gone.add(pciBusId);
        }
    }

    /** Hears that a GPU could be read. */
    synchronized void answered(String pciBusId) {
        gone.remove(pciBusId);
        silent.remove(pciBusId);
    }

    /** Whether it is time. Looks at the bus: for the surveys' thread. */
    boolean isDue(long nowNanos) {
        Set<String> missed = missed();
        Set<String> answering = new HashSet<>(missed);
        answering.removeIf(pciBusId -> !answersOnBus.test(pciBusId));
        synchronized (this) {
            anyIsBack = answering.stream().anyMatch(silent::contains);
            missed.stream().filter(pciBusId -> !answering.contains(pciBusId)).forEach(silent::add);
            long sinceBegun = nowNanos - begunNanos;
            if (missed.isEmpty()) {
                // Soon after a beginning, it may be that nobody has looked yet.
                pauseNanos = sinceBegun >= LONGEST_PAUSE.toNanos() ? FIRST_PAUSE.toNanos() : pauseNanos;
                return stale;
            }
            return stale || (anyIsBack && sinceBegun >= pauseNanos) || sinceBegun >= WITHOUT_SIGN.toNanos();
        }
    }

    private synchronized Set<String> missed() {
        Set<String> missed = new HashSet<>(gone);
        // Whether one without a bus id answers is unknown, but each survey that misses it says so anew.
        gone.remove("");
        return missed;
    }

    /** NVML has begun. */
    synchronized void begun(long nowNanos) {
        begunNanos = nowNanos;
        stale = false;
        gone.clear();
        if (anyIsBack) {
            pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE.toNanos());
            silent.clear();
        }
    }
}
