package io.emberwatch.collector.mail.outbox;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How long to wait for the next attempt: seconds at first, so that a short outage costs no more than it lasts, then
 * ever longer up to 10 minutes. Each wait is spread by up to a fifth to either side. Thread-safe if the generator is.
 */
final class RetrySchedule {
    private static final List<Duration> FIRST = List.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(3),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5));
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int DOUBLINGS_TO_LONGEST = 7;
    private static final double SPREAD = 0.2;

    private final RandomGenerator random;

    RetrySchedule(RandomGenerator random) {
        this.random = random;
    }

    /** The wait after an attempt that failed, the first of which is 1. */
    Duration afterFailure(int attempt) {
        long millis = withoutSpread(attempt).toMillis();
        return Duration.ofMillis(Math.round(millis * (1 + random.nextDouble(-SPREAD, SPREAD))));
    }

    private static Duration withoutSpread(int attempt) {
        if (attempt <= FIRST.size()) {
            return FIRST.get(Math.max(attempt, 1) - 1);
        }
        int doublings = Math.min(attempt - FIRST.size(), DOUBLINGS_TO_LONGEST);
        Duration wait = FIRST.get(FIRST.size() - 1).multipliedBy(1L << doublings);
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }
}
