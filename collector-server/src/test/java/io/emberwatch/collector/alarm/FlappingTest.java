package io.emberwatch.collector.alarm;

import static io.emberwatch.collector.model.Severity.CRITICAL;
import static io.emberwatch.collector.model.Severity.WARNING;
import static io.emberwatch.protocol.Metric.CPU_TEMP_C;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.model.AlarmChange;
import io.emberwatch.collector.model.AlarmChange.Cleared;
import io.emberwatch.collector.model.AlarmChange.Dropped;
import io.emberwatch.collector.model.AlarmChange.Flapped;
import io.emberwatch.collector.model.AlarmChange.Notified;
import io.emberwatch.collector.model.AlarmChange.Pending;
import io.emberwatch.collector.model.AlarmChange.Raised;
import io.emberwatch.collector.model.AlarmChange.Reason;
import io.emberwatch.collector.model.AlarmKey;
import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.collector.model.OpenAlarm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A condition that is over and returns, again and again. */
class FlappingTest {
    private static final AlarmKey HOT = new AlarmKey("", CPU_TEMP_C, CRITICAL);

    private final Story story = new Story().limit(CPU_TEMP_C, CRITICAL, 90, 85, 0);

    @BeforeEach
    void one_alarm_has_come_and_gone() {
        assertThat(cpu(0, 95)).containsExactly("raised MAILED");
        assertThat(cpu(1, 50)).containsExactly("over CLEARED");
    }

    @Test
    void the_second_alarm_within_a_minute_is_mailed_and_stays_the_same_whenever_it_returns() {
        assertThat(cpu(2, 95)).containsExactly("raised MAILED");
        for (int second = 3; second < 103; second += 2) {
            assertThat(cpu(second, 50)).containsExactly("cleared for now");
            assertThat(isFiring()).isFalse();
            assertThat(cpu(second + 1, 95)).containsExactly("returned");
            assertThat(isFiring()).isTrue();
        }
        assertThat(cpu(103, 50)).containsExactly("cleared for now");

        assertThat(cpu(162, 50)).isEmpty();
        List<AlarmChange> over = story.at(163, CPU_TEMP_C, 50);
        assertThat(inWords(over)).containsExactly("over CLEARED");
        assertThat(((Cleared) over.get(0)).at()).as("when it was cleared").isEqualTo(Story.time(103));
        assertThat(story.alarms().isEmpty()).isTrue();
    }

    @Test
    void what_fires_on_is_known_to_the_owner_and_repeated() {
        cpu(2, 95);
        cpu(3, 50);
        assertThat(cpu(4, 95)).containsExactly("returned");

        assertThat(cpu(100, 95)).isEmpty();
        assertThat(cpu(3602, 95)).containsExactly("notified REPEATED");
        assertThat(cpu(3603, 50)).as("the last one ended an hour ago").containsExactly("over CLEARED");
    }

    @Test
    void an_alarm_a_minute_after_the_last_is_over_at_once() {
        cpu(50, 95);

        assertThat(cpu(61, 50)).containsExactly("over CLEARED");
    }

    @Test
    void a_value_between_the_two_of_the_limit_neither_ends_nor_returns() {
        cpu(2, 95);
        cpu(3, 50);

        assertThat(cpu(10, 88)).isEmpty();
        assertThat(isFiring()).isFalse();
        assertThat(cpu(63, 88)).containsExactly("over CLEARED");
    }

    @Test
    void it_is_over_after_a_minute_even_if_the_value_cannot_be_measured_any_more() {
        cpu(2, 95);
        cpu(3, 50);

        assertThat(inWords(story.withoutValueAt(63))).containsExactly("over CLEARED");
    }

    @Test
    void it_is_over_after_a_minute_even_if_the_limit_is_gone() {
        cpu(2, 95);
        cpu(3, 50);
        story.noLimit(CPU_TEMP_C, CRITICAL);

        List<AlarmChange> over = story.at(63, CPU_TEMP_C, 95);
        assertThat(inWords(over)).containsExactly("over CLEARED");
        assertThat(((Cleared) over.get(0)).reason()).isEqualTo(Reason.LIMIT_SWITCHED_OFF);
    }

    @Test
    void what_returns_need_not_wait_a_second_time() {
        story.limit(CPU_TEMP_C, CRITICAL, 90, 85, 10);
        cpu(2, 95);
        assertThat(cpu(12, 95)).containsExactly("raised MAILED");
        assertThat(cpu(13, 50)).containsExactly("cleared for now");

        assertThat(cpu(20, 95)).containsExactly("returned");
    }

    @Test
    void history_that_is_replayed_in_a_second_has_every_alarm_that_was_a_minute_apart() {
        story.replaying();
        for (long minute = 1; minute <= 50; minute++) {
            assertThat(cpu(60 * minute, 95)).containsExactly("raised SUPPRESSED");
            assertThat(cpu(60 * minute + 30, 50)).containsExactly("over PAST");
        }
    }

    @Test
    void a_clock_that_stands_still_holds_up_nothing() {
        Story still = new Story().limit(CPU_TEMP_C, CRITICAL, 90, 85, 0).machineClockStandsStill();
        for (int second = 0; second < 4; second++) {
            still.at(second, CPU_TEMP_C, second % 2 == 0 ? 95 : 50);
        }

        assertThat(inWords(still.at(63, CPU_TEMP_C, 50))).containsExactly("over CLEARED");
    }

    @Test
    void a_restart_ends_it_at_the_next_cool_reading_and_goes_on_with_it_at_a_hot_one() {
        cpu(2, 95);
        cpu(3, 50);
        story.restarted();
        assertThat(cpu(4, 95)).containsExactly("returned");
        assertThat(cpu(5, 50)).containsExactly("over CLEARED");
    }

    @Test
    void one_that_nobody_knows_of_is_mailed_when_it_returns_after_the_silence() {
        story.silenced(true);
        assertThat(cpu(2, 95)).containsExactly("raised SUPPRESSED");
        assertThat(cpu(3, 50)).containsExactly("cleared for now");
        assertThat(cpu(4, 95)).containsExactly("returned");
        cpu(5, 50);

        story.silenced(false);
        assertThat(cpu(6, 95)).containsExactly("returned", "notified RAISED");
    }

    @Test
    void critical_alarm_and_warning_that_settle_together_are_one_mail() {
        story.limit(CPU_TEMP_C, WARNING, 80, 75, 0);
        cpu(100, 95);
        cpu(101, 50);
        cpu(102, 95);
        assertThat(cpu(103, 50)).containsExactly("cleared for now", "cleared for now");

        assertThat(cpu(163, 50)).containsExactly("over CLEARED", "over");
    }

    @Test
    void to_and_fro_within_a_transaction_is_one_step() {
        List<AlarmChange> steps = new ArrayList<>();
        MachineAlarms before = story.alarms();
        for (int second = 2; second < 47; second++) {
            steps.addAll(story.at(second, CPU_TEMP_C, second % 2 == 0 ? 95 : 50));
        }

        List<AlarmChange> condensed = before.condense(steps);
        assertThat(inWords(condensed)).containsExactly("raised MAILED", "returned");
        assertThat(condensed.get(1)).isEqualTo(new Flapped(HOT, 22, Optional.of(Story.time(46)), Optional.empty()));
        assertThat(before.after(condensed)).isEqualTo(story.alarms());
    }

    @Test
    void what_was_only_pending_within_a_transaction_leaves_no_step() {
        Limit limit = new Limit(90, 85, Duration.ofSeconds(10));
        AlarmChange pending = new Pending(HOT, limit, Story.START);
        AlarmChange dropped = new Dropped(HOT, Reason.BACK_TO_NORMAL);
        MachineAlarms pendingBefore = MachineAlarms.none().after(List.of(pending));

        assertThat(MachineAlarms.none().condense(List.of(pending, dropped, pending, dropped)))
                .isEmpty();
        assertThat(MachineAlarms.none().condense(List.of(pending, dropped, pending)))
                .containsExactly(pending);
        assertThat(pendingBefore.condense(List.of(pending, dropped))).containsExactly(dropped);
        assertThat(pendingBefore.condense(List.of(dropped, pending, dropped, pending)))
                .containsExactly(dropped, pending);
    }

    private boolean isFiring() {
        return story.alarms().find(HOT).filter(OpenAlarm::isFiring).isPresent();
    }

    private List<String> cpu(long second, double value) {
        return inWords(story.at(second, CPU_TEMP_C, value));
    }

    private static List<String> inWords(List<AlarmChange> changes) {
        return changes.stream()
                .map(FlappingTest::inWords)
                .filter(words -> !words.isEmpty())
                .toList();
    }

    private static String inWords(AlarmChange change) {
        if (change instanceof Raised raised) {
            return "raised " + raised.notification();
        }
        if (change instanceof Notified notified) {
            return "notified " + notified.kind().name();
        }
        if (change instanceof Flapped flapped) {
            return flapped.settling().isPresent() ? "cleared for now" : "returned";
        }
        if (change instanceof Cleared cleared) {
            return "over" + cleared.mail().map(MailKind::name).map(" "::concat).orElse("");
        }
        return "";
    }
}
