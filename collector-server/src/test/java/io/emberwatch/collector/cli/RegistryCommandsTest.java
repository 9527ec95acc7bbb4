package io.emberwatch.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.cli.CommandRun.Result;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.auth.Bytes32;
import io.emberwatch.protocol.auth.CollectorTrust;
import io.emberwatch.protocol.auth.EnrollToken;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EveryServer
class RegistryCommandsTest {
    /** What happened a moment before, on a machine of any speed. */
    private static final String A_MOMENT_AGO = "(?:just now|\\d+s ago)";

    @AutoClose
    private final TestDatabase database;

    private final CommandRun shell;

    RegistryCommandsTest(TestServer server) {
        database = server.create();
        shell = CommandRun.on(database);
    }

    @Test
    void owner_whose_name_the_database_takes_for_another_one_is_not_mistaken_for_it() {
        shell.ok("owner", "add", "王𠮷", "--mail", "wang@example.org");

        assertThat(shell.run("owner", "remove", "王𠀋", "--yes").err())
                .startsWith("error: there is no owner '王𠀋'; did you mean '王𠮷'?");
        assertThat(shell.run("owner", "add", "王𠀋", "--mail", "w@example.org").err())
                .startsWith("error: there is already an owner '王𠮷'");
        assertThat(shell.ok("owner", "list")).contains("王𠮷");
    }

    @Test
    void an_owner_is_added_listed_changed_and_removed() {
        shell.ok("owner", "add", "李雷", "--mail", "lilei@example.org", "--phone", "+86 10 1234");
        assertThat(shell.ok("owner", "list")).isEqualTo("""
                        OWNER  MAIL               PHONE        MACHINES
                        李雷   lilei@example.org  +86 10 1234
                        """);

        shell.ok("owner", "edit", "李雷", "--rename", "韩梅梅", "--phone", "");
        assertThat(database.query("SELECT CONCAT_WS(' ', name, mail, phone) FROM owner"))
                .containsExactly("韩梅梅 lilei@example.org");

        shell.ok("owner", "remove", "韩梅梅", "--yes");
        assertThat(shell.ok("owner", "list")).isEqualTo("no owners; add one with: owner add\n");
    }

    @Test
    void adding_a_machine_prints_one_line_to_run_on_it_and_stores_only_the_hash_of_its_token() {
        shell.ok("owner", "add", "lena", "--mail", "lena@example.org");

        String out = shell.ok("machine", "add", "gpu07", "--owner", "lena", "--expires", "2h");

        EnrollToken token = tokenIn(out);
        assertThat(out).contains("valid once, until ");
        assertThat(token.address()).isEqualTo("collector.example.org:7411");
        assertThat(database.query("SELECT HEX(secret_hash) FROM enroll_token"))
                .containsExactly(hex(Bytes32.sha256(token.secret().toArray())));
        assertThat(database.query("SELECT TIMESTAMPDIFF(SECOND, created_at, expires_at) FROM enroll_token"))
                .containsExactly("7200");
        assertThat(database.query("SELECT 1 FROM machine_key")).isEmpty();
    }

    @Test
    void token_carries_what_identifies_the_collector(@TempDir Path data) {
        shell.ok("owner", "add", "lena", "--mail", "lena@example.org");
        String[] beyondLoopback = {"--listen", "0.0.0.0:7411", "--data-dir", data.toString()};

        String out = shell.ok(with(beyondLoopback, "machine", "add", "gpu07", "--owner", "lena"));

        String shown = shell.ok(with(beyondLoopback, "certificate", "show"));
        assertThat(tokenIn(out).trust()).isInstanceOf(CollectorTrust.Pinned.class);
        assertThat(shown).contains(tokenIn(out).trust().toString());
        assertThat(tokenIn(shell.ok("machine", "add", "gpu08", "--owner", "lena"))
                        .trust())
                .as("of a collector that listens on loopback")
                .isEqualTo(new CollectorTrust.PlainText());
    }

    @Test
    void a_new_token_leaves_the_key_in_force_and_takes_the_place_of_the_tokens_before() {
        addMachine("gpu07");
        giveKey("gpu07");

        String out = shell.ok("machine", "rekey", "gpu07");

        EnrollToken token = tokenIn(out);
        assertThat(out).as("the host gives up the key that it has").contains("enroll --replace ewt1_");

        assertThat(database.query("SELECT HEX(stored_key) FROM machine_key")).containsExactly("6B".repeat(32));
        assertThat(database.query("SELECT HEX(secret_hash) FROM enroll_token"))
                .containsExactly(hex(Bytes32.sha256(token.secret().toArray())));
    }

    @Test
    void revoking_a_machine_asks_and_takes_key_and_tokens_away() {
        addMachine("gpu07");
        giveKey("gpu07");

        assertThat(shell.answering("n").run("machine", "revoke", "gpu07").exitCode())
                .isEqualTo(1);
        assertThat(database.query("SELECT 1 FROM machine_key")).hasSize(1);

        shell.answering("y").ok("machine", "revoke", "gpu07");
        assertThat(database.query("SELECT 1 FROM machine_key")).isEmpty();
        assertThat(database.query("SELECT 1 FROM enroll_token")).isEmpty();
        assertThat(database.query("SELECT name FROM machine")).containsExactly("gpu07");
    }

    @Test
    void tokens_for_new_machines_are_made_listed_without_their_secrets_and_revoked() {
        addMachine("gpu07");
        String made = shell.ok("enroll-token", "create", "--owner", "lena", "--uses", "20", "--expires", "1h");
        assertThat(made).contains("valid 20 times", "as root on each host");
        database.execute("UPDATE enroll_token SET last_used_at = UTC_TIMESTAMP(3), last_used_from = '10.0.0.8:4711'"
                + " WHERE machine_id IS NULL");
        String id = database.query("SELECT id FROM enroll_token WHERE machine_id IS NULL")
                .get(0);

        String listed = shell.ok("enroll-token", "list");
        assertThat(listed)
                .doesNotContain(tokenIn(made).text())
                .containsPattern("machine gpu07 +1 +in 23h")
                .containsPattern(id + " +new machines of lena +20 +in 59m +" + A_MOMENT_AGO + " +10.0.0.8:4711");

        shell.ok("enroll-token", "revoke", id);
        assertThat(shell.ok("enroll-token", "list")).doesNotContain("new machines");
        assertThat(shell.run("enroll-token", "revoke", id).err()).startsWith("error: there is no token " + id);
    }

    @Test
    void a_machine_is_changed_only_where_asked() {
        addMachine("gpu07");
        shell.ok("machine", "edit", "gpu07", "--location", "机房 3", "--sampling-interval", "10s", "--notes", "hot");

        shell.ok("machine", "edit", "gpu07", "--rename", "gpu08", "--notes", "");

        assertThat(database.query("SELECT CONCAT_WS('|', name, location, sampling_interval_s, notes) FROM machine"))
                .containsExactly("gpu08|机房 3|10");
    }

    @Test
    void machines_are_listed_with_how_they_are_doing() {
        addMachine("gpu07");
        addMachine("gpu08");
        giveKey("gpu07");
        int id = idOf("gpu07");
        database.execute("INSERT INTO probe_session (machine_id, epoch, boot_id, last_sequence,"
                + " last_taken_at, state, connected_at, last_heard_at, ended_at, remote_address, probe_version,"
                + " clock_offset_ms) VALUES (" + id + ", 1, REPEAT('b', 16), 7, NULL, 'open',"
                + " UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), NULL, '10.0.0.7:4711', '1.0', 0)");
        database.execute("INSERT INTO alarm (machine_id, metric, severity, state, pending_since)" + " VALUES (" + id
                + ", 'cpu_temp_c', 'critical', 'firing', UTC_TIMESTAMP(3))");

        database.execute("INSERT INTO reading_gap (machine_id, boot_id, first_sequence, last_sequence, reading_count,"
                + " from_at, to_at, reason, recorded_at) VALUES (" + id + ", REPEAT('b', 16), 3, 9, 7,"
                + " '2026-05-01 10:00:00', '2026-05-01 11:00:00', 'spool_full', UTC_TIMESTAMP(3))");
        database.execute("UPDATE probe_session SET history_from = 2, history_to = 6");

        assertThat(shell.ok("machine", "list")
                        .lines()
                        .skip(1)
                        .map(line -> line.replaceAll("\\s{2,}", "|").replaceAll(A_MOMENT_AGO, "a moment ago")))
                .containsExactly("gpu07|lena|a moment ago|connected|a moment ago|1", "gpu08|lena|no|never seen");
        assertThat(shell.ok("machine", "show", "gpu07"))
                .contains("10.0.0.7:4711")
                .containsPattern("enrolled +20.*\\(" + A_MOMENT_AGO + "\\)")
                .containsPattern("history +at most 5 readings of before are still to come")
                .contains("no readings from 2026-05-01T10:00:00Z to 2026-05-01T11:00:00Z: about 7 lost,"
                        + " the probe's spool was full")
                .containsPattern("cpu_temp_c +critical +90 °C +85 °C +10s +the fleet");
        assertThat(shell.ok("machine", "show", "gpu07", "--json"))
                .contains("\"history_to_come\":5", "\"lost\":7", "\"reason\":\"spool_full\"");
        assertThat(shell.ok("machine", "show", "gpu08"))
                .containsPattern("enrolled +no; machine rekey gpu08 makes a token for it");
        assertThat(shell.ok("status"))
                .containsPattern("machines +2\n")
                .containsPattern("connected +1\n")
                .containsPattern("never seen +1\n")
                .containsPattern("firing alarms +1 critical, 0 warning\n");
    }

    @Test
    void latest_value_of_each_metric_of_the_catalogue_is_shown() {
        addMachine("gpu07");
        String columns = Scope.MACHINE.metrics().stream().map(Metric::column).collect(Collectors.joining(", "));
        String values = Scope.MACHINE.metrics().stream().map(metric -> "7").collect(Collectors.joining(", "));
        database.execute("INSERT INTO reading (machine_id, taken_at, sequence, " + columns + ") VALUES ("
                + idOf("gpu07") + ", '2026-05-01 10:00:00', 3, " + values + ")");
        database.execute("INSERT INTO probe_session (machine_id, epoch, boot_id, last_sequence, last_taken_at, state,"
                + " connected_at, last_heard_at, remote_address, probe_version, clock_offset_ms) VALUES ("
                + idOf("gpu07") + ", 1, REPEAT('b', 16), 3,"
                + " '2026-05-01 10:00:00', 'open', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), '', '', 0)");

        String shown = shell.ok("machine", "show", "gpu07");
        String json = shell.ok("machine", "show", "gpu07", "--json");

        assertThat(shown)
                .contains("measured 2026-05-01T10:00:00Z")
                .containsPattern("cpu_temp_c +7.0 °C +temperature of the hottest CPU package");
        for (Metric metric : Scope.MACHINE.metrics()) {
            assertThat(shown).containsPattern("\n" + metric.column() + " .*" + Pattern.quote(metric.meaning()));
            assertThat(json(json, "$.reading." + metric.column())).startsWith("7");
        }
    }

    @Test
    void removing_a_machine_asks_says_what_goes_and_what_stays() {
        addMachine("gpu07");
        database.execute(
                "INSERT INTO reading (machine_id, taken_at, sequence) VALUES (" + idOf("gpu07") + ", '2026-05-01', 1)");

        Result refused = shell.answering("n").run("machine", "remove", "gpu07");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(database.query("SELECT name FROM machine")).containsExactly("gpu07");

        shell.answering("y").ok("machine", "remove", "gpu07");
        assertThat(shell.questions().get(0)).contains("gpu07", "lena", "limits", "alarms", "readings stay");
        assertThat(database.query("SELECT name FROM machine")).isEmpty();
        assertThat(database.query("SELECT COUNT(*) FROM reading")).containsExactly("1");
    }

    @Test
    void an_owner_with_machines_is_not_removed() {
        addMachine("gpu07");

        Result result = shell.run("owner", "remove", "lena", "--yes");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).startsWith("error: owner lena still has machines: gpu07;");
    }

    @Test
    void what_scripts_read_is_json() {
        shell.ok("owner", "add", "O'Hara \"\\ 李雷", "--mail", "o@example.org", "--json");
        assertThat(json(shell.ok("machine", "add", "gpu07", "--owner", "O'Hara \"\\ 李雷", "--json"), "$.machine"))
                .isEqualTo("gpu07");
        assertThat(json(shell.ok("enroll-token", "list", "--json"), "$[0].machine"))
                .isEqualTo("gpu07");
        assertThat(json(shell.ok("machine", "rekey", "gpu07", "--json"), "$.command"))
                .startsWith("emberwatch-probe enroll --replace ewt1_");
        assertThat(json(shell.ok("owner", "list", "--json"), "$[0].name")).isEqualTo("O'Hara \"\\ 李雷");
        assertThat(json(shell.ok("owner", "list", "--json"), "$[0].machines[0]"))
                .isEqualTo("gpu07");
        assertThat(json(shell.ok("machine", "list", "--json"), "$[0].link")).isEqualTo("never seen");
        assertThat(json(shell.ok("machine", "show", "gpu07", "--json"), "$.limits[0].metric"))
                .isEqualTo("cpu_temp_c");
        assertThat(json(shell.ok("limit", "list", "--json"), "$[0].set_for")).isEqualTo("fleet");
        assertThat(json(shell.ok("status", "--json"), "$.never_seen")).isEqualTo("1");
        assertThat(json(shell.ok("config", "print", "--json"), "$.\"ingest.writers\""))
                .isEqualTo("2");
        assertThat(json(shell.ok("migrate", "--json"), "$")).isEqualTo("[]");
    }

    private void addMachine(String name) {
        if (database.query("SELECT name FROM owner").isEmpty()) {
            shell.ok("owner", "add", "lena", "--mail", "lena@example.org");
        }
        shell.ok("machine", "add", name, "--owner", "lena");
    }

    private static String[] with(String[] options, String... command) {
        return Stream.concat(Stream.of(command), Stream.of(options)).toArray(String[]::new);
    }

    private static EnrollToken tokenIn(String out) {
        Matcher line = Pattern.compile("(?m)^  emberwatch-probe enroll (?:--replace )?(ewt1_\\S+)$")
                .matcher(out);
        assertThat(line.find()).as(out).isTrue();
        return EnrollToken.parse(line.group(1));
    }

    private static String hex(Bytes32 bytes) {
        return HexFormat.of().withUpperCase().formatHex(bytes.toArray());
    }

    private void giveKey(String machine) {
        database.execute("INSERT INTO machine_key (machine_id, stored_key, collector_key) VALUES (" + idOf(machine)
                + ", REPEAT('k', 32), REPEAT('c', 32))");
    }

    private int idOf(String machine) {
        return Integer.parseInt(database.query("SELECT id FROM machine WHERE name = '" + machine + "'")
                .get(0));
    }

    /** Both servers know JSON; the build needs no parser of its own. */
    private String json(String text, String path) {
        String literal =
                "CONVERT(X'" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)) + "' USING utf8mb4)";
        assertThat(database.query("SELECT JSON_VALID(" + literal + ")")).containsExactly("1");
        return database.query("SELECT JSON_UNQUOTE(JSON_EXTRACT(" + literal + ", '" + path + "'))")
                .get(0);
    }
}
