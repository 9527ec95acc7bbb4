package io.emberwatch.collector.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.store.rights.DatabaseRole;
import io.emberwatch.collector.store.schema.SchemaMigrator;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("integration")
class TestServerTest {
    private static final List<String> ALL_OF_A_SCHEMA = List.of(
            "SELECT CONCAT_WS('|', table_name, engine, table_collation, create_options, table_comment)"
                    + " FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1",
            "SELECT CONCAT_WS('|', table_name, ordinal_position, column_name, column_default, is_nullable, column_type,"
                    + " collation_name, extra, column_comment)"
                    + " FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY 1",
            "SELECT CONCAT_WS('|', table_name, index_name, seq_in_index, column_name, non_unique, index_comment)"
                    + " FROM information_schema.statistics WHERE table_schema = DATABASE() ORDER BY 1",
            "SELECT CONCAT_WS('|', table_name, constraint_name, referenced_table_name, update_rule, delete_rule)"
                    + " FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE() ORDER BY 1",
            "SELECT CONCAT_WS('|', table_name, partition_ordinal_position, partition_name, partition_method,"
                    + " partition_expression, partition_description)"
                    + " FROM information_schema.partitions WHERE table_schema = DATABASE() ORDER BY 1",
            "SELECT CONCAT_WS('|', table_name, security_type, REPLACE(view_definition, DATABASE(), ''))"
                    + " FROM information_schema.views WHERE table_schema = DATABASE() ORDER BY 1",
            "SELECT CONCAT_WS('|', installed_rank, script, checksum, success) FROM schema_history ORDER BY 1",
            "SELECT CONCAT_WS('|', metric, severity, raise_at, clear_at, for_s) FROM fleet_limit ORDER BY 1");

    @ParameterizedTest
    @EnumSource(TestServer.class)
    void a_database_is_fresh_and_migrated(TestServer server) {
        try (TestDatabase used = server.create()) {
            used.execute("INSERT INTO owner (name, mail) VALUES ('lena', 'lena@example.org')");
            try (TestDatabase fresh = server.create()) {
                assertThat(fresh.query("SELECT name FROM owner")).isEmpty();
                assertThat(fresh.query("SELECT metric FROM fleet_limit")).contains("cpu_temp_c");
            }
        }
    }

    /** Only the first of a JVM is migrated, the others are copies. */
    @ParameterizedTest
    @EnumSource(TestServer.class)
    void a_copy_is_what_the_migrations_make(TestServer server) throws SQLException {
        server.create().close();
        try (TestDatabase copy = server.create();
                TestDatabase migrated = server.shared().createEmptyDatabase()) {
            migrated.migrate();

            new SchemaMigrator(copy.settings(DatabaseRole.MIGRATOR)).requireCurrent();
            assertThat(ALL_OF_A_SCHEMA)
                    .allSatisfy(
                            query -> assertThat(copy.query(query)).isNotEmpty().isEqualTo(migrated.query(query)));
        }
    }

    @ParameterizedTest
    @EnumSource(TestServer.class)
    void a_private_server_keeps_data_and_port_while_stopped_and_killed(TestServer kind) {
        try (DatabaseServer server = kind.startPrivate();
                TestDatabase database = server.createDatabase()) {
            int port = server.port();
            database.execute("INSERT INTO owner (name, mail) VALUES ('lena', 'lena@example.org')");

            server.stop();
            assertThat(server.isRunning()).isFalse();
            server.start();
            database.execute("INSERT INTO owner (name, mail) VALUES ('ana', 'ana@example.org')");
            server.kill();
            server.start();

            assertThat(server.port()).isEqualTo(port);
            assertThat(database.query("SELECT name FROM owner ORDER BY name")).containsExactly("ana", "lena");
        }
    }

    @Test
    void the_servers_are_the_two_kinds_that_they_say() {
        assertThat(version(TestServer.MARIADB)).contains("MariaDB");
        assertThat(version(TestServer.MYSQL)).startsWith("8.0.");
    }

    private static String version(TestServer server) {
        try (TestDatabase database = server.shared().createEmptyDatabase()) {
            return database.query("SELECT VERSION()").get(0);
        }
    }
}
