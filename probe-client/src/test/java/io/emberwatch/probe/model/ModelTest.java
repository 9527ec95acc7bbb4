package io.emberwatch.probe.model;

import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Spool and session against everything that can happen to a probe, its machine, the network and the collectors. The build
 * plays the same stories each time: what it says is then of the code and not of the day. {@code -Demberwatch.histories=N}
 * plays N others, each time new ones, {@code -Demberwatch.seed=S} plays one again.
 */
final class ModelTest {
    private static final int HISTORIES = 400;
    /** Each of these has found something. */
    private static final List<Long> ONCE_FAILED = List.of(45585617533820L, 48035718014559L, 2007367L);

    @Test
    void whatever_happens_each_reading_is_stored_once_or_told_as_lost() {
        seeds().forEach(seed -> {
            try {
                new Story(seed, Parts.RIGHT).play();
            } catch (AssertionError e) {
                throw new AssertionError("-Demberwatch.seed=" + seed + " plays this again: " + e.getMessage(), e);
            }
        });
    }

    private static Stream<Long> seeds() {
        Long only = Long.getLong("emberwatch.seed");
        if (only != null) {
            return Stream.of(only);
        }
        Integer others = Integer.getInteger("emberwatch.histories");
        if (others != null) {
            long first = System.nanoTime();
            return LongStream.range(first, first + others).boxed();
        }
        return Stream.concat(
                ONCE_FAILED.stream(), LongStream.range(0, HISTORIES).boxed());
    }
}
