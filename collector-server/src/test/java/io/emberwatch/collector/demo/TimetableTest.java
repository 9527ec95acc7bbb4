package io.emberwatch.collector.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TimetableTest {
    @Test
    void a_short_demo_has_time_for_an_alarm_to_come_and_go() {
        Timetable timetable = Timetable.of(Optional.of(Duration.ofSeconds(20)));

        assertThat(timetable.lower()).isEqualTo(Duration.ofSeconds(4));
        assertThat(timetable.raise()).isEqualTo(Duration.ofSeconds(10));
        assertThat(timetable.isOver(Duration.ofMillis(19_999))).isFalse();
        assertThat(timetable.isOver(Duration.ofSeconds(20))).isTrue();
    }

    @Test
    void nobody_waits_for_long_in_a_demo_without_end() {
        Timetable timetable = Timetable.of(Optional.empty());

        assertThat(timetable.lower()).isEqualTo(Duration.ofSeconds(5));
        assertThat(timetable.raise()).isEqualTo(Duration.ofSeconds(15));
        assertThat(timetable.isOver(Duration.ofDays(7))).isFalse();
    }
}
