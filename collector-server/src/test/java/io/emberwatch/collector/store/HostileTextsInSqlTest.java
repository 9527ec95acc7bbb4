package io.emberwatch.collector.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.model.Owner;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.collector.model.StoredLimit;
import io.emberwatch.collector.model.StoredLimit.LimitPlace;
import io.emberwatch.collector.store.Database.DatabaseSettings;
import io.emberwatch.collector.store.Database.Timeouts;
import io.emberwatch.collector.store.GpuProcessStore.RunningProcess;
import io.emberwatch.collector.store.ReadingStore.RejectedReading;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.HostileTexts;
import io.emberwatch.collector.testing.Registered;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.Texts;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a text holds, it is stored as it is and read as it is, and nothing else happens. */
@EveryServer
class HostileTextsInSqlTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @AutoClose
    private final TestDatabase database;

    private final int machine;

    HostileTextsInSqlTest(TestServer server) {
        database = server.create();
        machine = Registered.machine(database, "gpu07");
    }

    @ParameterizedTest
    @ValueSource(strings = {"STRICT_TRANS_TABLES", "STRICT_TRANS_TABLES,NO_BACKSLASH_ESCAPES,ANSI_QUOTES"})
    void a_text_is_read_as_it_was_stored(String sqlMode) throws SQLException {
        try (Database pool = Database.at(withSqlMode(sqlMode), Timeouts.COMMAND)) {
            for (String text : HostileTexts.stored().toList()) {
                pool.transact(connection -> {
                    assertRegistryKeeps(connection, text);
                    assertProbesWordsAreKept(connection, text);
                    assertOperationKeeps(connection, text);
                    return true;
                });
            }
        }
        assertThat(database.query("SELECT name FROM owner")).containsExactly("gpu07 的王芳");
        assertThat(database.query("SELECT name FROM machine")).containsExactly("gpu07");
    }

    @Test
    void a_wildcard_in_a_name_is_no_wildcard() throws SQLException {
        Optional<Owner> all = database.database().transact(c -> new OwnerStore().find(c, "%"));
        Optional<Owner> one = database.database().transact(c -> new OwnerStore().find(c, "gpu__ 的王芳"));
        Optional<Machine> some = database.database().transact(c -> new MachineStore().find(c, "gpu0%"));

        assertThat(all).isEmpty();
        assertThat(one).isEmpty();
        assertThat(some).isEmpty();
    }

    private void assertRegistryKeeps(Connection connection, String text) throws SQLException {
        OwnerStore owners = new OwnerStore();
        Optional<String> optional = Optional.of(text);
        Owner.Details owner = new Owner.Details(text, text, Optional.empty(), optional);
        int id = owners.add(connection, owner);
        assertThat(owners.find(connection, text).orElseThrow().details()).isEqualTo(owner);

        MachineStore machines = new MachineStore();
        Machine.Details details =
                new Machine.Details("gpu07", id, optional, optional, Optional.empty(), Optional.empty(), optional);
        machines.edit(connection, machine, details);
        Machine found = machines.find(connection, "gpu07").orElseThrow();
        assertThat(found.details()).isEqualTo(details);
        assertThat(found.ownerName()).isEqualTo(text);

        int before = owners.list(connection).stream()
                .filter(other -> other.id() != id)
                .findFirst()
                .orElseThrow()
                .id();
        machines.edit(
                connection,
                machine,
                new Machine.Details("gpu07", before, optional, optional, Optional.empty(), Optional.empty(), optional));
        owners.remove(connection, id);
    }

    private void assertProbesWordsAreKept(Connection connection, String text) throws SQLException {
        InventoryStore inventories = new InventoryStore();
        List<GpuInfo> gpus = List.of(GpuInfo.withoutLimits(text, text, text));
        inventories.put(
                connection,
                machine,
                new Inventory(text, text, text, text, text, 1, 1, text, gpus, text, OptionalInt.of(0)));
        assertThat(inventories.gpus(connection, List.of(machine)).get(machine).ids())
                .containsKey(text);
        Machine.Hardware hardware =
                new OverviewStore().hardware(connection, machine).orElseThrow();
        assertThat(List.of(hardware.model(), hardware.os(), hardware.kernel(), hardware.cpuModel()))
                .containsOnly(text);
        assertThat(List.of(hardware.virtualization(), hardware.gpuDriver())).containsOnly(text);
        assertThat(new GpuStore().ofMachine(connection, machine))
                .anyMatch(gpu -> gpu.uuid().equals(text)
                        && gpu.model().equals(text)
                        && gpu.pciBusId().equals(text));
        new GpuProcessStore()
                .put(
                        connection,
                        inventories
                                .gpus(connection, List.of(machine))
                                .get(machine)
                                .ids(),
                        NOON,
                        List.of(new RunningProcess(text, 1, text, text, OptionalLong.empty())));
        assertThat(texts(connection, "SELECT name, user_name FROM gpu_process WHERE ended_at IS NULL"))
                .containsExactly(text, text);

        UUID boot = UUID.randomUUID();
        Reading reading = new Reading(1, NOON, MetricValues.empty(Scope.MACHINE), List.of());
        new ProbeSessionStore()
                .open(
                        connection,
                        new ProbeSessionStore.Opening(machine, boot, "127.0.0.1:1", text, Duration.ofSeconds(1)));
        assertThat(new OverviewStore().machines(connection).get(machine).probeVersion())
                .contains(text);
        new ReadingStore().reject(connection, List.of(new RejectedReading(machine, boot, reading, text)));
        assertThat(texts(connection, "SELECT reason, content FROM reading_rejected ORDER BY id DESC LIMIT 1"))
                .containsExactly(Texts.oneLine(text), reading.toString());
    }

    private void assertOperationKeeps(Connection connection, String text) throws SQLException {
        SilenceStore silences = new SilenceStore();
        silences.add(connection, Optional.of(machine), NOON, NOON.plusSeconds(60), Optional.of(text));
        assertThat(Sql.list(
                        connection,
                        "SELECT reason FROM silence WHERE machine_id = ?",
                        row -> row.getString("reason"),
                        machine))
                .contains(text);

        LimitStore limits = new LimitStore();
        StoredLimit limit = limits.list(connection).get(0);
        assertThat(limits.remove(connection, new LimitPlace.OfGpu(machine, text), limit.metric(), Severity.CRITICAL))
                .isFalse();

        long mail = new AlarmStore(new MessageIds("example.org")).createTest(connection, machine);
        new OutboxStore().reject(connection, mail, text, text);
        assertThat(texts(connection, "SELECT subject, last_error FROM mail_outbox WHERE id = " + mail))
                .containsExactly(text, text);
    }

    private static List<String> texts(Connection connection, String sql) throws SQLException {
        return Sql.list(connection, sql, row -> List.of(row.getString(1), row.getString(2)))
                .get(0);
    }

    private DatabaseSettings withSqlMode(String sqlMode) {
        DatabaseSettings settings = database.settings();
        return new DatabaseSettings(
                settings.jdbcUrl() + (settings.jdbcUrl().contains("?") ? "&" : "?") + "sessionVariables=sql_mode='"
                        + sqlMode + "'",
                settings.user(),
                settings.password(),
                2);
    }
}
