package io.emberwatch.collector.store.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.collector.store.Database.DatabaseSettings;
import io.emberwatch.collector.store.rights.DatabaseRole;
import io.emberwatch.collector.store.schema.SchemaMigrator.SchemaVersionException;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EveryServer
class SchemaMigratorTest {
    @AutoClose
    private final TestDatabase database;

    private final SchemaMigrator migrator;

    SchemaMigratorTest(TestServer server) {
        database = server.shared().createEmptyDatabase();
        migrator = new SchemaMigrator(database.settings(DatabaseRole.MIGRATOR));
    }

    @Test
    void an_empty_schema_gets_everything_once() throws SQLException {
        assertThat(migrator.migrate())
                .startsWith("V1__registry_readings_alarms_and_outbox.sql")
                .endsWith("R__views.sql");
        migrator.requireCurrent();

        assertThat(migrator.migrate()).isEmpty();
    }

    /** Made in a second statement: without the right to it Flyway waits a second, finds the table and goes on. */
    @Test
    void the_history_of_migrations_has_its_index() throws SQLException {
        migrator.migrate();

        assertThat(database.query("SELECT COLUMN_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = '"
                        + database.schema() + "' AND TABLE_NAME = 'schema_history'"))
                .containsExactlyInAnyOrder("installed_rank", "success");
    }

    @Test
    void an_older_schema_is_refused_with_what_to_do() {
        assertThatThrownBy(migrator::requireCurrent)
                .isInstanceOf(SchemaVersionException.class)
                .hasMessageContaining("V1__")
                .hasMessageContaining("run emberwatch-collector migrate");
    }

    @Test
    void an_older_view_is_refused_too() throws SQLException {
        migrator.migrate();
        database.execute("UPDATE schema_history SET checksum = 1 WHERE script = 'R__views.sql'");

        assertThatThrownBy(migrator::requireCurrent)
                .isInstanceOf(SchemaVersionException.class)
                .hasMessageContaining("R__views.sql");
        assertThat(migrator.migrate()).containsExactly("R__views.sql");
    }

    /** Its text has changed, for the sake of servers that did not take it; what it left is the same. */
    @Test
    void a_migration_that_was_mended_is_none_to_apply_again() throws SQLException {
        migrator.migrate();
        database.execute("UPDATE schema_history SET checksum = 1 WHERE version IN ('9', '10')");

        migrator.requireCurrent();
        assertThat(migrator.migrate()).isEmpty();
    }

    /**
     * From before cards had faults and limits of their own: what an earlier release has left is all there, and usable.
     */
    @Test
    void a_schema_with_data_of_the_fourth_version_becomes_the_newest(@TempDir Path older) throws Exception {
        migrateToFourth(older);
        database.execute("INSERT INTO owner (id, name, mail) VALUES (1, 'lena', 'lena@example.org')");
        database.execute("INSERT INTO machine (id, name, owner_id) VALUES (1, 'gpu-01', 1)");
        database.execute("INSERT INTO machine_inventory (machine_id, hostname, model, os, kernel, cpu_model, cpu_count,"
                + " mem_total_bytes, virtualization, updated_at)"
                + " VALUES (1, '', '', '', '', '', 0, 0, 'none', '2026-03-01 12:00:00')");
        database.execute("INSERT INTO gpu (id, machine_id, uuid, slot, model, pci_bus_id, first_seen_at, last_seen_at)"
                + " VALUES (1, 1, 'GPU-a', 0, 'H100', '', '2026-01-01', '2026-03-01 12:00:00.004'),"
                + " (2, 1, 'GPU-b', 1, 'H100', '', '2026-01-01', '2026-02-01')");
        database.execute("INSERT INTO reading (machine_id, taken_at, sequence, cpu_temp_c)"
                + " VALUES (1, '2026-03-01 12:00:05', 1, 45)");
        database.execute("INSERT INTO gpu_reading (gpu_id, taken_at, sequence, machine_id, gpu_temp_c)"
                + " VALUES (1, '2026-03-01 12:00:05', 1, 1, 61)");
        database.execute("INSERT INTO machine_limit (machine_id, metric, severity, raise_at)"
                + " VALUES (1, 'gpu_temp_c', 'critical', 80)");

        assertThat(migrator.migrate()).startsWith("V5__gpu_faults_and_card_limits.sql");
        migrator.requireCurrent();

        assertThat(database.query("SELECT CONCAT_WS(' ', uuid, retired_at IS NULL) FROM gpu ORDER BY id"))
                .as("nobody is mailed now of a card that went long ago")
                .containsExactly("GPU-a 1", "GPU-b 0");
        assertThat(database.query("SELECT CONCAT_WS(' ', cpu_temp_c, gpu_temp_c, COALESCE(gpu_fault, 'unknown'))"
                        + " FROM reading JOIN gpu_reading USING (machine_id, taken_at, sequence)"))
                .containsExactly("45.0 61.0 unknown");
        assertThat(database.query("SELECT CONCAT_WS(' ', metric, raise_at, counts_for) FROM limit_in_force"
                        + " WHERE severity = 'critical' AND metric IN ('gpu_temp_c', 'gpu_slowdown_margin_c')"
                        + " ORDER BY metric"))
                .containsExactly("gpu_slowdown_margin_c 3.00 nobody", "gpu_temp_c 80.00 all");
    }

    /** The metrics of cards are older than their limits: whoever set one then has chosen. */
    @Test
    void limits_that_an_admin_has_set_for_the_fleet_outlive_the_upgrade(@TempDir Path older) throws Exception {
        migrateToFourth(older);
        database.execute(
                "INSERT INTO fleet_limit (metric, severity, raise_at, clear_at, for_s) VALUES"
                        + " ('gpu_slowdown_margin_c', 'warning', 7, 9, 20), ('gpu_ecc_uncorrected_count', 'critical', 5, 4, 1)");

        assertThat(migrator.migrate()).startsWith("V5__gpu_faults_and_card_limits.sql");
        migrator.requireCurrent();

        assertThat(database.query("SELECT CONCAT_WS(' ', metric, severity, raise_at, clear_at, for_s) FROM fleet_limit"
                        + " WHERE metric IN ('gpu_slowdown_margin_c', 'gpu_ecc_uncorrected_count', 'gpu_missing_count')"
                        + " ORDER BY metric, severity"))
                .containsExactlyInAnyOrder(
                        "gpu_ecc_uncorrected_count critical 5.00 4.00 1",
                        "gpu_missing_count critical 1.00 0.00 60",
                        "gpu_slowdown_margin_c warning 7.00 9.00 20",
                        "gpu_slowdown_margin_c critical 3.00 13.00 10");
    }

    private void migrateToFourth(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("..", "sql", "migrations"))) {
            for (Path script : all.filter(path -> path.getFileName().toString().matches("V[1-4]__.*"))
                    .toList()) {
                Files.copy(script, folder.resolve(script.getFileName().toString()));
            }
        }
        DatabaseSettings settings = database.settings(DatabaseRole.MIGRATOR);
        Flyway.configure()
                .dataSource(settings.jdbcUrl(), settings.user(), settings.password())
                .locations("filesystem:" + folder)
                .table("schema_history")
                .load()
                .migrate();
    }

    @Test
    void a_newer_schema_is_neither_used_nor_migrated() throws SQLException {
        migrator.migrate();
        database.execute("INSERT INTO schema_history (installed_rank, version, description, type, script, installed_by,"
                + " execution_time, success) VALUES (99, '999', 'later', 'SQL', 'V999__later.sql', 'x', 1, 1)");

        assertThatThrownBy(migrator::requireCurrent)
                .isInstanceOf(SchemaVersionException.class)
                .hasMessageContaining("999")
                .hasMessageContaining("newer");
        assertThatThrownBy(migrator::migrate).isInstanceOf(SchemaVersionException.class);
    }

    @Test
    void an_unreachable_database_is_an_sql_failure() {
        SchemaMigrator nowhere = new SchemaMigrator(
                new DatabaseSettings("jdbc:mysql://127.0.0.1:1/none?sslMode=DISABLED", "nobody", "nothing", 1));

        assertThatThrownBy(nowhere::requireCurrent).isInstanceOf(SQLException.class);
        assertThatThrownBy(nowhere::migrate).isInstanceOf(SQLException.class);
    }
}
