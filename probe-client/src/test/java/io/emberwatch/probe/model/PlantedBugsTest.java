package io.emberwatch.probe.model;

import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The model is worth what it notices: each of these bugs, and soon. The histories are the same each time. */
@Tag("integration")
final class PlantedBugsTest {
    private static final int HISTORIES = 2000;

    @ParameterizedTest
    @EnumSource
    void each_planted_bug_is_found(PlantedBug bug) {
        for (long seed = 0; seed < HISTORIES; seed++) {
            if (isFound(bug, seed)) {
                return;
            }
        }
        fail("%s is not found in %d histories", bug, HISTORIES);
    }

    private static boolean isFound(PlantedBug bug, long seed) {
        try {
            new Story(seed, bug.seams()).play();
            return false;
        } catch (AssertionError e) {
            return true;
        }
    }
}
