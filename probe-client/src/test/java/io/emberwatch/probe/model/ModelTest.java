package io.emberwatch.probe.model;

import org.junit.jupiter.api.Test;

/**
 * Spool and session against everything that can happen to a probe, its machine, the network and the collectors. {@code
 * -Demberwatch.histories=N} plays more stories, {@code -Demberwatch.seed=S} plays one again.
 */
final class ModelTest {
    private static final int HISTORIES = 400;

    @Test
    void whatever_happens_each_reading_is_stored_once_or_told_as_lost() {
        Long only = Long.getLong("emberwatch.seed");
        long first = only != null ? only : System.nanoTime();
        int histories = only != null ? 1 : Integer.getInteger("emberwatch.histories", HISTORIES);
        for (long seed = first; seed < first + histories; seed++) {
            try {
                new Story(seed, Parts.RIGHT).play();
            } catch (AssertionError e) {
                throw new AssertionError("-Demberwatch.seed=" + seed + " plays this again: " + e.getMessage(), e);
            }
        }
    }
}
