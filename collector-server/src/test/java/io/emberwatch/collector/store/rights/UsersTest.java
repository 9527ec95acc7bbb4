package io.emberwatch.collector.store.rights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * What each of the three users may do and may not, on both servers. That the collector's rights suffice, every other
 * test shows: it works as that user.
 */
@EveryServer
class UsersTest {
    /** Keys, tokens and the history of migrations are not for people. */
    private static final Set<String> NOT_FOR_READERS = Set.of("machine_key", "enroll_token", "schema_history");

    private static final String WHO_MAY_DO_WHAT = """
            READER    | SELECT * FROM machine_now                                           | allowed
            READER    | SELECT * FROM gpu_now                                               | allowed
            READER    | SELECT * FROM alarm_open                                            | allowed
            READER    | SELECT * FROM limit_in_force                                        | allowed
            READER    | SELECT * FROM machine_registry                                      | allowed
            READER    | SELECT * FROM machine_gap                                           | allowed
            READER    | SHOW CREATE VIEW machine_now                                        | allowed
            READER    | SELECT name, phone, mail FROM owner                                 | allowed
            READER    | SELECT * FROM machine                                               | allowed
            READER    | SELECT * FROM reading                                               | allowed
            READER    | SHOW FULL COLUMNS FROM reading                                      | allowed
            READER    | SELECT * FROM machine_key                                           | denied
            READER    | SELECT COUNT(*) FROM machine_key                                    | denied
            READER    | SHOW FULL COLUMNS FROM machine_key                                  | denied
            READER    | SELECT * FROM machine JOIN machine_key ON machine_id = id           | denied
            READER    | SELECT * FROM enroll_token                                          | denied
            READER    | SELECT * FROM schema_history                                        | denied
            READER    | SELECT * FROM mysql.db                                              | denied
            READER    | INSERT INTO owner (name, mail) VALUES ('x', 'x@example.org')        | denied
            READER    | UPDATE fleet_limit SET raise_at = NULL                              | denied
            READER    | UPDATE machine_registry SET phone = NULL                            | denied
            READER    | DELETE FROM alarm                                                   | denied
            READER    | CREATE TABLE t (a INT)                                              | denied
            READER    | CREATE VIEW v AS SELECT * FROM owner                                | denied
            READER    | DROP VIEW machine_now                                               | denied
            READER    | SELECT name FROM owner INTO OUTFILE '/tmp/emberwatch-owners'        | denied
            COLLECTOR | SELECT * FROM machine_key                                           | allowed
            COLLECTOR | DELETE FROM enroll_token                                            | allowed
            COLLECTOR | SELECT * FROM schema_history                                        | allowed
            COLLECTOR | INSERT INTO schema_history SELECT * FROM schema_history             | denied
            COLLECTOR | UPDATE reading SET cpu_temp_c = 20                                  | denied
            COLLECTOR | DELETE FROM reading                                                 | denied
            COLLECTOR | DELETE FROM gpu_reading                                             | denied
            COLLECTOR | DELETE FROM reading_gap                                             | allowed
            COLLECTOR | DELETE FROM alarm_event                                             | allowed
            COLLECTOR | DELETE FROM mail_outbox                                             | allowed
            COLLECTOR | DELETE FROM reading_ahead                                           | allowed
            COLLECTOR | UPDATE reading_ahead SET cpu_temp_c = 20                            | denied
            COLLECTOR | UPDATE alarm_event SET note = NULL                                  | denied
            COLLECTOR | DROP TABLE reading                                                  | denied
            COLLECTOR | TRUNCATE TABLE reading                                              | denied
            COLLECTOR | ALTER TABLE reading DROP PARTITION p_before                         | denied
            COLLECTOR | ALTER TABLE reading TRUNCATE PARTITION p_before                     | denied
            COLLECTOR | ALTER TABLE reading RENAME TO elsewhere                             | denied
            COLLECTOR | ALTER TABLE machine ADD COLUMN a INT                                | denied
            COLLECTOR | ALTER TABLE machine_key COMMENT = 'x'                               | denied
            COLLECTOR | CREATE TABLE t (a INT)                                              | denied
            COLLECTOR | CREATE VIEW v AS SELECT * FROM owner                                | denied
            COLLECTOR | CREATE TRIGGER t BEFORE INSERT ON owner FOR EACH ROW SET @a = 1     | denied
            COLLECTOR | DROP VIEW machine_now                                               | denied
            COLLECTOR | CREATE USER 'x'@'127.0.0.1'                                         | denied
            COLLECTOR | GRANT SELECT ON owner TO CURRENT_USER                               | denied
            COLLECTOR | SELECT * FROM mysql.db                                              | denied
            COLLECTOR | CREATE DATABASE other                                               | denied
            COLLECTOR | LOCK TABLES reading WRITE                                           | denied
            MIGRATOR  | CREATE TABLE t (id INT UNSIGNED, FOREIGN KEY (id) REFERENCES owner (id)) | allowed
            MIGRATOR  | DROP TABLE t                                                        | allowed
            MIGRATOR  | CREATE USER 'x'@'127.0.0.1'                                         | denied
            MIGRATOR  | GRANT SELECT ON owner TO CURRENT_USER                               | denied
            MIGRATOR  | SELECT * FROM mysql.db                                              | denied
            MIGRATOR  | CREATE DATABASE other                                               | denied
            MIGRATOR  | CREATE TRIGGER t BEFORE INSERT ON owner FOR EACH ROW SET @a = 1     | denied
            """;

    @AutoClose
    private final TestDatabase database;

    UsersTest(TestServer server) {
        database = server.create();
    }

    @Test
    void each_user_may_do_its_work_and_no_more() throws SQLException {
        SoftAssertions table = new SoftAssertions();
        for (String row : WHO_MAY_DO_WHAT.strip().split("\n", -1)) {
            String[] cells = row.split("\\|", -1);
            DatabaseRole role = DatabaseRole.valueOf(cells[0].strip());
            table.assertThat(outcome(role, cells[1].strip())).as(row).matches(cells[2].strip() + ".*");
        }
        table.assertAll();
    }

    @Test
    void every_table_is_in_the_file_of_the_collector_and_no_other() {
        assertThat(DatabaseRole.COLLECTOR.grants("x").byTable().keySet())
                .as("tables in " + DatabaseRole.COLLECTOR.file())
                .containsExactlyInAnyOrderElementsOf(named("BASE TABLE"));
    }

    @Test
    void every_table_and_view_is_in_the_file_of_the_reader_or_kept_from_it_on_purpose() {
        Set<String> expected = Stream.concat(named("BASE TABLE").stream(), named("VIEW").stream())
                .filter(name -> !NOT_FOR_READERS.contains(name))
                .collect(Collectors.toSet());

        assertThat(DatabaseRole.READER.grants("x").byTable().keySet())
                .as("tables in " + DatabaseRole.READER.file())
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void columns_that_hold_secrets_are_in_tables_that_are_kept_from_the_reader() {
        assertThat(
                        database.query(
                                "SELECT DISTINCT table_name FROM information_schema.columns"
                                        + " WHERE table_schema = DATABASE() AND column_type LIKE '%binary%' AND column_name <> 'boot_id'"))
                .isSubsetOf(NOT_FOR_READERS);
    }

    @Test
    void a_file_in_the_wrong_schema_fails_before_it_takes_anything_away() throws IOException, SQLException {
        for (DatabaseRole role : List.of(DatabaseRole.COLLECTOR, DatabaseRole.READER)) {
            String account = database.account(role);
            List<String> before = grantsOf(account);

            try (TestDatabase empty = emptyBeside()) {
                assertThatThrownBy(() -> run(role, account, empty)).hasMessageContaining("schema_history");
            }

            assertThat(grantsOf(account)).isEqualTo(before);
        }
    }

    @Test
    void a_file_run_again_takes_away_what_was_too_much() throws IOException, SQLException {
        for (DatabaseRole role : DatabaseRole.values()) {
            String account = database.account(role);
            List<String> before = grantsOf(account);
            database.execute("GRANT ALL ON *.* TO " + account + " WITH GRANT OPTION");
            assertThat(grantsOf(account)).isNotEqualTo(before);

            run(role, account, database);

            assertThat(grantsOf(account)).isEqualTo(before);
        }
    }

    @Test
    void a_file_whose_user_does_not_exist_makes_none() {
        for (DatabaseRole role : DatabaseRole.values()) {
            assertThatThrownBy(() -> run(role, "'stranger'@'127.0.0.1'", database))
                    .isInstanceOf(SQLException.class);
        }
        assertThat(database.query("SELECT user FROM mysql.user WHERE user = 'stranger'"))
                .isEmpty();
    }

    private String outcome(DatabaseRole role, String sql) throws SQLException {
        try (Connection connection = database.connect(role);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return "allowed";
        } catch (SQLException e) {
            // 1227: another right on the whole server is needed.
            return (e.getMessage().contains("denied") || e.getErrorCode() == 1227 ? "denied: " : "other error: ")
                    + e.getMessage();
        }
    }

    /** Runs a file whole, statement by statement, as the command line clients do. */
    private void run(DatabaseRole role, String account, TestDatabase schema) throws IOException, SQLException {
        String text = Files.readString(Path.of("..", role.file()))
                .replaceAll("(?m)^--.*$", "")
                .replace("'" + role.user() + "'@'localhost'", account);
        try (Connection connection = schema.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : text.split(";", -1)) {
                if (!sql.isBlank()) {
                    statement.execute(sql);
                }
            }
        }
    }

    private TestDatabase emptyBeside() {
        return database.server().createEmptyDatabase();
    }

    private List<String> grantsOf(String account) {
        List<String> lines = new ArrayList<>(database.query("SHOW GRANTS FOR " + account));
        lines.sort(null);
        return lines;
    }

    private List<String> named(String type) {
        return database.query("SELECT LOWER(table_name) FROM information_schema.tables"
                + " WHERE table_schema = DATABASE() AND table_type = '" + type + "'");
    }
}
