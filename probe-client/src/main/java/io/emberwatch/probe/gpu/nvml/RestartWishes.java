package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.protocol.GpuFault;
import java.time.Duration;

/**
 * Whether NVML is to begin anew. If it says itself that it must: at the next survey. If a card is gone, or cannot be read at all: after a minute and
 * then more and more rarely, because the other cards go without readings meanwhile. Thread-safe.
 */
final class RestartWishes {
    static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
    static final Duration LONGEST_PAUSE = Duration.ofMinutes(16);

    private boolean stale;
    private boolean gone;
    private long pauseNanos = FIRST_PAUSE.toNanos();
    private long begunNanos;

    /** Hears why a card as a whole could not be read. */
    synchronized void hear(NvmlCode code) {
        // A handle that is not valid any more, if it is not one function alone that says so.
        boolean isStale = NvmlFaults.isStale(code) || code == NvmlCode.INVALID_ARGUMENT;
        stale |= isStale;
        gone |= !isStale && NvmlFaults.of(code) != GpuFault.NO_PERMISSION;
    }

    /** Whether it is time; what was heard until now is used up by this question. */
    synchronized boolean isDue(long nowNanos) {
        boolean due = stale || (gone && nowNanos - begunNanos >= pauseNanos);
        if (!gone) {
            pauseNanos = FIRST_PAUSE.toNanos();
        } else if (due) {
            pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE.toNanos());
        }
        gone = false;
        return due;
    }

    /** NVML has begun. */
    synchronized void begun(long nowNanos) {
        begunNanos = nowNanos;
        stale = false;
    }
}
