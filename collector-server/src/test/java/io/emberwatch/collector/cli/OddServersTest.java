package io.emberwatch.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.collector.cli.CommandRun.Result;
import io.emberwatch.collector.store.Database.DatabaseSettings;
import io.emberwatch.collector.store.WriteCheck;
import io.emberwatch.collector.store.rights.DatabaseRole;
import io.emberwatch.collector.store.schema.SchemaMigrator;
import io.emberwatch.collector.testing.DatabaseServer;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that let a user in and then refuse what readings need: serve says so before it listens. */
@Tag("integration")
@Timeout(120)
class OddServersTest {
    private static final String ALL = "SELECT (SELECT COUNT(*) FROM owner) + (SELECT COUNT(*) FROM machine)"
            + " + (SELECT COUNT(*) FROM reading) + (SELECT COUNT(*) FROM gpu) + (SELECT COUNT(*) FROM alarm)"
            + " + (SELECT COUNT(*) FROM mail_outbox) + (SELECT COUNT(*) FROM reading_rejected)";

    @TempDir
    private Path folder;

    private static final List<String> SETTINGS = List.of(
            "read_only",
            "transaction_read_only",
            "binlog_format",
            "sql_mode",
            "sql_safe_updates",
            "wait_timeout",
            "transaction_isolation",
            "max_allowed_packet",
            "default_storage_engine",
            "innodb_strict_mode",
            "innodb_file_per_table",
            "completion_type",
            "time_zone");

    private static DatabaseServer server;

    @AutoClose
    private final TestDatabase database = server.createDatabase();

    @BeforeAll
    static void start() {
        server = TestServer.MYSQL.startPrivate(
                "--log-bin=binlog", "--server-id=1", "--log-bin-trust-function-creators=ON");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void makeOrdinaryAgain() {
        SETTINGS.forEach(setting -> database.execute("SET GLOBAL " + setting + " = DEFAULT"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    SET GLOBAL read_only = ON                   | let database.url lead to the server that takes writes
                    SET GLOBAL super_read_only = ON             | end its read-only mode (read_only, super_read_only
                    SET GLOBAL transaction_read_only = ON       | let database.url lead to the server that takes writes
                    SET GLOBAL binlog_format = 'STATEMENT'      | SET GLOBAL binlog_format = 'ROW'
                    ALTER TABLE fleet_limit ENGINE = MyISAM     | fleet_limit (MyISAM); ALTER TABLE … ENGINE = InnoDB
                    CREATE TRIGGER no BEFORE INSERT ON mail_outbox FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no mails here' | no mails here
                    """)
    void serve_does_not_start_on_a_server_that_refuses_to_write_and_says_what_to_change(String odd, String remedy) {
        database.execute(odd);

        Result result = CommandRun.on(database).run("serve", "--listen=127.0.0.1:0", "--data-dir=" + folder);

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .startsWith("error: the database " + database.settings().place()
                        + " does not take what readings make the collector write: ")
                .contains(remedy);
        assertThat(result.err().lines()).hasSize(1);
        assertThat(database.query(ALL)).containsExactly("0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET GLOBAL sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,IGNORE_SPACE,STRICT_ALL_TABLES'",
                "SET GLOBAL sql_mode = ''",
                "SET GLOBAL sql_safe_updates = ON",
                "SET GLOBAL wait_timeout = 1",
                "SET GLOBAL transaction_isolation = 'SERIALIZABLE'",
                "SET GLOBAL max_allowed_packet = 16384",
                "SET GLOBAL default_storage_engine = 'MyISAM'",
                "SET GLOBAL innodb_strict_mode = OFF",
                "SET GLOBAL completion_type = 'CHAIN'",
                "SET GLOBAL time_zone = '+08:00'"
            })
    void other_odd_servers_take_writes_and_the_trial_leaves_nothing(String odd) {
        database.execute(odd);

        assertThatCode(() -> WriteCheck.run(database.database())).doesNotThrowAnyException();
        assertThat(database.query(ALL)).containsExactly("0");
    }

    @Test
    void all_tables_have_transactions_whatever_engine_is_the_usual_one() throws SQLException {
        database.execute("SET GLOBAL default_storage_engine = 'MyISAM'");
        try (TestDatabase empty = server.createEmptyDatabase()) {
            migrator(empty).migrate();

            assertThat(empty.query("SELECT DISTINCT engine FROM information_schema.tables"
                            + " WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'"))
                    .containsExactly("InnoDB");
        }
    }

    /** One of the migrations, with a copy of a partitioned table would fail half-way. */
    @Test
    void a_server_with_one_tablespace_for_all_is_refused_before_anything_is_made() {
        database.execute("SET GLOBAL innodb_file_per_table = OFF");
        try (TestDatabase empty = server.createEmptyDatabase()) {
            assertThatThrownBy(() -> migrator(empty).migrate())
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("SET GLOBAL innodb_file_per_table = ON");

            assertThat(empty.query("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"))
                    .isEmpty();
        }
    }

    /** To MariaDB in this mode, a default of '' is none. */
    @Test
    void the_schema_is_made_in_the_mode_that_it_is_written_for() {
        try (DatabaseServer other =
                        TestServer.MARIADB.startPrivate("--sql-mode=EMPTY_STRING_IS_NULL,STRICT_ALL_TABLES,DB2");
                TestDatabase empty = other.createEmptyDatabase()) {
            assertThatCode(() -> migrator(empty).migrate()).doesNotThrowAnyException();
        }
    }

    private static SchemaMigrator migrator(TestDatabase database) {
        return new SchemaMigrator(database.settings(DatabaseRole.MIGRATOR));
    }

    @Test
    void limits_that_cost_readings_later_are_warned_of() throws SQLException {
        WriteCheck.Limits limits = new WriteCheck.Limits(16_384, 10);
        DatabaseSettings settings = new DatabaseSettings("jdbc:mysql://h/e", "u", "p", 10);

        assertThat(DatabaseAdvice.warnings(limits, settings))
                .satisfiesExactly(
                        warning -> assertThat(warning)
                                .contains("max_allowed_packet")
                                .contains("16M"),
                        warning -> assertThat(warning).contains("raise its max_connections"));
        assertThat(DatabaseAdvice.warnings(WriteCheck.run(database.database()), settings))
                .isEmpty();
    }
}
