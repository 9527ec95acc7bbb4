package io.emberwatch.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.cli.CommandRun.Result;
import io.emberwatch.collector.config.DatabaseOptions;
import io.emberwatch.collector.store.Database.DatabaseSettings;
import io.emberwatch.collector.store.Database.Timeouts;
import io.emberwatch.collector.store.rights.DatabaseRole;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the commands say to an operator who sets up the three users of a database of his own. */
@EveryServer
class DatabaseUsersTest {
    @AutoClose
    private final TestDatabase database;

    @TempDir
    private Path folder;

    DatabaseUsersTest(TestServer server) {
        database = server.shared().createEmptyDatabase();
    }

    @Test
    void each_step_names_the_next_until_the_collector_can_work() throws IOException {
        DatabaseSettings migrator = database.settings(DatabaseRole.MIGRATOR);
        CommandRun shell = CommandRun.on(database)
                .without("EMBERWATCH_COLLECTOR_DATABASE_MIGRATOR_PASSWORD")
                .with("EMBERWATCH_COLLECTOR_DATABASE_MIGRATOR_PASSWORD_FILE", file(migrator.password()));

        assertThat(shell.run("owner", "list").err())
                .startsWith("error: cannot reach the database " + withoutParameters(migrator) + " as user "
                        + database.settings().user() + ": Access denied")
                .endsWith("; run emberwatch-collector migrate, then sql/users/collector.sql as the database's"
                        + " administrator\n");
        database.execute("GRANT SELECT ON * TO " + database.account(DatabaseRole.COLLECTOR));
        assertThat(shell.run("owner", "list").err())
                .startsWith("error: the schema of " + withoutParameters(migrator) + " lacks V1__")
                .endsWith("run emberwatch-collector migrate, which connects as user " + migrator.user()
                        + ", then sql/users/collector.sql as the database's administrator\n")
                .hasLineCount(1);

        assertThat(shell.ok("migrate"))
                .startsWith("applied V1__")
                .endsWith("as the database's administrator, run sql/users/collector.sql and sql/users/reader.sql again:"
                        + " rights are given table by table\n");
        database.grant(DatabaseRole.COLLECTOR);
        assertThat(shell.ok("owner", "list")).contains("no owners");
        assertThat(shell.ok("migrate")).isEqualTo("the schema is current\n");
    }

    @Test
    void migrator_without_rights_gets_the_name_of_the_file_to_run() {
        database.execute("REVOKE ALL PRIVILEGES, GRANT OPTION FROM " + database.account(DatabaseRole.MIGRATOR));

        assertThat(CommandRun.on(database).run("migrate").err())
                .endsWith("; run sql/users/migrator.sql as the database's administrator\n");
    }

    @Test
    void serve_does_not_start_with_a_right_too_few_and_names_it() {
        CommandRun.on(database).ok("migrate");
        database.grant(DatabaseRole.COLLECTOR);
        database.execute("REVOKE INSERT, ALTER ON reading FROM " + database.account(DatabaseRole.COLLECTOR));

        Result result = CommandRun.on(database).run("serve", "--listen=127.0.0.1:0", "--data-dir=" + folder);

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .isEqualTo("error: database user " + collector() + " may not INSERT, ALTER on reading, which the"
                        + " collector needs: run sql/users/collector.sql as the database's administrator\n");
    }

    @Test
    void serve_warns_of_rights_too_many_in_one_line_and_of_none_when_the_file_was_run() {
        CommandRun.on(database).ok("migrate");
        database.execute("GRANT ALL PRIVILEGES ON * TO " + database.account(DatabaseRole.COLLECTOR));
        assertThat(warning())
                .contains("database user " + collector() + " may do more than the collector needs: ALL PRIVILEGES on "
                        + database.schema() + ".*; run sql/users/collector.sql as the database's administrator, which"
                        + " takes it away");

        database.grant(DatabaseRole.COLLECTOR);

        assertThat(warning()).isEmpty();
    }

    @Test
    void without_a_migrator_of_its_own_migrate_uses_the_collectors_user() {
        DatabaseSettings migrator = database.settings(DatabaseRole.MIGRATOR);

        assertThat(CommandRun.on(database)
                        .with("EMBERWATCH_COLLECTOR_DATABASE_USER", migrator.user())
                        .without("EMBERWATCH_COLLECTOR_DATABASE_MIGRATOR_USER")
                        .without("EMBERWATCH_COLLECTOR_DATABASE_MIGRATOR_PASSWORD")
                        .ok("migrate"))
                .startsWith("applied V1__")
                .doesNotContain("administrator");
    }

    @Test
    void a_password_of_the_migrator_without_its_user_is_a_mistake_and_its_file_is_read_by_migrate_alone() {
        CommandRun shell = CommandRun.on(database)
                .without("EMBERWATCH_COLLECTOR_DATABASE_MIGRATOR_PASSWORD")
                .with("EMBERWATCH_COLLECTOR_DATABASE_MIGRATOR_PASSWORD_FILE", "/nowhere");
        assertThat(shell.ok("config", "check")).contains("in order");
        assertThat(shell.run("migrate").err())
                .isEqualTo("error: cannot read database.migrator-password-file /nowhere: No Such File\n");

        assertThat(shell.without("EMBERWATCH_COLLECTOR_DATABASE_MIGRATOR_USER").run("config", "check"))
                .isEqualTo(new Result(
                        2,
                        "",
                        "error: database.migrator-password-file is set without database.migrator-user; set both or"
                                + " neither\n"));
    }

    @Test
    void no_error_and_no_print_shows_a_password() throws IOException {
        String url = database.settings().jdbcUrl() + "&trustCertificateKeyStorePassword=hush-2";
        CommandRun shell = CommandRun.on(database)
                .with("EMBERWATCH_COLLECTOR_DATABASE_URL", url)
                .with("EMBERWATCH_COLLECTOR_DATABASE_PASSWORD", "hush-3")
                .with("EMBERWATCH_COLLECTOR_DATABASE_MIGRATOR_USER", "nobody")
                .with("EMBERWATCH_COLLECTOR_DATABASE_MIGRATOR_PASSWORD", "hush-4");

        assertThat(shell.run("owner", "list", "--debug"))
                .asString()
                .contains("denied")
                .doesNotContain("hush");
        assertThat(shell.run("migrate", "--debug"))
                .asString()
                .contains("denied")
                .doesNotContain("hush");
        assertThat(shell.run("config", "print"))
                .asString()
                .contains("database.migrator-user = nobody")
                .contains("database.migrator-password = ****")
                .doesNotContain("hush");
    }

    private Optional<String> warning() {
        DatabaseSettings settings = database.settings();
        DatabaseOptions options = new DatabaseOptions();
        new CommandLine(options)
                .parseArgs(
                        "--database-url",
                        settings.jdbcUrl(),
                        "--database-user",
                        settings.user(),
                        "--database-password",
                        settings.password());
        try (OpenDatabase open = OpenDatabase.open(options, Timeouts.COMMAND)) {
            return ServeCommand.excessRights(open);
        }
    }

    private String collector() {
        return database.settings().user() + "@127.0.0.1";
    }

    private String file(String password) throws IOException {
        return Files.writeString(folder.resolve("password"), password + "\n").toString();
    }

    private static String withoutParameters(DatabaseSettings settings) {
        return settings.jdbcUrl().replaceFirst("\\?.*", "");
    }
}
