package io.emberwatch.collector.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.store.Database.DatabaseSettings;
import io.emberwatch.collector.store.Database.Timeouts;
import io.emberwatch.collector.store.rights.DatabaseRole;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

@EveryServer
class SqlFailureTest {
    @AutoClose
    private final TestDatabase database;

    SqlFailureTest(TestServer server) {
        database = server.create();
    }

    @Test
    void a_value_out_of_range_is_the_datas_fault() {
        assertThat(failureOf("INSERT INTO reading (machine_id, taken_at, sequence, cpu_temp_c)"
                        + " VALUES (1, '2026-11-21', 1, 99999.9)"))
                .isEqualTo(SqlFailure.POISON_DATA);
    }

    @Test
    void an_impossible_time_is_the_datas_fault() {
        assertThat(failureOf("INSERT INTO reading (machine_id, taken_at, sequence) VALUES (1, '2026-02-30', 1)"))
                .isEqualTo(SqlFailure.POISON_DATA);
    }

    @Test
    void a_duplicate_is_the_datas_fault() {
        assertThat(failureOf("INSERT INTO fleet_limit (metric, severity) VALUES ('cpu_temp_c', 'warning')"))
                .isEqualTo(SqlFailure.POISON_DATA);
    }

    @Test
    void a_missing_or_wrong_value_is_the_datas_fault() {
        assertThat(failureOf("INSERT INTO owner (name, mail) VALUES (NULL, 'a@b')"))
                .isEqualTo(SqlFailure.POISON_DATA);
        assertThat(failureOf("INSERT INTO owner (name) VALUES ('lena')")).isEqualTo(SqlFailure.POISON_DATA);
        assertThat(failureOf("INSERT INTO fleet_limit (metric, severity) VALUES ('x', 'dreadful')"))
                .isEqualTo(SqlFailure.POISON_DATA);
        assertThat(failureOf("INSERT INTO fleet_limit (metric, severity, raise_at) VALUES ('x', 'warning', 'hot')"))
                .isEqualTo(SqlFailure.POISON_DATA);
        assertThat(failureOf("INSERT INTO owner (name, mail) VALUES (REPEAT('x', 101), 'a@b')"))
                .isEqualTo(SqlFailure.POISON_DATA);
        assertThat(failureOf("INSERT INTO machine (name, owner_id) VALUES ('m', 999)"))
                .isEqualTo(SqlFailure.POISON_DATA);
    }

    /** MySQL has enforced them since 8.0.16, and says so without an SQLState of its own. */
    @Test
    void a_check_that_an_admin_added_is_the_datas_fault() {
        SQLException violated = new SQLException("Check constraint 'cool' is violated.", "HY000", 3819);

        assertThat(SqlFailure.of(violated)).isEqualTo(SqlFailure.POISON_DATA);
    }

    @Test
    void a_missing_table_is_not() {
        assertThat(failureOf("INSERT INTO nowhere VALUES (1)")).isEqualTo(SqlFailure.TRANSIENT);
    }

    @Test
    void a_right_that_was_taken_away_for_a_moment_is_not() throws SQLException {
        try (Connection collector = database.connect(DatabaseRole.COLLECTOR);
                Statement statement = collector.createStatement()) {
            database.execute("REVOKE INSERT ON reading FROM " + database.account(DatabaseRole.COLLECTOR));

            assertThat(failureOf(
                            statement, "INSERT INTO reading (machine_id, taken_at, sequence) VALUES (1, NOW(), 1)"))
                    .isEqualTo(SqlFailure.TRANSIENT);
        }
    }

    @Test
    void a_lock_held_by_somebody_else_is_not() throws SQLException {
        try (Connection other = database.connect();
                Connection waiting = database.connect();
                Statement lock = other.createStatement();
                Statement wait = waiting.createStatement()) {
            other.setAutoCommit(false);
            lock.execute("UPDATE fleet_limit SET for_s = 1");
            wait.execute("SET SESSION innodb_lock_wait_timeout = 1");

            assertThat(failureOf(wait, "UPDATE fleet_limit SET for_s = 2")).isEqualTo(SqlFailure.TRANSIENT);
            other.rollback();
        }
    }

    @Test
    void a_killed_connection_leaves_the_outcome_open() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            long id = database.idOf(connection);
            database.execute("KILL " + id);
            // KILL only asks for it: a statement that is quicker may still be done.
            await().until(() -> database.query("SELECT 1 FROM information_schema.processlist WHERE id = " + id)
                    .isEmpty());

            assertThat(failureOf(statement, "UPDATE fleet_limit SET for_s = 1")).isEqualTo(SqlFailure.UNKNOWN_OUTCOME);
        }
    }

    @Test
    void a_pool_without_a_connection_has_stored_nothing() {
        DatabaseSettings nobody =
                new DatabaseSettings("jdbc:mysql://127.0.0.1:1/none?sslMode=DISABLED", "nobody", "nothing", 1);
        try (Database unreachable = Database.at(
                nobody,
                new Timeouts(
                        Duration.ofMillis(250), Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1)))) {
            SQLException failure =
                    catchThrowableOfType(SQLException.class, () -> unreachable.transact(connection -> "never"));

            assertThat(SqlFailure.of(failure)).isEqualTo(SqlFailure.TRANSIENT);
        }
    }

    @Test
    void causes_and_next_exceptions_count() {
        SQLException wrapped = new SQLException("outer", new SQLException("duplicate", "23000", 1062));
        SQLException chained = new SQLException("outer");
        chained.setNextException(new SQLException("out of range", "22003", 1264));

        assertThat(SqlFailure.of(wrapped)).isEqualTo(SqlFailure.POISON_DATA);
        assertThat(SqlFailure.of(chained)).isEqualTo(SqlFailure.POISON_DATA);
        assertThat(SqlFailure.of(new SQLException("disk full", "HY000", 1021))).isEqualTo(SqlFailure.TRANSIENT);
    }

    private SqlFailure failureOf(String sql) {
        SQLException failure = catchThrowableOfType(
                SQLException.class,
                () -> database.database().transact(connection -> {
                    try (Statement statement = connection.createStatement()) {
                        return statement.execute(sql);
                    }
                }));
        return SqlFailure.of(failure);
    }

    private static SqlFailure failureOf(Statement statement, String sql) {
        return SqlFailure.of(catchThrowableOfType(SQLException.class, () -> statement.execute(sql)));
    }
}
