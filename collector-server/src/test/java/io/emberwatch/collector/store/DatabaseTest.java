package io.emberwatch.collector.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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

    @Test
    void a_server_that_is_gone_is_given_up_after_seconds_unless_a_statement_is_known_to_take_long()
            throws SQLException {
        assertThat(database.database().<Integer>transact(Connection::getNetworkTimeout))
                .isEqualTo(6_000);
        assertThat(database.database().<Integer>transactAtLength(Connection::getNetworkTimeout))
                .isGreaterThan(600_000);
        assertThat(database.database().<Integer>transact(Connection::getNetworkTimeout))
                .isEqualTo(6_000);
    }

    @Test
    void a_database_that_is_slow_and_not_gone_gets_more_time_at_the_third_attempt() throws SQLException {
        Timeouts impatient = new Timeouts(
                Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofSeconds(1), Duration.ofSeconds(1));
        try (Database pool = Database.at(database.settings(), impatient)) {
            for (int attempt = 1; attempt <= 2; attempt++) {
                assertThatThrownBy(() -> valueOf(pool, "SLEEP(2)")).hasMessageContaining("Communications link failure");
            }

            assertThat(valueOf(pool, "SLEEP(2)")).isEqualTo("0");
        }
    }

    @Test
    void the_refusal_of_a_server_that_takes_no_writes_is_passed_on() throws SQLException {
        List<String> refused = new CopyOnWriteArrayList<>();
        database.database().onReadOnly(e -> refused.add(e.getMessage()));

        assertThatThrownBy(() -> database.database().transact(connection -> {
                    execute(connection, "SET SESSION TRANSACTION READ ONLY");
                    connection.commit();
                    return execute(connection, "INSERT INTO owner (name, mail) VALUES ('lena', 'a@example.org')");
                }))
                .hasMessageContaining("READ ONLY transaction");

        assertThat(refused).singleElement().asString().contains("READ ONLY transaction");
        assertThat(valueOf(database.database(), "COUNT(*) FROM owner")).isEqualTo("0");
    }

    @Test
    void the_collectors_user_passes_the_write_check_which_leaves_nothing() throws SQLException {
        WriteCheck.Limits limits = WriteCheck.run(database.database());

        assertThat(limits.maxConnections()).isPositive();
        assertThat(limits.maxPacketBytes()).isGreaterThan(1 << 20);
        assertThat(database.query("SELECT (SELECT COUNT(*) FROM owner) + (SELECT COUNT(*) FROM gpu)"
                        + " + (SELECT COUNT(*) FROM reading) + (SELECT COUNT(*) FROM mail_outbox)"))
                .containsExactly("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&sessionVariables=sql_mode='ANSI_QUOTES,NO_BACKSLASH_ESCAPES',sort_buffer_size=77824"})
    void the_sql_mode_is_the_pools_own_whatever_the_server_and_the_url_say(String more) throws SQLException {
        DatabaseSettings settings = database.settings();
        DatabaseSettings odd = new DatabaseSettings(settings.jdbcUrl() + more, settings.user(), settings.password(), 2);

        try (Database pool = Database.at(odd, Timeouts.SERVICE)) {
            assertThat(valueOf(pool, "@@sql_mode").split(","))
                    .containsExactlyInAnyOrder("STRICT_TRANS_TABLES", "NO_ENGINE_SUBSTITUTION");
            assertThat(valueOf(pool, "@@time_zone")).isEqualTo("+00:00");
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
