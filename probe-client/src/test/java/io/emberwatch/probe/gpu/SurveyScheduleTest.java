package io.emberwatch.probe.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.protocol.GpuFault;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SurveyScheduleTest {
    private static final Map<String, GpuFault> WELL = Map.of();
    private static final Map<String, GpuFault> LOST = Map.of("GPU-a", GpuFault.LOST);

    /** The clock overflows on the way: only differences count. */
    private long now = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();

    private final SurveySchedule schedule = new SurveySchedule(now);

    @Test
    void first_survey_is_due_at_once_and_the_others_every_five_minutes() {
        assertThat(schedule.isDue(now)).isTrue();
        schedule.surveyed(now, false);

        assertThat(isDueFirstAfter(300)).isTrue();
        schedule.surveyed(now, false);
        assertThat(isDueFirstAfter(300)).isTrue();
    }

    @Test
    void new_fault_brings_the_next_survey_forward_but_not_too_near_to_the_last() {
        schedule.surveyed(now, false);
        pass(4);
        schedule.note(LOST, true, now);
        assertThat(isDueFirstAfter(6)).isTrue();

        schedule.surveyed(now, false);
        schedule.note(WELL, false, now);
        pass(100);
        schedule.note(LOST, true, now);
        assertThat(schedule.isDue(now)).isTrue();
    }

    @Test
    void surveys_become_rarer_while_the_same_is_wrong() {
        schedule.surveyed(now, false);
        pass(100);
        schedule.note(LOST, true, now);
        for (int seconds : new int[] {10, 20, 40, 80, 160, 300, 300}) {
            schedule.surveyed(now, true);
            schedule.note(LOST, true, now);
            assertThat(isDueFirstAfter(seconds)).as("%d s", seconds).isTrue();
        }
    }

    @Test
    void another_fault_counts_as_a_new_one() {
        schedule.surveyed(now, false);
        schedule.note(LOST, true, now);
        for (int i = 0; i < 6; i++) {
            schedule.surveyed(now, true);
            pass(300);
        }
        schedule.surveyed(now, true);
        pass(30);
        schedule.note(Map.of("GPU-a", GpuFault.LOST, "GPU-b", GpuFault.HUNG), true, now);

        assertThat(schedule.isDue(now)).isTrue();
    }

    /** Whether it is due after this time, and not a second before. */
    private boolean isDueFirstAfter(long seconds) {
        pass(seconds - 1);
        boolean before = schedule.isDue(now);
        pass(1);
        return !before && schedule.isDue(now);
    }

    private void pass(long seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }
}
