package io.emberwatch.probe.testing;

import java.util.stream.LongStream;

/**
 * Which random histories a test plays. The build plays the same each time: what it says is then of the code and not of
 * the day. {@code -Demberwatch.histories=N} plays N others, each time new ones, {@code -Demberwatch.seed=S} plays one
 * again.
 */
public final class Seeds {
    private Seeds() {}

    /** The first so many in the build. */
    public static LongStream first(int histories) {
        return elseThese(LongStream.range(0, histories));
    }

    /** Those that were asked for, else these. */
    public static LongStream elseThese(LongStream usual) {
        Long only = Long.getLong("emberwatch.seed");
        if (only != null) {
            return LongStream.of(only);
        }
        Integer others = Integer.getInteger("emberwatch.histories");
        if (others != null) {
            long first = System.nanoTime();
            return LongStream.range(first, first + others);
        }
        return usual;
    }
}
