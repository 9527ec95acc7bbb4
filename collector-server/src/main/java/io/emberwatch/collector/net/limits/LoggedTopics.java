package io.emberwatch.collector.net.limits;

import java.time.Duration;

/** What was logged about one address in this minute. Not thread-safe. */
final class LoggedTopics {
    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

    private int topics;
    private long sinceNanos;

    LoggedTopics(long nowNanos) {
        this.sinceNanos = nowNanos;
    }

    /** Notes a topic, 0 to 30; returns whether it is the first time in this minute. */
    boolean note(int topic, long nowNanos) {
        if (nowNanos - sinceNanos >= MINUTE_NANOS) {
            topics = 0;
            sinceNanos = nowNanos;
        }
        int before = topics;
        topics |= 1 << topic;
        return topics != before;
    }
}
