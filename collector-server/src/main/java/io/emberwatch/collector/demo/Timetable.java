package io.emberwatch.collector.demo;

import java.time.Duration;
import java.util.Optional;

/**
 * When what happens, counted from when the collector listens.
 *
 * @param lower when the limit is lowered
 * @param raise not before this it is raised again
 * @param end when the demo ends by itself; empty for never
 */
public record Timetable(Duration lower, Duration raise, Optional<Duration> end) {
    /**
     * The collector follows a changed limit within 5 s, twice, and the probe needs some to start: with less there would
     * be no alarm to see.
     */
    public static final Duration SHORTEST = Duration.ofSeconds(15);

    private static final Duration LOWER_AT_LATEST = Duration.ofSeconds(5);
    private static final Duration RAISE_AT_LATEST = Duration.ofSeconds(15);

    /** Fits everything into the time there is. */
    public static Timetable of(Optional<Duration> total) {
        return new Timetable(
                total.map(time -> shorter(time.dividedBy(5), LOWER_AT_LATEST)).orElse(LOWER_AT_LATEST),
                total.map(time -> shorter(time.dividedBy(2), RAISE_AT_LATEST)).orElse(RAISE_AT_LATEST),
                total);
    }

    boolean isOver(Duration elapsed) {
        return end.filter(last -> elapsed.compareTo(last) >= 0).isPresent();
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
