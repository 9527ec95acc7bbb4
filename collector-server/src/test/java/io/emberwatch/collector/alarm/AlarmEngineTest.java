package io.emberwatch.collector.alarm;

import static io.emberwatch.collector.alarm.Story.time;
import static io.emberwatch.collector.model.Severity.CRITICAL;
import static io.emberwatch.collector.model.Severity.WARNING;
import static io.emberwatch.protocol.Metric.CLOCK_SKEW_S;
import static io.emberwatch.protocol.Metric.CPU_TEMP_C;
import static io.emberwatch.protocol.Metric.GPU_TEMP_C;
import static io.emberwatch.protocol.Metric.SILENT_S;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.model.AlarmChange;
import io.emberwatch.collector.model.AlarmChange.Cleared;
import io.emberwatch.collector.model.AlarmChange.Dropped;
import io.emberwatch.collector.model.AlarmChange.Notification;
import io.emberwatch.collector.model.AlarmChange.Pending;
import io.emberwatch.collector.model.AlarmChange.Raised;
import io.emberwatch.collector.model.AlarmChange.Reason;
import io.emberwatch.collector.model.AlarmKey;
import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.protocol.Metric;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlarmEngineTest {
    private static final AlarmKey HOT = new AlarmKey("", CPU_TEMP_C, CRITICAL);
    private static final Limit LIMIT = new Limit(90, 85, Duration.ofSeconds(10));

    private final Story story = new Story().limit(CPU_TEMP_C, CRITICAL, 90, 85, 10);

    @Test
    void an_alarm_is_pending_then_raised_then_cleared() {
        assertThat(story.at(0, CPU_TEMP_C, 89.9)).isEmpty();
        assertThat(story.at(5, CPU_TEMP_C, 90)).containsExactly(new Pending(HOT, LIMIT, time(5)));
        assertThat(story.at(10, CPU_TEMP_C, 95)).isEmpty();
        assertThat(story.at(15, CPU_TEMP_C, 96))
                .containsExactly(new Raised(HOT, LIMIT, time(5), time(15), 96, Notification.MAILED, time(15)));
        assertThat(story.at(20, CPU_TEMP_C, 85.1)).isEmpty();
        assertThat(story.at(25, CPU_TEMP_C, 85))
                .containsExactly(new Cleared(
                        HOT,
                        time(25),
                        OptionalDouble.of(85),
                        Reason.BACK_TO_NORMAL,
                        Optional.of(MailKind.CLEARED),
                        time(25)));
        assertThat(story.alarms().isEmpty()).isTrue();
    }

    @Test
    void a_pending_alarm_is_dropped_by_a_value_within_the_limit_even_above_the_clear_value() {
        story.at(0, CPU_TEMP_C, 91);

        assertThat(story.at(5, CPU_TEMP_C, 89)).containsExactly(new Dropped(HOT, Reason.BACK_TO_NORMAL));
        assertThat(story.at(10, CPU_TEMP_C, 91)).containsExactly(new Pending(HOT, LIMIT, time(10)));
    }

    @Test
    void a_limit_without_waiting_fires_at_once() {
        story.limit(CPU_TEMP_C, CRITICAL, 90, 85, 0);

        assertThat(story.at(0, CPU_TEMP_C, 90)).singleElement().isInstanceOf(Raised.class);
    }

    @ParameterizedTest(name = "limit {0}/{1}: {2} raises, {3} keeps, {4} clears")
    @CsvSource({
        "CPU_TEMP_C,            90, 85, 90, 85.1, 85",
        "CPU_TEMP_C,            90, 90, 90, 90,   89.9",
        "CPU_TEMP_C,            90, 95, 90, 90,   89.9",
        "GPU_TEMP_C,            83, 78, 99, 79,   10",
        "GPU_SLOWDOWN_MARGIN_C, 5,  10, 5,  9.9,  10",
        "GPU_SLOWDOWN_MARGIN_C, 5,  5,  5,  5,    5.1",
        "GPU_SLOWDOWN_MARGIN_C, 5,  10, -3, 0,    20",
    })
    void raise_and_clear_values_follow_the_dangerous_direction(
            Metric metric, double raiseAt, double clearAt, double raises, double keeps, double clears) {
        Story simple = new Story().limit(metric, WARNING, raiseAt, clearAt, 0);

        assertThat(see(simple, 0, metric, raises)).singleElement().isInstanceOf(Raised.class);
        assertThat(see(simple, 5, metric, keeps)).isEmpty();
        assertThat(see(simple, 10, metric, clears)).singleElement().isInstanceOf(Cleared.class);
        assertThat(see(simple, 15, metric, clears)).isEmpty();
    }

    @Test
    void an_unknown_value_neither_drops_nor_clears_nor_interrupts_the_waiting() {
        story.at(0, CPU_TEMP_C, 95);

        assertThat(story.withoutValueAt(5)).isEmpty();
        assertThat(story.at(10, CPU_TEMP_C, 95)).singleElement().isInstanceOf(Raised.class);
        assertThat(story.withoutValueAt(15)).isEmpty();
        assertThat(story.alarms().find(HOT)).isPresent();
    }

    @Test
    void an_unknown_value_raises_nothing_however_long_it_was_pending() {
        story.at(0, CPU_TEMP_C, 95);

        assertThat(story.withoutValueAt(600)).isEmpty();
    }

    @Test
    void a_gap_of_hours_does_not_count_as_having_lasted() {
        story.at(0, CPU_TEMP_C, 95);

        assertThat(story.at(3 * 3600, CPU_TEMP_C, 95)).containsExactly(new Pending(HOT, LIMIT, time(3 * 3600)));
        assertThat(story.at(3 * 3600 + 10, CPU_TEMP_C, 95)).singleElement().isInstanceOf(Raised.class);
    }

    @Test
    void two_readings_an_hour_apart_are_enough_for_a_machine_that_is_sampled_once_an_hour() {
        story.at(0, CPU_TEMP_C, 95);

        assertThat(story.at(3600, CPU_TEMP_C, 95)).singleElement().isInstanceOf(Raised.class);
    }

    @Test
    void a_clock_set_back_begins_the_waiting_anew() {
        story.at(0, CPU_TEMP_C, 95);

        assertThat(story.at(-3600, CPU_TEMP_C, 95)).containsExactly(new Pending(HOT, LIMIT, time(-3600)));
        assertThat(story.at(-3590, CPU_TEMP_C, 95)).singleElement().isInstanceOf(Raised.class);
    }

    @Test
    void an_alarm_never_ends_before_it_began_even_if_the_clock_is_set_back() {
        fire();

        assertThat(story.at(-3600, CPU_TEMP_C, 40))
                .singleElement()
                .isInstanceOfSatisfying(
                        Cleared.class, cleared -> assertThat(cleared.at()).isEqualTo(time(10)));
    }

    @Test
    void a_limit_switched_off_ends_the_alarm_and_says_so_to_an_owner_who_knew() {
        fire();

        assertThat(story.noLimit(CPU_TEMP_C, CRITICAL).at(15, CPU_TEMP_C, 96))
                .containsExactly(new Cleared(
                        HOT,
                        time(15),
                        OptionalDouble.of(96),
                        Reason.LIMIT_SWITCHED_OFF,
                        Optional.of(MailKind.CLEARED),
                        time(15)));
    }

    @Test
    void a_limit_switched_off_ends_alarms_whose_value_is_unknown_too() {
        fire();

        assertThat(story.noLimit(CPU_TEMP_C, CRITICAL).withoutValueAt(15))
                .singleElement()
                .isInstanceOf(Cleared.class);
    }

    @Test
    void a_limit_switched_off_drops_what_was_pending() {
        story.at(0, CPU_TEMP_C, 95);

        assertThat(story.noLimit(CPU_TEMP_C, CRITICAL).at(5, CPU_TEMP_C, 95))
                .containsExactly(new Dropped(HOT, Reason.LIMIT_SWITCHED_OFF));
    }

    @Test
    void a_firing_alarm_follows_a_limit_that_is_moved() {
        fire();
        story.limit(CPU_TEMP_C, CRITICAL, 100, 92, 10);

        assertThat(story.at(15, CPU_TEMP_C, 96)).isEmpty();
        assertThat(story.at(20, CPU_TEMP_C, 92)).singleElement().isInstanceOf(Cleared.class);
    }

    @Test
    void each_gpu_has_alarms_of_its_own() {
        story.limit(GPU_TEMP_C, CRITICAL, 90, 85, 0);

        assertThat(story.gpuAt(0, GPU_TEMP_C, 99))
                .extracting(AlarmChange::key)
                .containsExactly(new AlarmKey(Story.GPU, GPU_TEMP_C, CRITICAL));
    }

    @Test
    void a_silent_machine_is_an_alarm_in_the_collectors_time() {
        story.limit(SILENT_S, CRITICAL, 60, 60, 0);

        assertThat(story.linkAt(59, SILENT_S, 59)).isEmpty();
        assertThat(story.linkAt(60, SILENT_S, 60)).singleElement().isInstanceOfSatisfying(Raised.class, raised -> {
            assertThat(raised.at()).isEqualTo(time(60));
            assertThat(raised.notification()).isEqualTo(Notification.MAILED);
        });
        assertThat(story.linkAt(300, SILENT_S, 0)).singleElement().isInstanceOf(Cleared.class);
    }

    @Test
    void values_of_the_link_are_live_even_beside_a_replayed_reading() {
        story.limit(CLOCK_SKEW_S, WARNING, 30, 20, 0).replaying();

        assertThat(story.linkAt(0, CLOCK_SKEW_S, 45))
                .singleElement()
                .isInstanceOfSatisfying(
                        Raised.class,
                        raised -> assertThat(raised.notification()).isEqualTo(Notification.MAILED));
    }

    private void fire() {
        story.at(0, CPU_TEMP_C, 95);
        assertThat(story.at(10, CPU_TEMP_C, 95)).singleElement().isInstanceOf(Raised.class);
    }

    private static List<AlarmChange> see(Story story, long second, Metric metric, double value) {
        return metric.column().startsWith("gpu") ? story.gpuAt(second, metric, value) : story.at(second, metric, value);
    }
}
