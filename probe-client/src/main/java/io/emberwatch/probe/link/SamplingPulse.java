package io.emberwatch.probe.link;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * When the last sample was taken, by which the link sees that the sampler hangs: a read of a dying disk or sensor may
 * never return. A session that goes on then would have the collector believe that this machine is watched. Thread-safe.
 */
public final class SamplingPulse {
    /** Intervals without a sample after which sampling counts as hanging. */
    private static final int INTERVALS = 3;
    /** Never sooner: a machine that swaps or resumes may be this late. */
    static final Duration MIN_TIMEOUT = Duration.ofSeconds(30);

    private final LongSupplier nanoTime;
    private Duration interval;
    private Instant lastSampleAt;
    private long sampledNanos;
    private boolean hasSampled;
    private long countedFromNanos;

    /**
     * @param interval how often samples are taken
     * @param now taken for the time of a sample until the first comes
     * @param nanoTime {@link System#nanoTime()}
     */
    public SamplingPulse(Duration interval, Instant now, LongSupplier nanoTime) {
        this.interval = interval;
        this.lastSampleAt = now;
        this.nanoTime = nanoTime;
        this.countedFromNanos = nanoTime.getAsLong();
    }

    /** A sample is in the spool. */
    public synchronized void sampled(Instant takenAt) {
        lastSampleAt = takenAt;
        hasSampled = true;
        sampledNanos = nanoTime.getAsLong();
        countedFromNanos = sampledNanos;
    }

    /** Samples are taken this often from now on; the next may take as long as if one had been taken now. */
    public synchronized void changeInterval(Duration changed) {
        if (!changed.equals(interval)) {
            interval = changed;
            countedFromNanos = nanoTime.getAsLong();
        }
    }

    /** How long it may still take until sampling counts as hanging; 0 or less if it does. */
    synchronized long nanosLeft() {
        long timeoutNanos = Math.max(INTERVALS * interval.toNanos(), MIN_TIMEOUT.toNanos());
        return countedFromNanos + timeoutNanos - nanoTime.getAsLong();
    }

    /** Whether no sample came for so long that none may ever come. */
    public boolean hangs() {
        return nanosLeft() <= 0;
    }

    /** Time since the last sample, whatever the clocks say; empty before the first. */
    public synchronized Optional<Duration> sinceLastSample() {
        return hasSampled ? Optional.of(Duration.ofNanos(nanoTime.getAsLong() - sampledNanos)) : Optional.empty();
    }

    /** By the machine's clock. */
    public synchronized Instant lastSampleAt() {
        return lastSampleAt;
    }
}
