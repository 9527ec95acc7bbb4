package io.emberwatch.collector.alarm;

import static io.emberwatch.collector.model.Severity.CRITICAL;
import static io.emberwatch.collector.model.Severity.WARNING;
import static io.emberwatch.protocol.Metric.CPU_TEMP_C;
import static io.emberwatch.protocol.Metric.SILENT_S;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.model.AlarmChange;
import io.emberwatch.collector.model.AlarmChange.Cleared;
import io.emberwatch.collector.model.AlarmChange.Notified;
import io.emberwatch.collector.model.AlarmChange.Raised;
import io.emberwatch.collector.model.MailKind;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Who is notified when. In words: {@code critical raised MAILED}, {@code warning cleared PAST}, … */
class AlarmNotificationTest {
    private static final long HOUR = 3600;

    private final Story story = new Story().limit(CPU_TEMP_C, CRITICAL, 90, 85, 0);

    @Nested
    class Replayed_history {
        @Test
        void is_one_mail_about_the_past_once_it_is_over() {
            story.replaying();

            assertThat(cpu(0, 95)).containsExactly("critical raised SUPPRESSED");
            assertThat(cpu(60, 96)).isEmpty();
            assertThat(cpu(120, 50)).containsExactly("critical cleared PAST");
        }

        @Test
        void is_mailed_at_the_first_live_reading_if_it_still_fires() {
            story.replaying();
            cpu(0, 95);

            story.live();
            assertThat(cpu(60, 96)).containsExactly("critical notified RAISED MAILED");
            assertThat(cpu(65, 96)).isEmpty();
            assertThat(cpu(70, 50)).containsExactly("critical cleared CLEARED");
        }

        @Test
        void is_about_the_past_if_the_first_live_reading_ends_it() {
            story.replaying();
            cpu(0, 95);

            story.live();
            assertThat(cpu(60, 50)).containsExactly("critical cleared PAST");
        }

        @Test
        void owner_is_notified_at_once_when_a_known_alarm_is_over() {
            cpu(0, 95);

            story.replaying();
            assertThat(cpu(60, 50)).containsExactly("critical cleared CLEARED");
        }

        @Test
        void is_not_mailed_in_a_silence() {
            story.replaying().silenced(true);
            cpu(0, 95);

            assertThat(cpu(60, 50)).containsExactly("critical cleared no mail");
        }
    }

    @Nested
    class A_silence {
        @Test
        void withholds_the_mail_until_it_is_over() {
            story.silenced(true);
            assertThat(cpu(0, 95)).containsExactly("critical raised SUPPRESSED");
            assertThat(cpu(2 * HOUR, 95)).isEmpty();

            story.silenced(false);
            assertThat(cpu(2 * HOUR + 5, 95)).containsExactly("critical notified RAISED MAILED");
        }

        @Test
        void hides_what_begins_and_ends_in_it() {
            story.silenced(true);
            cpu(0, 95);

            assertThat(cpu(60, 50)).containsExactly("critical cleared no mail");
        }

        @Test
        void does_not_hide_the_end_of_an_alarm_that_the_owner_knows_of() {
            cpu(0, 95);

            story.silenced(true);
            assertThat(cpu(60, 50)).containsExactly("critical cleared CLEARED");
        }

        @Test
        void holds_repeats_back_too() {
            cpu(0, 95);

            story.silenced(true);
            assertThat(cpu(2 * HOUR, 95)).isEmpty();
            story.silenced(false);
            assertThat(cpu(2 * HOUR + 5, 95)).containsExactly("critical notified REPEATED MAILED");
        }
    }

    @Nested
    class Repeats {
        @Test
        void of_a_critical_alarm_come_every_hour() {
            cpu(0, 95);

            assertThat(cpu(HOUR - 1, 95)).isEmpty();
            assertThat(cpu(HOUR, 95)).containsExactly("critical notified REPEATED MAILED");
            assertThat(cpu(2 * HOUR - 1, 95)).isEmpty();
            assertThat(cpu(2 * HOUR, 95)).containsExactly("critical notified REPEATED MAILED");
        }

        @Test
        void of_a_warning_come_every_four_hours() {
            story.limit(CPU_TEMP_C, WARNING, 80, 75, 0);
            assertThat(cpu(0, 82)).containsExactly("warning raised MAILED");

            assertThat(cpu(4 * HOUR - 1, 82)).isEmpty();
            assertThat(cpu(4 * HOUR, 82)).containsExactly("warning notified REPEATED MAILED");
        }

        @Test
        void go_on_while_the_value_cannot_be_measured() {
            cpu(0, 95);

            assertThat(inWords(story.withoutValueAt(HOUR))).containsExactly("critical notified REPEATED MAILED");
        }

        @Test
        void of_a_machine_not_heard_of_are_only_about_that() {
            story.limit(SILENT_S, CRITICAL, 60, 60, 0);
            cpu(0, 95);

            assertThat(inWords(story.linkAt(60, SILENT_S, 60))).containsExactly("critical raised MAILED");
            assertThat(inWords(story.linkAt(60 + HOUR, SILENT_S, 60 + HOUR)))
                    .containsExactly("critical notified REPEATED MAILED");
        }
    }

    @Nested
    class A_critical_alarm_with_its_warning {
        private A_critical_alarm_with_its_warning() {
            story.limit(CPU_TEMP_C, WARNING, 80, 75, 0);
        }

        @Test
        void is_one_mail_if_both_begin_at_once() {
            assertThat(cpu(0, 95)).containsExactly("critical raised MAILED", "warning raised COVERED");
            assertThat(cpu(60, 95)).isEmpty();
        }

        @Test
        void is_one_mail_if_both_end_at_once() {
            cpu(0, 95);

            assertThat(cpu(60, 50)).containsExactly("critical cleared CLEARED", "warning cleared no mail");
        }

        @Test
        void is_one_mail_about_the_past_if_both_were_never_inWords() {
            story.replaying();
            assertThat(cpu(0, 95)).containsExactly("critical raised SUPPRESSED", "warning raised SUPPRESSED");

            assertThat(cpu(60, 50)).containsExactly("critical cleared PAST", "warning cleared no mail");
        }

        @Test
        void says_that_each_is_over_when_it_is() {
            cpu(0, 95);

            assertThat(cpu(60, 81)).containsExactly("critical cleared CLEARED");
            assertThat(cpu(120, 70)).containsExactly("warning cleared CLEARED");
        }

        @Test
        void is_mailed_beside_a_warning_that_was_mailed_before() {
            assertThat(cpu(0, 82)).containsExactly("warning raised MAILED");
            assertThat(cpu(60, 95)).containsExactly("critical raised MAILED");
        }

        @Test
        void speaks_for_a_warning_that_begins_later() {
            story.limit(CPU_TEMP_C, WARNING, 80, 75, 60);
            cpu(0, 95);

            assertThat(cpu(60, 95)).containsExactly("warning raised COVERED");
        }

        @Test
        void speaks_for_the_repeats_of_the_warning() {
            cpu(0, 95);
            for (int hour = 1; hour <= 3; hour++) {
                assertThat(cpu(hour * HOUR, 95)).containsExactly("critical notified REPEATED MAILED");
            }
            assertThat(cpu(4 * HOUR, 95))
                    .containsExactly("critical notified REPEATED MAILED", "warning notified REPEATED COVERED");
        }

        @Test
        void is_notified_once_for_both_after_a_silence() {
            story.silenced(true);
            cpu(0, 95);

            story.silenced(false);
            assertThat(cpu(60, 95))
                    .containsExactly("critical notified RAISED MAILED", "warning notified RAISED COVERED");
        }
    }

    private List<String> cpu(long second, double value) {
        return inWords(story.at(second, CPU_TEMP_C, value));
    }

    private static List<String> inWords(List<AlarmChange> changes) {
        return changes.stream().map(AlarmNotificationTest::inWords).toList();
    }

    private static String inWords(AlarmChange change) {
        String severity = change.key().severity() + " ";
        if (change instanceof Raised raised) {
            return severity + "raised " + raised.notification();
        }
        if (change instanceof Notified notified) {
            return severity + "notified " + notified.kind().name() + " " + notified.notification();
        }
        if (change instanceof Cleared cleared) {
            return severity + "cleared " + cleared.mail().map(MailKind::name).orElse("no mail");
        }
        return severity + "pending or dropped";
    }
}
