package io.emberwatch.collector.net.limits;

import java.time.Duration;

/**
 * What failed at one address and is not forgiven yet. The first few failures cost nothing, the next ones a wait that
 * doubles, one more than allowed shuts the address out. Every machine that is connected from there multiplies what is
 * allowed: behind one address there may be a whole institute, and one machine in it that is set up wrongly. Not
 * thread-safe.
 */
final class FailureScore {
    /**
     * What follows from a failure.
     *
     * @param delay before it is answered
     * @param shutsOut whether the address is shut out from now on
     */
    record Penalty(Duration delay, boolean shutsOut) {
        static final Penalty NONE = new Penalty(Duration.ZERO, false);
    }

    private static final Duration FIRST_DELAY = Duration.ofMillis(250);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(4);
    /** One part in so many of what is allowed is free. */
    private static final int FREE_PART = 4;
    /** A machine that fails every five seconds, among the machines of one other, is still let in. */
    private static final int ALLOWED_BY_SESSION = 10;

    private final LimitSettings.Failures limits;
    private double score;
    private long updatedAtNanos;

    FailureScore(LimitSettings.Failures limits, long nowNanos) {
        this.limits = limits;
        this.updatedAtNanos = nowNanos;
    }

    /**
     * Adds a failure.
     *
     * @param weight 1, or less for what happens to honest peers now and then
     */
    Penalty add(double weight, int sessions, long nowNanos) {
        double allowance = allowance(sessions);
        decay(allowance, nowNanos);
        score += weight;
        double relative = score / allowance;
        return new Penalty(delay(relative), relative > limits.max());
    }

    /** What the next failure would have to wait for at the least. */
    Duration delay(int sessions, long nowNanos) {
        double allowance = allowance(sessions);
        decay(allowance, nowNanos);
        return delay(score / allowance);
    }

    private static double allowance(int sessions) {
        return 1.0 + (double) ALLOWED_BY_SESSION * sessions;
    }

    private void decay(double allowance, long nowNanos) {
        long elapsedNanos = Math.max(0, nowNanos - updatedAtNanos);
        double forgiven =
                elapsedNanos * (limits.max() * allowance / limits.window().toNanos());
        score = Math.max(0, score - forgiven);
        updatedAtNanos = nowNanos;
    }

    private Duration delay(double relative) {
        int free = Math.max(1, limits.max() / FREE_PART);
        int doublings = (int) Math.ceil(relative) - free - 1;
        if (doublings < 0) {
            return Duration.ZERO;
        }
        Duration delay = FIRST_DELAY.multipliedBy(1L << Math.min(doublings, Integer.SIZE / 2));
        return delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY;
    }
}
