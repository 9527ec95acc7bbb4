package io.emberwatch.collector.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.model.LimitTable;
import io.emberwatch.collector.model.StoredLimit.LimitPlace;
import io.emberwatch.collector.store.rights.DatabaseRole;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The views and the ready-made queries, on a fleet of two machines, one of them with a hot card. */
@EveryServer
class ViewsTest {
    private static final Path QUERIES = Path.of("..", "sql", "queries");

    @AutoClose
    private final TestDatabase database;

    ViewsTest(TestServer server) {
        database = server.create();
        fill();
    }

    @Test
    void machine_now_shows_the_latest_reading_and_machines_that_never_sent_one() {
        assertThat(database.query("SELECT CONCAT_WS(' ', machine, owner, state, cpu_temp_c) FROM machine_now"
                        + " ORDER BY machine"))
                .containsExactly("gpu-01 lena open 71.5", "gpu-02 lena");
    }

    @Test
    void gpu_now_shows_the_latest_reading_of_each_gpu() {
        assertThat(database.query("SELECT CONCAT_WS(' ', machine, slot, gpu_temp_c) FROM gpu_now ORDER BY slot"))
                .containsExactly("gpu-01 0 91.0", "gpu-01 1");
    }

    @Test
    void gpu_now_shows_what_a_gpu_reported_last() {
        assertThat(database.query("SELECT CONCAT_WS(' ', slot, last_xid, last_xid_at = taken_at) FROM gpu_now"
                        + " ORDER BY slot"))
                .containsExactly("0 79 1", "1");
    }

    @Test
    void gpu_now_shows_missing_gpus_once_the_machine_reports_them() {
        database.execute("INSERT INTO machine_inventory (machine_id, hostname, model, os, kernel, cpu_model, cpu_count,"
                + " mem_total_bytes, virtualization, temp_sensor_count, updated_at) SELECT 1, '', '', '', '', '', 0, 0,"
                + " 'kvm', 0, last_seen_at FROM gpu WHERE id = 1");
        database.execute("UPDATE gpu SET last_seen_at = last_seen_at - INTERVAL 1 DAY WHERE id = 2");
        String missing = "SELECT CONCAT_WS(' ', slot, COALESCE(is_missing, 'unknown')) FROM gpu_now ORDER BY slot";
        assertThat(database.query(missing)).containsExactly("0 0", "1 unknown");

        database.execute("UPDATE reading SET gpu_driver_fault = 0 WHERE sequence = 2");
        assertThat(database.query(missing)).containsExactly("0 0", "1 1");

        database.execute("UPDATE gpu SET retired_at = last_seen_at WHERE id = 2");
        assertThat(database.query(missing)).containsExactly("0 0", "1 0");

        database.execute("UPDATE gpu SET retired_at = NULL, uuid = 'PCI-0000:3b:00.0' WHERE id = 2");
        assertThat(database.query(missing)).as("a place, not a card").containsExactly("0 0", "1 0");
        assertThat(database.query("SELECT CONCAT_WS(' ', machine, virtualization, temp_sensor_count) FROM machine_now"
                        + " ORDER BY machine"))
                .containsExactly("gpu-01 kvm 0", "gpu-02");
    }

    @Test
    void gpu_at_its_target_temperature_is_in_no_trouble() throws IOException {
        String trouble =
                Files.readString(QUERIES.resolve("gpus_in_trouble.sql")).replace(";", "");
        database.execute("UPDATE gpu_reading SET gpu_fatal_xid = 0, gpu_temp_c = 87, gpu_slowdown_margin_c = 2");
        database.execute("UPDATE gpu SET slowdown_temp_c = 89");
        assertThat(database.query(trouble)).containsExactly("gpu-01");

        database.execute("UPDATE gpu SET target_temp_c = 87");
        assertThat(database.query(trouble)).isEmpty();
        assertThat(database.query("SELECT target_temp_c FROM gpu_now WHERE slot = 0"))
                .containsExactly("87");

        database.execute("UPDATE gpu SET target_temp_c = 89");
        assertThat(database.query(trouble)).as("nonsense").containsExactly("gpu-01");

        database.execute("UPDATE gpu SET target_temp_c = 87");
        database.execute("UPDATE gpu_reading SET gpu_temp_c = 88, gpu_slowdown_margin_c = 1");
        assertThat(database.query(trouble)).containsExactly("gpu-01");
    }

    @Test
    void gpu_process_now_shows_what_runs_and_not_what_ran() {
        assertThat(database.query(
                        "SELECT CONCAT_WS(' ', machine, owner, slot, model, uuid, pid, name, user_name, state)"
                                + " FROM gpu_process_now"))
                .containsExactly("gpu-01 lena 0 H100 GPU-a 4711 python3 ada open");
    }

    /** As the collector itself decides it, see {@link LimitTable}. */
    @Test
    void limit_in_force_says_for_which_gpus_and_machines_a_limit_counts() {
        List<String> settings = List.of(
                "DO 0",
                "INSERT INTO machine_limit (machine_id, metric, severity, raise_at) VALUES (1, 'gpu_temp_c', 'critical', 70)",
                "INSERT INTO machine_limit (machine_id, metric, severity, raise_at)"
                        + " VALUES (1, 'gpu_slowdown_margin_c', 'critical', 5), (1, 'gpu_mem_margin_c', 'warning', NULL)",
                "INSERT INTO machine_limit (machine_id, metric, severity, raise_at) VALUES"
                        + " (1, 'cpu_temp_c', 'critical', 95), (1, 'nvme_margin_c', 'warning', 9),"
                        + " (1, 'disk_temp_c', 'warning', 50), (1, 'mem_margin_c', 'critical', NULL)",
                "UPDATE machine_limit SET raise_at = NULL",
                "DELETE FROM machine_limit WHERE metric = 'gpu_temp_c'",
                "DELETE FROM fleet_limit WHERE metric = 'gpu_mem_margin_c'",
                "UPDATE fleet_limit SET raise_at = NULL WHERE metric = 'gpu_slowdown_margin_c'",
                "DELETE FROM machine_limit",
                "UPDATE fleet_limit SET raise_at = NULL WHERE metric = 'cpu_margin_c'");
        for (String setting : settings) {
            database.execute(setting);
            assertThat(database.query("SELECT CONCAT_WS(' ', metric, severity, set_for, counts_for) FROM limit_in_force"
                            + " WHERE machine = 'gpu-01'"))
                    .as(setting)
                    .containsExactlyInAnyOrderElementsOf(decided());
        }
    }

    private List<String> decided() {
        try {
            return LimitTable.of(database.database().transact(new LimitStore()::list)).effective(1, "").stream()
                    .map(limit -> limit.metric() + " " + limit.severity() + " "
                            + (limit.source() instanceof LimitPlace.OfMachine ? "machine " : "fleet ") + limit.reach())
                    .toList();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void alarm_open_names_the_gpu_and_whom_to_call() {
        assertThat(database.query("SELECT CONCAT_WS(' ', machine, gpu_slot, metric, severity, raised_value, phone)"
                        + " FROM alarm_open"))
                .containsExactly("gpu-01 0 gpu_temp_c critical 91.00 +49 30 1234");
    }

    @Test
    void alarm_open_leaves_out_what_is_judged_from_history() {
        database.execute("INSERT INTO alarm (machine_id, component, metric, severity, is_history, state, pending_since,"
                + " raised_at) SELECT machine_id, component, metric, severity, 1, state, pending_since, raised_at"
                + " FROM alarm");

        assertThat(database.query("SELECT alarm FROM alarm_open")).containsExactly("1");
    }

    @Test
    void machine_gap_shows_what_is_lost_and_why() {
        assertThat(database.query("SELECT CONCAT_WS(' ', machine, owner, COALESCE(lost, 'unknown'), reason)"
                        + " FROM machine_gap"))
                .containsExactly("gpu-01 lena unknown power_loss");
    }

    @Test
    void machine_registry_shows_the_machines_own_limits_before_those_of_the_fleet() {
        database.execute("INSERT INTO machine_limit (machine_id, metric, severity, raise_at) VALUES"
                + " (1, 'cpu_temp_c', 'warning', 70), (1, 'cpu_temp_c', 'critical', NULL)");
        database.execute("INSERT INTO machine_limit (machine_id, component, metric, severity, raise_at) VALUES"
                + " (1, 'GPU-a', 'gpu_temp_c', 'warning', 60)");

        assertThat(database.query("SELECT CONCAT_WS(' ', machine, owner, mail, cpu_temp_warning_c,"
                        + " COALESCE(cpu_temp_critical_c, 'off'), gpu_temp_warning_c, gpus_with_own_limits)"
                        + " FROM machine_registry ORDER BY machine"))
                .containsExactly(
                        "gpu-01 lena lena@example.org 70.00 off 83.00 1",
                        "gpu-02 lena lena@example.org 80.00 90.00 83.00 0");
    }

    @Test
    void machine_registry_shows_the_margins_where_they_count() {
        database.execute("INSERT INTO machine_limit (machine_id, metric, severity, raise_at) VALUES"
                + " (1, 'gpu_temp_c', 'warning', 60)");

        assertThat(database.query("SELECT CONCAT_WS(' ', machine, gpu_temp_warning_c,"
                        + " COALESCE(gpu_margin_warning_c, 'none'), gpu_margin_critical_c, gpu_mem_margin_warning_c,"
                        + " gpu_mem_margin_critical_c) FROM machine_registry ORDER BY machine"))
                .containsExactly("gpu-01 60.00 none 3.00 10.00 3.00", "gpu-02 83.00 10.00 3.00 10.00 3.00");
    }

    @Test
    void every_ready_made_query_runs_and_finds_something() throws IOException, SQLException {
        database.execute("INSERT INTO mail_outbox (alarm_id, kind, recipient, message_id, state, last_error)"
                + " VALUES (1, 'raised', 'lena@example.org', '<1@example.org>', 'rejected', '550 no such user')");
        List<String> empty = new ArrayList<>();
        try (Stream<Path> queries = Files.list(QUERIES)) {
            for (Path query : queries.sorted().toList()) {
                if (!findsSomething(Files.readString(query))) {
                    empty.add(query.getFileName().toString());
                }
            }
        }
        assertThat(empty).isEmpty();
    }

    @Test
    void gpu_with_a_fatal_error_is_in_trouble_also_when_its_probe_has_forgotten_it() throws IOException, SQLException {
        String inTrouble = Files.readString(QUERIES.resolve("gpus_in_trouble.sql"));
        database.execute("UPDATE gpu_reading SET gpu_fatal_xid = NULL");
        assertThat(findsSomething(inTrouble)).isFalse();

        database.execute("INSERT INTO alarm (machine_id, component, metric, severity, state, pending_since, raised_at,"
                + " raise_at, raised_value) VALUES (1, 'GPU-a', 'gpu_fatal_xid', 'critical', 'firing', '2026-03-01',"
                + " '2026-03-01', 1, 79)");
        assertThat(findsSomething(inTrouble)).isTrue();
    }

    private boolean findsSomething(String script) throws SQLException {
        // Comments may contain semicolons.
        String code = script.replaceAll("(?m)^--.*$", "");
        boolean found = false;
        try (Connection connection = database.connect(DatabaseRole.READER);
                Statement statement = connection.createStatement()) {
            for (String sql : code.split(";", -1)) {
                if (!sql.isBlank() && statement.execute(sql)) {
                    try (ResultSet rows = statement.getResultSet()) {
                        found = rows.next();
                    }
                }
            }
        }
        return found;
    }

    private void fill() {
        String now = "'" + database.query("SELECT UTC_TIMESTAMP(3)").get(0) + "'";
        String before = now + " - INTERVAL 10 SECOND";
        database.execute(
                "INSERT INTO owner (id, name, phone, mail) VALUES (1, 'lena', '+49 30 1234', 'lena@example.org')");
        database.execute("INSERT INTO machine (id, name, owner_id) VALUES (1, 'gpu-01', 1)," + " (2, 'gpu-02', 1)");
        database.execute("INSERT INTO probe_session (machine_id, epoch, boot_id, last_sequence,"
                + " last_taken_at, state, connected_at, last_heard_at, ended_at, remote_address, probe_version,"
                + " clock_offset_ms) VALUES (1, 1, REPEAT('b', 16), 2, " + now + ", 'open', " + before
                + ", " + now + ", NULL, '192.0.2.1:5', '0.1', 0)");
        database.execute("INSERT INTO reading (machine_id, taken_at, sequence, cpu_temp_c) VALUES (1, " + before
                + ", 1, 60), (1, " + now + ", 2, 71.5)");
        database.execute("INSERT INTO reading_ahead (machine_id, taken_at, sequence) VALUES (1, '2099-01-01', 1)");
        database.execute("INSERT INTO gpu (id, machine_id, uuid, slot, model, pci_bus_id, first_seen_at, last_seen_at)"
                + " VALUES (1, 1, 'GPU-a', 0, 'H100', '', " + now + ", " + now + "), (2, 1, 'GPU-b', 1, 'H100', '', "
                + now + ", " + now + ")");
        database.execute("INSERT INTO gpu_reading (gpu_id, taken_at, sequence, machine_id, gpu_temp_c,"
                + " gpu_throttle_reasons, gpu_fatal_xid) VALUES (1, " + now + ", 2, 1, 91, 0x40, 79)");
        database.execute("INSERT INTO gpu_xid VALUES (1, " + before + ", 1, 0, 31), (1, " + now + ", 2, 0, 63), (1, "
                + now + ", 2, 1, 79)");
        database.execute("INSERT INTO gpu_process (gpu_id, pid, name, user_name, first_seen_at, last_seen_at, ended_at)"
                + " VALUES (1, 4711, 'python3', 'ada', " + before + ", " + now + ", NULL),"
                + " (1, 4710, 'python3', 'bob', " + before + ", " + before + ", " + now + ")");
        database.execute("INSERT INTO alarm (id, machine_id, component, metric, severity, state, pending_since,"
                + " raised_at, raise_at, raised_value) VALUES (1, 1, 'GPU-a', 'gpu_temp_c', 'critical', 'firing', "
                + before + ", " + now + ", 90, 91)");
        database.execute("INSERT INTO reading_gap (machine_id, boot_id, first_sequence, last_sequence, reading_count,"
                + " from_at, to_at, reason, recorded_at) VALUES (1, REPEAT('b', 16), 3, 9, NULL, " + before + ", " + now
                + ", 'power_loss', " + now + ")");
    }
}
