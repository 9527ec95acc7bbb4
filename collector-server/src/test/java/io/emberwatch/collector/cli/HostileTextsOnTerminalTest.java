package io.emberwatch.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.cli.CommandRun.Result;
import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.model.Owner;
import io.emberwatch.collector.store.InventoryStore;
import io.emberwatch.collector.store.MachineStore;
import io.emberwatch.collector.store.OwnerStore;
import io.emberwatch.collector.store.ProbeSessionStore;
import io.emberwatch.collector.testing.HostileTexts;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in the database, typed, brought by SQL or sent by a probe, is shown and does nothing else. */
@Tag("integration")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileTextsOnTerminalTest {
    private static final List<String> TEXTS = HostileTexts.stored().toList();

    @AutoClose
    private final TestDatabase database = TestServer.MYSQL.create();

    private final CommandRun shell = CommandRun.on(database);

    @BeforeAll
    void a_machine_and_an_owner_of_each_text() throws SQLException {
        for (int i = 0; i < TEXTS.size(); i++) {
            int number = i;
            database.database().transact(connection -> store(connection, number, TEXTS.get(number)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "machine list",
                "owner list",
                "machine show box40",
                "machine show box0",
                "alarm list",
                "alarm show 40",
                "limit list --machine box38",
                "gpu list",
                "gpu retire box40 0",
                "gpu unretire box40 0",
                "gpu list --json",
                "status",
                "status --json",
                "machine edit box40 --model x",
                "machine rekey box40",
                "machine revoke box40 --yes",
                "machine list --json",
                "owner list --json",
                "alarm list --json",
                "alarm show 40 --json",
                "machine show box40 --json"
            })
    void nothing_steers_the_terminal(String command) {
        assertThat(shell.ok(command.split(" "))).matches(HostileTexts::isHarmlessOnATerminal);
    }

    @Test
    void each_machine_is_one_line() {
        assertThat(shell.ok("machine", "list").lines().skip(1))
                .hasSameSizeAs(TEXTS)
                .allMatch(line -> line.startsWith("box"));
        assertThat(shell.ok("alarm", "list").lines().skip(1)).hasSameSizeAs(TEXTS);
    }

    @Test
    void scripts_read_the_very_texts() throws SQLException {
        String machines = shell.ok("machine", "list", "--json");
        String alarms = shell.ok("alarm", "list", "--json");
        for (int i = 0; i < TEXTS.size(); i++) {
            String machine = "JSON_SEARCH(@j, 'one', 'box" + i + "')";
            assertThat(read(machines, machine, "name", "location")).isEqualTo(TEXTS.get(i));
            assertThat(read(machines, machine, "name", "notes")).isEqualTo(TEXTS.get(i));
            assertThat(read(machines, machine, "name", "probe_version")).isEqualTo(TEXTS.get(i));
            assertThat(read(alarms, "JSON_SEARCH(@j, 'one', 'box" + i + "')", "machine", "gpu"))
                    .isEqualTo(TEXTS.get(i));
        }
    }

    @Test
    void mistake_is_reported_in_one_harmless_line() {
        CommandRun offline = CommandRun.withoutDatabase();
        for (String text : HostileTexts.all().toList()) {
            assertRefusedInOneLine(offline.run("mail", "test", text));
            assertRefusedInOneLine(offline.run("config", text));
        }
        assertRefusedInOneLine(
                offline.run("config", "check", "--listen", HostileTexts.all().collect(Collectors.joining())));
        assertRefusedInOneLine(shell.run("machine", "show", HostileTexts.all().collect(Collectors.joining())));
        assertRefusedInOneLine(
                shell.run("gpu", "retire", "box40", HostileTexts.all().collect(Collectors.joining())));
        assertThat(shell.run("machine", "show", "\u001b[2J\u202e", "--debug").err())
                .matches(text -> HostileTexts.isHarmlessOnATerminal(text.replace("\t", "")));
    }

    @Test
    void a_question_is_one_harmless_line() {
        CommandRun asking = CommandRun.on(database).answering("n");
        asking.run("machine", "remove", "box40");
        asking.run("machine", "revoke", "box40");

        assertThat(asking.questions())
                .hasSize(2)
                .allMatch(question -> HostileTexts.isHarmlessOnATerminal(question)
                        && question.lines().count() == 1);
    }

    private static void assertRefusedInOneLine(Result result) {
        assertThat(result.exitCode()).as(result.toString()).isNotZero();
        assertThat(result.err()).hasLineCount(1).matches(HostileTexts::isHarmlessOnATerminal);
    }

    private static boolean store(Connection connection, int number, String text) throws SQLException {
        Optional<String> some = Optional.of(text);
        int owner = new OwnerStore().add(connection, new Owner.Details(number + text, text, Optional.empty(), some));
        int machine = new MachineStore()
                .add(
                        connection,
                        new Machine.Details(
                                "box" + number, owner, some, some, Optional.empty(), Optional.empty(), some));
        List<GpuInfo> gpus = List.of(GpuInfo.withoutLimits(text, text, text));
        new InventoryStore()
                .put(
                        connection,
                        machine,
                        new Inventory(text, text, text, text, text, 1, 1, text, gpus, text, OptionalInt.of(0)));
        new ProbeSessionStore()
                .open(
                        connection,
                        new ProbeSessionStore.Opening(machine, UUID.randomUUID(), "127.0.0.1:1", text, Duration.ZERO));
        update(
                connection,
                "INSERT INTO alarm (id, machine_id, component, metric, severity, state, pending_since, acknowledged_at,"
                        + " acknowledged_by) VALUES (?, ?, ?, 'gpu_temp_c', 'critical', 'firing', UTC_TIMESTAMP(3),"
                        + " UTC_TIMESTAMP(3), ?)",
                number + 1,
                machine,
                text,
                text);
        update(
                connection,
                "INSERT INTO alarm_event (alarm_id, kind, happened_at, note) VALUES (?, 'raised', UTC_TIMESTAMP(3), ?)",
                number + 1,
                text);
        update(
                connection,
                "INSERT INTO mail_outbox (alarm_id, kind, recipient, message_id, state, last_error)"
                        + " VALUES (?, 'raised', ?, ?, 'rejected', ?)",
                number + 1,
                text,
                "<" + number + "@example.org>",
                text);
        update(
                connection,
                "INSERT INTO service_problem (collector, kind, subject, urgency, meaning, text, first_at, last_at,"
                        + " seen_count, is_open) VALUES ('watch1', ?, ?, 0, 'meaning', ?, UTC_TIMESTAMP(3),"
                        + " UTC_TIMESTAMP(3), 1, 1)",
                "KIND_" + number,
                text,
                text);
        return true;
    }

    private static void update(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        }
    }

    /** What MySQL's own JSON parser finds beside {@code key}, in the object that {@code search} finds. */
    private String read(String json, String search, String key, String wanted) throws SQLException {
        String sql = "SELECT JSON_UNQUOTE(JSON_EXTRACT(@j, REPLACE(JSON_UNQUOTE(" + search + "), '." + key + "', '."
                + wanted + "')))";
        try (Connection connection = database.connect();
                PreparedStatement set = connection.prepareStatement("SET @j = ?")) {
            set.setString(1, json);
            set.execute();
            try (PreparedStatement query = connection.prepareStatement(sql);
                    ResultSet row = query.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }
}
