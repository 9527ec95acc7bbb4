package io.emberwatch.probe.spool.disk;

import java.util.function.LongSupplier;

/** For how long probes have run on a spool, by the monotonic clock; the only clock that readings age by. Not thread-safe. */
final class RunningTime {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final LongSupplier nanoTime;
    private final long startNanos;
    private long earlierMillis;

    RunningTime(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.startNanos = nanoTime.getAsLong();
    }

    /** Probes had run for so long before this one. */
    void continues(long millis) {
        earlierMillis = millis;
    }

    long millis() {
        return earlierMillis + (nanoTime.getAsLong() - startNanos) / NANOS_PER_MILLI;
    }
}
