package io.emberwatch.probe.model;

import io.emberwatch.probe.testing.Seeds;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Spool and session against everything that can happen to a probe, its machine, the network and the collectors. */
final class ModelTest {
    private static final int HISTORIES = 400;
    /** Each of these has found something. */
    private static final long[] ONCE_FAILED = {45585617533820L, 48035718014559L, 2007367L};

    @Test
    void each_reading_is_stored_once_or_reported_as_lost_whatever_happens() {
        LongStream usual = LongStream.concat(LongStream.of(ONCE_FAILED), LongStream.range(0, HISTORIES));
        Seeds.elseThese(usual).forEach(seed -> {
            try {
                new Story(seed, Seams.RIGHT).play();
            } catch (AssertionError e) {
                throw new AssertionError("-Demberwatch.seed=" + seed + " plays this again: " + e.getMessage(), e);
            }
        });
    }
}
