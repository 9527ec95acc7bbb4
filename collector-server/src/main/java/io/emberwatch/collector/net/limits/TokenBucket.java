package io.emberwatch.collector.net.limits;

import io.emberwatch.collector.net.limits.LimitSettings.Rate;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Holds a {@link Rate}: full at first, emptied by what happens, filled by time. All times are of one monotonic clock,
 * in nanoseconds; one that lies before an earlier one counts as no time passed. Not thread-safe.
 */
final class TokenBucket {
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final int perSecond;
    private final int burst;
    private double tokens;
    private long filledAtNanos;

    TokenBucket(Rate rate, long nowNanos) {
        this.perSecond = rate.perSecond();
        this.burst = rate.burst();
        this.tokens = burst;
        this.filledAtNanos = nowNanos;
    }

    /** Takes one if there is one. */
    boolean tryTake(long nowNanos) {
        fill(nowNanos);
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    /**
     * Takes so many, also more than there are: for what has happened already.
     *
     * @return after how many nanoseconds that is made up for; 0 if there were enough
     */
    long take(long count, long nowNanos) {
        fill(nowNanos);
        tokens -= count;
        return tokens >= 0 ? 0 : (long) Math.ceil(-tokens / perSecond * NANOS_PER_SECOND);
    }

    /**
     * Takes one that may have to come yet, if it comes soon enough.
     *
     * @return after how many nanoseconds it is there; none if that is longer than {@code longestWaitNanos}, and nothing
     *     is taken
     */
    OptionalLong reserve(long longestWaitNanos, long nowNanos) {
        long waitNanos = take(1, nowNanos);
        if (waitNanos <= longestWaitNanos) {
            return OptionalLong.of(waitNanos);
        }
        tokens++;
        return OptionalLong.empty();
    }

    /** Whether it is as good as new. */
    boolean isFull(long nowNanos) {
        fill(nowNanos);
        return tokens >= burst;
    }

    private void fill(long nowNanos) {
        long elapsedNanos = nowNanos - filledAtNanos;
        if (elapsedNanos > 0) {
            tokens = Math.min(burst, tokens + elapsedNanos / NANOS_PER_SECOND * perSecond);
            filledAtNanos = nowNanos;
        }
    }
}
