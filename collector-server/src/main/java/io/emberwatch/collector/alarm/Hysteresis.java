package io.emberwatch.collector.alarm;

import io.emberwatch.collector.model.Limit;
import io.emberwatch.protocol.Metric.Direction;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/** Where an alarm goes from here, regardless of who is told. */
final class Hysteresis {
    enum Step {
        /** As it was: still fine, still waiting, or nothing known. */
        NONE,
        PEND,
        DROP,
        RAISE,
        /** Firing, and goes on. */
        STAY,
        CLEAR
    }

    private final Duration longestGap;

    Hysteresis(Duration longestGap) {
        this.longestGap = longestGap;
    }

    Step step(Optional<OpenAlarm> alarm, Limit limit, Direction direction, OptionalDouble value, Instant at) {
        if (alarm.isEmpty()) {
            return value.isPresent() && direction.reached(value.getAsDouble(), limit.raiseAt())
                    ? limit.holdFor().isZero() ? Step.RAISE : Step.PEND
                    : Step.NONE;
        }
        if (alarm.get().isFiring()) {
            return value.isPresent() && isOver(limit, direction, value.getAsDouble()) ? Step.CLEAR : Step.STAY;
        }
        if (value.isEmpty()) {
            return Step.NONE;
        }
        return direction.reached(value.getAsDouble(), limit.raiseAt())
                ? waited(alarm.get().pendingSince(), limit.holdFor(), at)
                : Step.DROP;
    }

    /**
     * A pending alarm fires at the first known value after {@code holdFor}; one that comes much later than that was
     * preceded by a gap as long, in which anything may have been.
     */
    private Step waited(Instant since, Duration holdFor, Instant at) {
        if (holdFor.isZero()) {
            return Step.RAISE;
        }
        Duration held = Duration.between(since, at);
        Duration tolerated = holdFor.plus(longestGap);
        if (held.isNegative() || held.compareTo(tolerated) > 0) {
            return Step.PEND;
        }
        return held.compareTo(holdFor) >= 0 ? Step.RAISE : Step.NONE;
    }

    /** Where both values of a limit are the same, one value must not both raise and clear. */
    private static boolean isOver(Limit limit, Direction direction, double value) {
        boolean atOrBelowClear =
                direction == Direction.HIGH_IS_BAD ? value <= limit.clearAt() : value >= limit.clearAt();
        return atOrBelowClear && !direction.reached(value, limit.raiseAt());
    }
}
