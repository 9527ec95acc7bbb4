package io.emberwatch.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.cli.CommandRun.Result;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
class AlarmCommandTest {
    @AutoClose
    private final TestDatabase database = TestServer.MARIADB.create();

    private final CommandRun shell = CommandRun.on(database);

    @BeforeEach
    void a_firing_alarm() {
        shell.ok("owner", "add", "lena", "--mail", "lena@example.org");
        shell.ok("machine", "add", "gpu07", "--owner", "lena");
        database.execute("INSERT INTO alarm (id, machine_id, metric, severity, state, pending_since, raised_at,"
                + " raised_value, raise_at) SELECT 42, id, 'cpu_temp_c', 'critical', 'firing',"
                + " UTC_TIMESTAMP(3) - INTERVAL 3 HOUR, UTC_TIMESTAMP(3) - INTERVAL 1 HOUR, 96, 90 FROM machine");
        database.execute("INSERT INTO alarm_event (alarm_id, kind, happened_at, value)"
                + " VALUES (42, 'raised', '2026-05-01 10:00:00', 96)");
    }

    @Test
    void open_alarms_are_listed() {
        assertThat(shell.ok("alarm", "list", "--machine", "gpu07")).isEqualTo("""
                        ALARM  SEVERITY  STATE   MACHINE  METRIC      VALUE  LIMIT  SINCE   TAKEN ON BY
                        42     critical  firing  gpu07    cpu_temp_c  96 °C  90 °C  3h ago
                        """);
    }

    @Test
    void what_is_a_code_is_shown_in_words() {
        database.execute(
                "INSERT INTO alarm (id, machine_id, component, metric, severity, state, pending_since, raised_at,"
                        + " raised_value, raise_at) SELECT 43, id, 'GPU-5f1c', 'gpu_fault', 'critical', 'firing',"
                        + " UTC_TIMESTAMP(3) - INTERVAL 3 HOUR, UTC_TIMESTAMP(3) - INTERVAL 1 HOUR, 1, 1 FROM machine");
        database.execute("INSERT INTO alarm_event (alarm_id, kind, happened_at, value)"
                + " VALUES (43, 'raised', '2026-05-01 10:00:00', 1), (43, 'cleared', '2026-05-01 10:10:00', 0)");

        assertThat(shell.ok("alarm", "list"))
                .containsPattern(
                        "43 +critical +firing +gpu07 GPU-5f1c +gpu_fault +has fallen off the bus +any +3h ago");
        assertThat(shell.ok("alarm", "show", "43"))
                .startsWith("alarm 43: critical gpu_fault on gpu07 GPU-5f1c, limit any, firing\n")
                .containsPattern("raised +has fallen off the bus\n")
                .containsPattern("cleared +no fault\n");
        assertThat(shell.ok("alarm", "show", "43", "--json")).contains("\"raised_value\":1,");
    }

    @Test
    void an_alarm_is_taken_on_once() {
        assertThat(shell.ok("alarm", "ack", "42", "--by", "李雷")).isEqualTo("alarm 42 taken on by 李雷\n");
        assertThat(shell.ok("alarm", "ack", "42", "--by", "ana")).contains("had been taken on before");

        assertThat(shell.ok("alarm", "show", "42"))
                .startsWith("alarm 42: critical cpu_temp_c on gpu07, limit 90 °C, firing\n")
                .containsPattern("2026-05-01T10:00:00Z +raised +96 °C\n")
                .containsPattern("acknowledged +李雷\n");
    }

    @Test
    void how_often_an_alarm_returned_is_shown() {
        database.execute("UPDATE alarm SET returned_count = 37, returned_at = '2026-05-01 10:00:58'");

        assertThat(shell.ok("alarm", "show", "42")).startsWith("""
                        alarm 42: critical cpu_temp_c on gpu07, limit 90 °C, firing
                        cleared and raised again 37 times since then, too soon each time to be over; last at 2026-05-01T10:00:58Z
                        """);
        assertThat(shell.ok("alarm", "show", "42", "--json"))
                .contains("\"returned_count\":37,\"returned_at\":\"2026-05-01T10:00:58Z\"");
    }

    @Test
    void one_that_is_cleared_but_may_return_is_not_listed() {
        database.execute("UPDATE alarm SET state = 'cleared', cleared_at = '2026-05-01 10:00:58', cleared_value = 50");

        assertThat(shell.ok("alarm", "list")).isEqualTo("no open alarms\n");
        assertThat(database.query("SELECT COUNT(*) FROM alarm_open")).containsExactly("0");
    }

    @Test
    void there_must_be_such_an_alarm() {
        Result result = shell.run("alarm", "ack", "43", "--by", "ana");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).isEqualTo("error: there is no alarm 43; alarm list shows the open ones\n");
        assertThat(shell.run("alarm", "show", "43").exitCode()).isEqualTo(1);
    }

    @Test
    void a_machine_is_silenced_for_a_time_and_again_not() {
        assertThat(shell.ok("alarm", "silence", "gpu07", "--for", "2h", "--reason", "搬家"))
                .startsWith("mails of gpu07 are held back until 20");
        assertThat(database.query("SELECT CONCAT_WS(' ', TIMESTAMPDIFF(MINUTE, starts_at, ends_at), reason)"
                        + " FROM silence WHERE machine_id IS NOT NULL"))
                .containsExactly("120 搬家");
        assertThat(shell.ok("status")).containsPattern("silences +1\n");

        shell.ok("alarm", "unsilence", "gpu07");
        assertThat(shell.ok("status")).containsPattern("silences +0\n");
        assertThat(shell.run("alarm", "unsilence", "gpu07").err()).isEqualTo("error: gpu07: no silence to end\n");
    }

    @Test
    void all_machines_are_silenced_only_when_asked_for() {
        assertThat(shell.run("alarm", "silence", "--for", "2h").err())
                .isEqualTo("error: name one machine, or give --all\n");

        shell.ok("alarm", "silence", "--all", "--for", "2h");
        assertThat(database.query("SELECT COUNT(*) FROM silence WHERE machine_id IS NULL"))
                .containsExactly("1");
        shell.ok("alarm", "unsilence", "--all");
    }

    @Test
    void a_test_alarm_says_what_keeps_the_mail_server_from_taking_any() {
        database.execute(
                "INSERT INTO service_problem (collector, kind, subject, urgency, meaning, text, first_at,"
                        + " last_at, seen_count, is_open) VALUES ('watch1', 'MAIL_LOGIN_REFUSED', 'mail server a:25', 6,"
                        + " 'the mail server refuses the login', '535 wrong password', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), 1, 1)");

        assertThat(shell.run("alarm", "test", "gpu07", "--wait", "1s").err())
                .isEqualTo("error: the mail to lena@example.org is not sent after 1s:"
                        + " 535 wrong password It stays in the outbox.\n");
    }

    @Test
    void a_test_alarm_puts_a_mail_into_the_outbox_and_says_if_nobody_sends_it() {
        assertThat(shell.ok("alarm", "test", "gpu07", "--wait", "0s"))
                .isEqualTo("test alarm of gpu07: mail to lena@example.org is pending\n");
        assertThat(shell.run("alarm", "test", "gpu07", "--wait", "1s").err())
                .isEqualTo("error: the mail to lena@example.org is not sent after 1s:"
                        + " nobody has tried; is emberwatch-collector serve running? It stays in the outbox.\n");
        assertThat(database.query("SELECT recipient FROM mail_outbox"))
                .containsExactly("lena@example.org", "lena@example.org");
    }
}
