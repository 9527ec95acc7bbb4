package io.emberwatch.probe.gpu.nvml;

import java.util.Optional;

/**
 * How many degrees one card has left until it slows itself down. Once it has told a positive T.Limit, its word counts for good:
 * a card that is believed only while it throttles would jump between two numbers. For one thread.
 */
final class SlowdownMargin {
    private boolean hasToldPositive;

    /** As {@link Margins#toSlowdown}. */
    Optional<Integer> of(
            Optional<Integer> temp, CardFacts facts, Optional<Integer> tLimit, Optional<Long> throttleReasons) {
        hasToldPositive |= tLimit.filter(Margins::isTemperature).isPresent();
        return Margins.toSlowdown(
                temp, facts.slowdownTempC(), tLimit, facts.slowdownOffsetC(), throttleReasons, hasToldPositive);
    }
}
