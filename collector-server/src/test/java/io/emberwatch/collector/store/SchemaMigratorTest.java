package io.emberwatch.collector.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.collector.store.rights.DatabaseRole;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

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
