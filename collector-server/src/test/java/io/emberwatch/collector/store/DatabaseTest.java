package io.emberwatch.collector.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.emberwatch.collector.store.Database.DatabaseSettings;
import io.emberwatch.collector.store.Database.Timeouts;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EveryServer
class DatabaseTest {
    @AutoClose
    private final TestDatabase database;

    DatabaseTest(TestServer server) {
        database = server.create();
    }

    @Test
    void the_service_waits_for_a_locked_row_for_a_second_only() throws SQLException {
        database.execute("INSERT INTO owner (name, mail) VALUES ('lena', 'a@example.org')");
        try (Connection admin = database.connect();
                Statement lock = admin.createStatement()) {
            admin.setAutoCommit(false);
            lock.execute("SELECT id FROM owner FOR UPDATE");

            SQLException failure = catchThrowableOfType(
                    SQLException.class,
                    () -> database.database()
                            .transact(connection -> execute(connection, "UPDATE owner SET mail = 'b@example.org'")));

            assertThat(failure.getErrorCode()).isEqualTo(1205);
            assertThat(valueOf(database.database(), "@@innodb_lock_wait_timeout"))
                    .isEqualTo("1");
        }
    }

    @Test
    void a_command_waits_longer_for_a_locked_row() throws SQLException {
        try (Database commands = Database.at(database.settings(), Timeouts.COMMAND)) {
            assertThat(valueOf(commands, "@@innodb_lock_wait_timeout")).isEqualTo("50");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&sessionVariables=sql_mode='ANSI_QUOTES,NO_BACKSLASH_ESCAPES',sort_buffer_size=77824"})
    void the_sql_mode_is_the_pools_own_whatever_the_server_and_the_url_say(String more) throws SQLException {
        DatabaseSettings settings = database.settings();
        DatabaseSettings odd = new DatabaseSettings(settings.jdbcUrl() + more, settings.user(), settings.password(), 2);

        try (Database pool = Database.at(odd, Timeouts.SERVICE)) {
            assertThat(valueOf(pool, "@@sql_mode").split(","))
                    .containsExactlyInAnyOrder("STRICT_TRANS_TABLES", "NO_ENGINE_SUBSTITUTION");
            assertThat(valueOf(pool, "\"a\\\\b\"")).isEqualTo("a\\b");
            assertThat(valueOf(pool, "@@sort_buffer_size").equals("77824"))
                    .isEqualTo(more.contains("sort_buffer_size"));
        }
    }

    private static boolean execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
        }
    }

    private static String valueOf(Database pool, String expression) throws SQLException {
        return pool.transact(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT " + expression)) {
                row.next();
                return row.getString(1);
            }
        });
    }
}
