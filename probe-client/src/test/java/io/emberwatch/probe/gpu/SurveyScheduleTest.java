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
    void the_first_one_is_due_at_once_and_the_others_every_five_minutes() {
        assertThat(schedule.isDue(now)).isTrue();
        schedule.surveyed(now, false);

        assertThat(isDueFirstAfter(300)).isTrue();
        schedule.surveyed(now, false);
        assertThat(isDueFirstAfter(300)).isTrue();
    }

    @Test
    void what_is_newly_wrong_brings_the_next_one_forward_but_not_too_near_to_the_last() {
        schedule.surveyed(now, false);
        pass(4);
        schedule.hear(LOST, true, now);
        assertThat(isDueFirstAfter(6)).isTrue();

        schedule.surveyed(now, false);
        schedule.hear(WELL, false, now);
        pass(100);
        schedule.hear(LOST, true, now);
        assertThat(schedule.isDue(now)).isTrue();
    }

    @Test
    void while_the_same_is_wrong_they_become_more_and_more_rare() {
        schedule.surveyed(now, false);
        pass(100);
        schedule.hear(LOST, true, now);
        for (int seconds : new int[] {10, 20, 40, 80, 160, 300, 300}) {
            schedule.surveyed(now, true);
            schedule.hear(LOST, true, now);
            assertThat(isDueFirstAfter(seconds)).as("%d s", seconds).isTrue();
        }
    }

    @Test
    void something_else_that_is_wrong_is_news() {
        schedule.surveyed(now, false);
        schedule.hear(LOST, true, now);
        for (int i = 0; i < 6; i++) {
            schedule.surveyed(now, true);
            pass(300);
        }
        schedule.surveyed(now, true);
        pass(30);
        schedule.hear(Map.of("GPU-a", GpuFault.LOST, "GPU-b", GpuFault.HUNG), true, now);

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
