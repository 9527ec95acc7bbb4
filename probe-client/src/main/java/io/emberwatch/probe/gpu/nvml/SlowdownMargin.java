package io.emberwatch.probe.gpu.nvml;

import java.util.Optional;

/**
 * How many degrees one GPU has left until it slows itself down. Ada and newer report it themselves, older ones by their
 * constant limit. Some GPUs (H100 among them) report a margin of 0 or less all the time, although they are cool: that
 * is found out, and nothing is reported rather than something invented. Once a GPU has reported a positive T.Limit, its
 * word counts for good: a GPU that is believed only while it throttles would jump between two numbers. For one thread.
 */
final class SlowdownMargin {
    /** Software and hardware slowdown because of heat: bits of the throttle reasons. */
    static final long HEAT = 0x20 | 0x40;

    /** This near to its limit a GPU may well have no margin left, though it does not throttle yet. */
    private static final int NEAR_C = 5;

    private static final int HIGHEST_TEMP_C = 200;
    private static final int LARGEST_OFFSET_C = 50;

    private boolean hasReportedPositive;

    /** As {@link #toSlowdown}. */
    Optional<Integer> of(
            Optional<Integer> temp,
            Optional<Integer> slowdown,
            Optional<Integer> tLimit,
            Optional<Integer> slowdownOffset,
            Optional<Long> throttleReasons) {
        hasReportedPositive |= tLimit.filter(SlowdownMargin::isTemperature).isPresent();
        return toSlowdown(temp, slowdown, tLimit, slowdownOffset, throttleReasons, hasReportedPositive);
    }

    /**
     * The margin to slowdown, °C; 0 or less once it is reached.
     *
     * @param temp core temperature
     * @param slowdown constant limit
     * @param tLimit as the GPU reports it
     * @param slowdownOffset T.Limit at which it slows down
     * @param throttleReasons as the GPU reports them
     * @param believed whether the GPU is known to report its margin truly
     */
    static Optional<Integer> toSlowdown(
            Optional<Integer> temp,
            Optional<Integer> slowdown,
            Optional<Integer> tLimit,
            Optional<Integer> slowdownOffset,
            Optional<Long> throttleReasons,
            boolean believed) {
        Optional<Integer> constant = temp.flatMap(t -> slowdown.map(limit -> limit - t));
        Optional<Integer> reported = reported(tLimit, slowdownOffset);
        return reported.filter(margin -> believed || isCredible(margin, constant, throttleReasons))
                .or(() -> constant);
    }

    /**
     * A limit in °C that a GPU reports only as T.Limit, or empty.
     *
     * @param offset T.Limit at which it is reached
     */
    static Optional<Integer> limit(Optional<Integer> temp, Optional<Integer> tLimit, Optional<Integer> offset) {
        return offset.isEmpty()
                ? Optional.empty()
                : temp.flatMap(t -> reported(tLimit, offset)
                        .filter(margin -> margin > 0)
                        .map(margin -> t + margin)
                        .filter(SlowdownMargin::isTemperature));
    }

    /** Whether a temperature is one: broken sensors say 0, 255, or less than nothing. */
    static boolean isTemperature(int celsius) {
        return celsius > 0 && celsius < HIGHEST_TEMP_C;
    }

    private static boolean isOffset(int celsius) {
        return Math.abs(celsius) <= LARGEST_OFFSET_C;
    }

    private static Optional<Integer> reported(Optional<Integer> tLimit, Optional<Integer> offset) {
        return tLimit.filter(margin -> Math.abs(margin) < HIGHEST_TEMP_C)
                .map(margin -> margin - offset.filter(SlowdownMargin::isOffset).orElse(0));
    }

    private static boolean isCredible(int margin, Optional<Integer> constant, Optional<Long> throttleReasons) {
        boolean hot = throttleReasons.isPresent() && (throttleReasons.get() & HEAT) != 0;
        boolean nearItsLimit = constant.isPresent() && constant.get() <= NEAR_C;
        boolean nothingToCompare = throttleReasons.isEmpty() && constant.isEmpty();
        return margin > 0 || hot || nearItsLimit || nothingToCompare;
    }
}
