package io.emberwatch.collector.faults;

import static io.emberwatch.collector.faults.Books.mail;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A suite that notices nothing proves nothing: each mail too few or too many is named. */
class MailCheckTest {
    private static final String RAISED = "<raised@test>";
    private static final String CLEARED = "<cleared@test>";

    private final Books books = Books.of(10, 90, 30);
    private final List<Delivery> deliveries = new ArrayList<>();
    private final List<Excuse> excuses = new ArrayList<>();

    @Test
    void a_mail_at_each_end_of_an_alarm_is_all_well() {
        books.alarms.add(books.alarm(2, 3, mail("raised"), mail("cleared")));
        deliver(RAISED, 3, true);
        deliver(CLEARED, 4, true);

        MailCheck check = check();
        assertThat(check.problems()).isEmpty();
        assertThat(check.expected()).isEqualTo(2);
        assertThat(check.duplicatesByReason()).isEmpty();
    }

    @Test
    void a_mail_that_is_not_owed_though_the_alarm_was_live_is_missed() {
        books.alarms.add(books.alarm(2, 3, mail("past")));
        deliver("<past@test>", 3, true);

        assertThat(check().problems())
                .singleElement()
                .asString()
                .startsWith("box1: alarm 1 should have mails [[raised, cleared]], but in the outbox are [past]");
    }

    @Test
    void what_was_learnt_afterwards_may_be_mailed_as_past() {
        StoredAlarm live = books.alarm(2, 3, mail("past"));
        books.alarms.add(new StoredAlarm(
                1,
                live.state(),
                live.story(),
                List.of(books.event("raised", 2, 90), books.event("cleared", 3, 89)),
                live.mails()));
        deliver("<past@test>", 100, true);

        assertThat(check().problems()).isEmpty();
    }

    @Test
    void a_mail_that_is_owed_twice_is_named() {
        books.alarms.add(books.alarm(2, 3, mail("raised"), mail("raised"), mail("cleared")));
        deliver(RAISED, 3, true);
        deliver(CLEARED, 4, true);

        assertThat(check().problems()).hasSize(2);
    }

    @Test
    void a_mail_that_did_not_arrive_is_named() {
        books.alarms.add(books.alarm(2, 3, mail("raised"), mail("cleared")));
        deliver(RAISED, 3, true);

        assertThat(check().problems())
                .containsExactly("box1: alarm 1: mail 'cleared' <cleared@test> has never reached the mail server");
    }

    @Test
    void a_mail_that_is_still_waiting_is_named() {
        books.alarms.add(books.alarm(2, 3, mail("raised"), new StoredAlarm.Mail("cleared", CLEARED, "pending")));
        deliver(RAISED, 3, true);
        deliver(CLEARED, 4, true);

        assertThat(check().problems()).containsExactly("box1: alarm 1: mail 'cleared' <cleared@test> is pending");
    }

    @Test
    void a_mail_that_nobody_owed_is_named() {
        deliver("<spam@test>", 1, true);

        assertThat(check().problems()).containsExactly("the mail server has got a mail that no alarm has: <spam@test>");
    }

    @Test
    void a_mail_that_came_twice_without_cause_is_named() {
        raisedTwice(true);
        excuse(Excuse.Kind.COLLECTOR_DEATH, 60);
        excuse(Excuse.Kind.MAIL_LINK, 60);

        assertThat(check().problems()).singleElement().asString().endsWith("though the answer was not lost");
    }

    @Test
    void a_mail_may_come_again_when_the_server_did_not_answer() {
        raisedTwice(false);

        MailCheck check = check();
        assertThat(check.problems()).isEmpty();
        assertThat(check.duplicatesByReason()).containsEntry("the mail server hung up", 1);
    }

    @Test
    void a_mail_may_come_again_when_its_answer_was_lost_on_the_way() {
        raisedTwice(true);
        excuse(Excuse.Kind.MAIL_LINK, 3);

        assertThat(check().problems()).isEmpty();
    }

    @Test
    void a_mail_may_come_again_when_the_collector_died_with_the_answer_in_hand() {
        raisedTwice(true);
        excuse(Excuse.Kind.COLLECTOR_DEATH, 4);

        assertThat(check().problems()).isEmpty();
    }

    @Test
    void or_later_when_it_could_not_note_it_because_the_database_was_away() {
        raisedTwice(true);
        excuse(Excuse.Kind.COLLECTOR_DEATH, 60);
        excuse(Excuse.Kind.DATABASE_AWAY, 3);

        assertThat(check().problems()).isEmpty();
    }

    /** At second 3 and, after the lease was over, at second 183. */
    private void raisedTwice(boolean answered) {
        books.alarms.add(books.alarm(2, 3, mail("raised"), mail("cleared")));
        deliver(RAISED, 3, answered);
        deliver(RAISED, 183, true);
        deliver(CLEARED, 184, true);
    }

    private void deliver(String messageId, int second, boolean answered) {
        deliveries.add(new Delivery(messageId, Books.at(second), answered));
    }

    private void excuse(Excuse.Kind kind, int second) {
        Instant at = Books.at(second);
        excuses.add(new Excuse(kind, "test", at, at.plusMillis(500)));
    }

    private MailCheck check() {
        return new MailCheck(List.of(books.ledger()), deliveries, excuses);
    }
}
