package io.emberwatch.collector.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReferenceEvaluationTest {
    @Test
    void an_alarm_lasts_from_the_value_that_reaches_the_limit_to_the_one_that_is_back() {
        assertThat(alarms(Books.LIMIT, 79.9, 80, 75, 70))
                .containsExactly(AlarmStory.pending("cpu_util_percent", Books.at(2))
                        .raised(Books.at(2), new BigDecimal("80"))
                        .cleared(Books.at(4), new BigDecimal("70")));
    }

    @Test
    void between_the_two_values_nothing_begins_and_nothing_ends() {
        assertThat(alarms(Books.LIMIT, 75, 79.9)).isEmpty();
        assertThat(alarms(Books.LIMIT, 85, 75, 70.1))
                .containsExactly(
                        AlarmStory.pending("cpu_util_percent", Books.at(1)).raised(Books.at(1), new BigDecimal("85")));
    }

    @Test
    void an_absent_value_changes_nothing() {
        List<StoredReading> readings = new ArrayList<>(List.of(Books.reading(1, 90)));
        readings.add(new StoredReading(2, Books.at(2), Map.of()));
        readings.add(Books.reading(3, 60));

        assertThat(ReferenceEvaluation.alarmsOf(readings, List.of(Books.LIMIT)))
                .containsExactly(AlarmStory.pending("cpu_util_percent", Books.at(1))
                        .raised(Books.at(1), new BigDecimal("90"))
                        .cleared(Books.at(3), new BigDecimal("60")));
    }

    @Test
    void where_both_values_are_the_same_one_value_does_not_do_both() {
        WatchedLimit limit = WatchedLimit.of("cpu_util_percent", "80", "80", 0);

        assertThat(alarms(limit, 80, 80, 79.9)).hasSize(1);
    }

    @Test
    void a_limit_that_must_last_waits_and_forgets_what_was_too_short() {
        WatchedLimit limit = WatchedLimit.of("cpu_util_percent", "80", "70", 2);

        assertThat(alarms(limit, 90, 90, 79, 90, 90, 91, 60, 85))
                .containsExactly(
                        AlarmStory.pending("cpu_util_percent", Books.at(4))
                                .raised(Books.at(6), new BigDecimal("91"))
                                .cleared(Books.at(7), new BigDecimal("60")),
                        AlarmStory.pending("cpu_util_percent", Books.at(8)));
    }

    @Test
    void sequences_order_the_readings_and_times_do_not() {
        List<StoredReading> readings = new ArrayList<>(Books.of(90, 60, 90, 60).stored);
        Collections.reverse(readings);

        assertThat(ReferenceEvaluation.alarmsOf(readings, List.of(Books.LIMIT))).hasSize(2);
    }

    @Test
    void an_alarm_never_ends_before_it_began() {
        List<StoredReading> readings = List.of(
                new StoredReading(1, Books.at(100), Map.of("cpu_util_percent", new BigDecimal("90"))),
                new StoredReading(2, Books.at(50), Map.of("cpu_util_percent", new BigDecimal("10"))));

        assertThat(ReferenceEvaluation.alarmsOf(readings, List.of(Books.LIMIT)))
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.clearedAt()).contains(Books.at(100)));
    }

    private static List<AlarmStory> alarms(WatchedLimit limit, double... values) {
        return ReferenceEvaluation.alarmsOf(Books.of(values).stored, List.of(limit));
    }
}
