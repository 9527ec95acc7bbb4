package io.emberwatch.probe.gpu;

import java.time.Duration;

/**
 * When to look for GPUs: at once, then now and then, and while something is wrong soon and then more and more rarely.
 * Pure but for what it remembers; times are those of one monotonic clock. Not thread-safe.
 */
final class SurveySchedule {
    static final Duration USUAL = Duration.ofMinutes(5);
    /** Between two surveys at least. */
    static final Duration SOON = Duration.ofSeconds(10);

    private long pauseNanos = SOON.toNanos();
    private long lastNanos;
    private long nextNanos;
    private Object trouble = "";

    /** @param nowNanos when the first survey is due */
    SurveySchedule(long nowNanos) {
        lastNanos = nowNanos - SOON.toNanos();
        nextNanos = nowNanos;
    }

    boolean isDue(long nowNanos) {
        return nowNanos - nextNanos >= 0;
    }

    /**
     * A survey is over.
     *
     * @param wrong whether it, or a GPU since the one before, reported something that may pass
     */
    void surveyed(long nowNanos, boolean wrong) {
        lastNanos = nowNanos;
        nextNanos = nowNanos + (wrong ? pauseNanos : USUAL.toNanos());
        pauseNanos = wrong ? Math.min(2 * pauseNanos, USUAL.toNanos()) : SOON.toNanos();
    }

    /** A survey is over that has not found all GPUs yet: the next one comes soon, however often that happens. */
    void surveyedInPart(long nowNanos) {
        lastNanos = nowNanos;
        nextNanos = nowNanos + SOON.toNanos();
        pauseNanos = SOON.toNanos();
    }

    /**
     * Notes what is wrong now. Something else than last time brings the next survey forward.
     *
     * @param what equal if the same is wrong
     * @param wrong whether anything is
     */
    void note(Object what, boolean wrong, long nowNanos) {
        if (wrong && !what.equals(trouble)) {
            pauseNanos = SOON.toNanos();
            long earliest = Math.max(0, lastNanos + SOON.toNanos() - nowNanos) + nowNanos;
            if (earliest - nextNanos < 0) {
                nextNanos = earliest;
            }
        }
        trouble = what;
    }
}
