package io.emberwatch.collector.config;

import io.emberwatch.protocol.conf.Durations;
import java.time.Duration;

/** A duration in a range, as {@link Durations} writes it. */
abstract class TimeSpan extends Checked<Duration> {
    private final Duration least;
    private final Duration most;

    TimeSpan(Duration least, Duration most) {
        this.least = least;
        this.most = most;
    }

    @Override
    String allowed() {
        return "a duration with its unit, from " + Durations.print(least) + " to " + Durations.print(most);
    }

    @Override
    Duration read(String text) {
        return Durations.parse(text);
    }

    @Override
    boolean accepts(Duration value) {
        return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
    }
}
