package io.emberwatch.protocol;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Rules for times and durations in messages. Within them no arithmetic on milliseconds or nanoseconds overflows. */
final class Times {
    private static final Instant FIRST = Instant.EPOCH;
    /** The last that the database's DATETIME knows. */
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

    private Times() {}

    /** {@code time} to the millisecond. */
    static Instant requireTime(String what, Instant time) {
        Instant millis = time.truncatedTo(ChronoUnit.MILLIS);
        if (millis.isBefore(FIRST) || millis.isAfter(LAST)) {
            throw new IllegalArgumentException(what + " must be in the years 1970 to 9999, but is " + time);
        }
        return millis;
    }

    /** {@code duration} to the millisecond. */
    static Duration requireDuration(String what, Duration duration, long minMillis) {
        Duration millis = duration.truncatedTo(ChronoUnit.MILLIS);
        if (duration.isNegative()
                || millis.compareTo(Duration.ofMillis(minMillis)) < 0
                || millis.compareTo(Duration.ofMillis(WireLimits.MAX_DURATION_MILLIS)) > 0) {
            throw new IllegalArgumentException(what + " must be " + minMillis + " to " + WireLimits.MAX_DURATION_MILLIS
                    + " ms, but is " + duration);
        }
        return millis;
    }
}
