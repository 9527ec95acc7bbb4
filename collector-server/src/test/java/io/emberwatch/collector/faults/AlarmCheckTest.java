package io.emberwatch.collector.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A suite that notices nothing proves nothing: each alarm that is not right is named. */
class AlarmCheckTest {
    private final Books books = Books.of(10, 90, 30, 85, 40);

    @BeforeEach
    void storeBothAlarms() {
        books.alarms.add(books.alarm(2, 3));
        books.alarms.add(books.alarm(4, 5));
    }

    @Test
    void alarms_that_the_readings_call_for_have_no_problems() {
        assertThat(problems()).isEmpty();
    }

    @Test
    void a_missing_alarm_is_named() {
        books.alarms.remove(1);

        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith("box1: the readings call for an alarm that is not stored: cpu_util_percent since "
                        + Books.at(4));
    }

    @Test
    void an_alarm_that_is_stored_twice_is_named() {
        books.alarms.add(books.alarm(4, 5));

        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith("box1: alarm 3 is stored, but the readings do not");
    }

    @Test
    void an_alarm_with_another_value_is_named() {
        StoredAlarm right = books.alarms.get(0);
        replaceFirst(new StoredAlarm(
                1,
                "cleared",
                AlarmStory.pending("cpu_util_percent", Books.at(2))
                        .raised(Books.at(2), new BigDecimal("90.5"))
                        .cleared(Books.at(3), new BigDecimal("30")),
                right.events(),
                right.mails()));

        assertThat(problems()).hasSize(3);
    }

    @Test
    void an_alarm_that_is_still_open_is_named() {
        StoredAlarm right = books.alarms.get(0);
        replaceFirst(new StoredAlarm(1, "firing", right.story(), right.events(), right.mails()));

        assertThat(problems()).containsExactly("box1: alarm 1 is firing, but its times say cleared");
    }

    @Test
    void an_event_too_many_or_too_few_is_named() {
        StoredAlarm right = books.alarms.get(0);
        StoredAlarm.Event raised = books.event("raised", 2, 1);
        replaceFirst(new StoredAlarm(1, "cleared", right.story(), List.of(raised, raised), right.mails()));

        assertThat(problems())
                .containsExactly(
                        "box1: alarm 1 has 2 events of kind raised", "box1: alarm 1 has 0 events of kind cleared");
    }

    @Test
    void an_event_of_another_time_is_named() {
        StoredAlarm right = books.alarms.get(0);
        replaceFirst(new StoredAlarm(
                1,
                "cleared",
                right.story(),
                List.of(books.event("raised", 2, 1), books.event("cleared", 5, 1)),
                right.mails()));

        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith("box1: alarm 1 and its event of kind cleared differ");
    }

    private void replaceFirst(StoredAlarm alarm) {
        books.alarms.set(0, alarm);
    }

    private List<String> problems() {
        return new AlarmCheck(books.ledger(), List.of(Books.LIMIT)).problems();
    }
}
