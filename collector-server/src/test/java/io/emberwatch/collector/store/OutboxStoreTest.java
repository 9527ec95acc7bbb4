package io.emberwatch.collector.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.store.OutboxStore.PendingMail;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.MailFlood;
import io.emberwatch.collector.testing.Registered;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

@EveryServer
class OutboxStoreTest {
    private static final Duration LEASE = Duration.ofMinutes(3);

    @AutoClose
    private final TestDatabase database;

    private final OutboxStore outbox = new OutboxStore();
    private final int machine;

    OutboxStoreTest(TestServer server) {
        database = server.create();
        machine = Registered.machine(database, "gpu07");
    }

    @Test
    void recipients_have_their_turns_by_the_alphabet_and_from_its_beginning_again() throws SQLException {
        List.of("b@x.org", "a@x.org", "c@x.org", "a@x.org").forEach(this::alarmMail);
        alarmMail("d@x.org");
        database.execute("UPDATE mail_outbox SET next_attempt_at = '2100-01-01' WHERE recipient = 'd@x.org'");

        assertThat(round(Optional.empty())).containsExactly("a@x.org", "b@x.org", "c@x.org");
        assertThat(round(Optional.of("b@x.org"))).containsExactly("c@x.org", "a@x.org", "b@x.org");
        assertThat(round(Optional.of("b@y.org"))).containsExactly("c@x.org", "a@x.org", "b@x.org");
        assertThat(round(Optional.of("z@x.org"))).containsExactly("a@x.org", "b@x.org", "c@x.org");
    }

    @Test
    void a_recipient_that_is_not_free_is_left_out() throws SQLException {
        List.of("b@x.org", "a@x.org", "c@x.org").forEach(this::alarmMail);

        Optional<String> next = database.database()
                .transact(connection -> outbox.nextRecipient(
                        connection, Optional.of("a@x.org"), recipient -> !recipient.equals("b@x.org")));

        assertThat(next).contains("c@x.org");
    }

    @Test
    void without_mails_nobody_has_a_turn() throws SQLException {
        assertThat(round(Optional.empty())).isEmpty();
        assertThat(round(Optional.of("a@x.org"))).isEmpty();
    }

    @Test
    void of_one_recipient_what_is_most_urgent_comes_first_and_of_that_what_is_due_for_longest() throws SQLException {
        long over = mail(alarm("warning"), "cleared", 2, "a@x.org");
        long warning = mail(alarm("warning"), "raised", 1, "a@x.org");
        long critical = mail(alarm("critical"), "raised", 0, "a@x.org");
        long longer = mail(alarm("critical"), "raised", 0, "a@x.org");
        mail(alarm("critical"), "raised", 0, "b@x.org");
        database.execute(
                "UPDATE mail_outbox SET next_attempt_at = next_attempt_at - INTERVAL 1 HOUR WHERE id = " + longer);

        assertThat(claim("a@x.org", 2)).containsExactly(longer, critical);
        assertThat(claim("a@x.org", 10)).containsExactly(warning, over);
        assertThat(claim("a@x.org", 10)).isEmpty();
    }

    @Test
    void a_mail_waits_for_the_earlier_one_of_its_alarm_and_then_no_longer() throws SQLException {
        long alarm = alarm("critical");
        long raised = mail(alarm, "raised", 0, "a@x.org");
        long cleared = mail(alarm, "cleared", 2, "a@x.org");
        assertThat(claim("a@x.org", 1)).containsExactly(raised);
        assertThat(claim("a@x.org", 10)).isEmpty();
        assertThat(database.query("SELECT attempts FROM mail_outbox WHERE id = " + cleared))
                .containsExactly("0");
        assertThat(database.query("SELECT later.next_attempt_at >= earlier.next_attempt_at"
                        + " FROM mail_outbox later, mail_outbox earlier WHERE later.id = " + cleared
                        + " AND earlier.id = " + raised))
                .as("it is not looked at again and again meanwhile")
                .containsExactly("1");

        transact(connection -> outbox.markSent(connection, raised, "hot"));

        assertThat(claim("a@x.org", 10)).containsExactly(cleared);
    }

    @Test
    void a_mail_need_not_wait_for_one_that_was_given_up() throws SQLException {
        long alarm = alarm("critical");
        long raised = mail(alarm, "raised", 0, "a@x.org");
        long cleared = mail(alarm, "cleared", 2, "a@x.org");
        assertThat(claim("a@x.org", 10)).containsExactly(raised);

        transact(connection -> outbox.reject(connection, raised, "hot", "no such user"));

        assertThat(claim("a@x.org", 10)).containsExactly(cleared);
    }

    @Test
    void a_look_costs_the_same_however_many_mails_wait() throws SQLException {
        MailFlood.put(database, machine, "flood@x.org", 20_000);
        database.execute("UPDATE mail_outbox SET next_attempt_at = '2100-01-01' WHERE id % 2 = 0");
        alarmMail("a@x.org");
        long looks = rowsRead(connection -> {
            assertThat(outbox.nextRecipient(connection, Optional.of("a@x.org"), recipient -> true))
                    .contains("flood@x.org");
            assertThat(outbox.nextRecipient(connection, Optional.of("flood@x.org"), recipient -> true))
                    .contains("a@x.org");
            assertThat(outbox.claim(connection, "flood@x.org", 10, LEASE)).hasSize(10);
        });

        assertThat(looks).as("rows read").isLessThan(500);
    }

    @Test
    void a_look_costs_the_same_however_many_mails_will_be_tried_later() throws SQLException {
        MailFlood.put(database, machine, "flood@x.org", 20_000);
        database.execute("UPDATE mail_outbox SET next_attempt_at = '2100-01-01'");
        long looks =
                rowsRead(connection -> assertThat(outbox.nextRecipient(connection, Optional.empty(), recipient -> true))
                        .isEmpty());

        assertThat(looks).as("rows read").isLessThan(500);
    }

    private interface Step {
        void in(Connection connection) throws SQLException;
    }

    private void transact(Step step) throws SQLException {
        database.database().transact(connection -> {
            step.in(connection);
            return true;
        });
    }

    private long rowsRead(Step step) throws SQLException {
        return database.database().transact(connection -> {
            long before = handlerReads(connection);
            step.in(connection);
            return handlerReads(connection) - before;
        });
    }

    private static long handlerReads(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW SESSION STATUS LIKE 'Handler_read%'")) {
            long sum = 0;
            while (rows.next()) {
                // Reading the status itself is counted too.
                sum += rows.getString(1).equals("Handler_read_rnd_next") ? 0 : rows.getLong(2);
            }
            return sum;
        }
    }

    /** All whose mails are due, in the order of their turns. */
    private List<String> round(Optional<String> last) throws SQLException {
        List<String> round = new ArrayList<>();
        database.database()
                .transact(connection -> outbox.nextRecipient(connection, last, recipient -> {
                    round.add(recipient);
                    return false;
                }));
        return round;
    }

    private List<Long> claim(String recipient, int atMost) throws SQLException {
        return database.database().transact(connection -> outbox.claim(connection, recipient, atMost, LEASE)).stream()
                .map(PendingMail::id)
                .toList();
    }

    private void alarmMail(String recipient) {
        mail(alarm("critical"), "raised", 0, recipient);
    }

    private long alarm(String severity) {
        database.execute("INSERT INTO alarm (machine_id, metric, severity, state, is_open, pending_since)" + " VALUES ("
                + machine + ", 'cpu_temp_c', '" + severity + "', 'cleared', NULL, UTC_TIMESTAMP(3))");
        return Long.parseLong(database.query("SELECT MAX(id) FROM alarm").get(0));
    }

    private long mail(long alarm, String kind, int priority, String recipient) {
        database.execute("INSERT INTO mail_outbox (alarm_id, kind, priority, recipient, message_id) VALUES (" + alarm
                + ", '" + kind + "', " + priority + ", '" + recipient + "', UUID())");
        return Long.parseLong(database.query("SELECT MAX(id) FROM mail_outbox").get(0));
    }
}
