package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class TickScheduleTest {
    private static final long SECOND = 1_000_000_000L;

    private final SamplingLoop.TickSchedule schedule = new SamplingLoop.TickSchedule(0, Duration.ofSeconds(5));

    @Test
    void delays_do_not_add_up() {
        for (long tick = 1; tick <= 1000; tick++) {
            assertThat(schedule.nextTickNanos()).isEqualTo(tick * 5 * SECOND);
            schedule.taken(schedule.nextTickNanos() + SECOND);
        }
    }

    @Test
    void ticks_that_passed_unused_are_left_out() {
        schedule.taken(62 * SECOND);

        assertThat(schedule.nextTickNanos()).isEqualTo(65 * SECOND);
    }

    @Test
    void another_interval_counts_from_the_last_tick() {
        schedule.taken(5 * SECOND);

        schedule.changeInterval(Duration.ofSeconds(1));

        assertThat(schedule.nextTickNanos()).isEqualTo(6 * SECOND);
    }

    @Test
    void clock_that_wraps_around_changes_nothing() {
        SamplingLoop.TickSchedule late = new SamplingLoop.TickSchedule(Long.MAX_VALUE - SECOND, Duration.ofSeconds(5));

        assertThat(late.nextTickNanos() - (Long.MAX_VALUE - SECOND)).isEqualTo(5 * SECOND);
    }
}
