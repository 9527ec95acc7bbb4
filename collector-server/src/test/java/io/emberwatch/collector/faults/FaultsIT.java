package io.emberwatch.collector.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Some seconds of faults, planned the same each time. The profile {@code faults} makes it go on for long and with
 * another seed each time, {@code faults.sh} does so by hand, and both can repeat a seed.
 */
@Tag("integration")
class FaultsIT {
    @Test
    void nothing_is_lost_or_doubled_whatever_is_killed_or_cut() throws Exception {
        FaultSettings settings = FaultSettings.fromProperties();

        assertThat(new FaultRun(settings, System.out).run())
                .as("see what is printed above; seed %s", settings.seed())
                .isTrue();
    }
}
