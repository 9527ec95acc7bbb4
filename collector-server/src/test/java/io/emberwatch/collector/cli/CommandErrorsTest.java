package io.emberwatch.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.cli.CommandRun.Result;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every mistake ends in one line that says what to do, and in the right exit code. No command here changes anything, so
 * all share one database.
 */
@Tag("integration")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandErrorsTest {
    @AutoClose
    private final TestDatabase database = TestServer.MARIADB.create();

    private final CommandRun shell = CommandRun.on(database);

    @TempDir
    private Path folder;

    @BeforeAll
    void one_machine() {
        database.execute("INSERT INTO owner (name, mail) VALUES ('lena', 'lena@example.org')");
        database.execute("INSERT INTO machine (name, owner_id) SELECT 'gpu07', id FROM owner");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            owner lst                                    | 2 | unknown command 'lst'; did you mean 'list'?
            owner list --jsn                             | 2 | unknown option '--jsn'; did you mean '--json'?
            owner list extra                             | 2 | unknown argument 'extra'
            owner                                        | 2 | Missing required subcommand
            owner add ana                                | 2 | --mail
            owner add ana --mail ana                     | 2 | 'ana' will not do: a mail address looks like
            owner add ana --mail Ana<a@b.org>            | 2 | a mail address looks like
            owner add lena --mail l@example.org          | 1 | there is already an owner 'lena'
            owner edit lina --phone 1                    | 1 | there is no owner 'lina'; did you mean 'lena'?
            owner edit lena --phone nine                 | 2 | 'nine' will not do: a telephone number
            owner remove lena --yes                      | 1 | still has machines: gpu07
            machine add gpu07 --owner lena               | 1 | there is already a machine 'gpu07'
            machine add gpu08 --owner lina               | 1 | there is no owner 'lina'; did you mean 'lena'?
            machine add -gpu --owner lena                | 2 | Missing required parameter: 'NAME'
            machine add gpu/8 --owner lena               | 2 | 'gpu/8' will not do: a machine's name is
            machine add g --owner lena --address host    | 2 | collector.public-address must be host:port
            machine show gpu7                            | 1 | there is no machine 'gpu7'; did you mean 'gpu07'?
            machine edit gpu07 --sampling-interval 2h    | 2 | a sampling interval is 1s to 1h
            machine edit gpu07 --sampling-interval 5     | 2 | '5' is not a duration: it must be a whole number with a unit
            machine edit gpu07 --ip nowhere              | 2 | an IP address looks like
            machine remove gpu07                         | 2 | not done: there is no terminal to ask at; add --yes
            machine revoke gpu07                         | 2 | not done: there is no terminal to ask at; add --yes
            machine rekey gpu7                           | 1 | there is no machine 'gpu7'; did you mean 'gpu07'?
            machine rekey gpu07 --expires 31d            | 2 | '31d' will not do: a token is valid for 1m to 30d
            enroll-token create --uses 2                 | 2 | Missing required option: '--owner
            enroll-token create --owner lena --uses 0    | 2 | '0' will not do: a token is for 1 to 10000 hosts
            enroll-token create --owner lina             | 1 | there is no owner 'lina'; did you mean 'lena'?
            enroll-token revoke 99                       | 1 | there is no token 99; see enroll-token list
            limit set cpu_tmp_c --warning 8              | 2 | there is no metric 'cpu_tmp_c'; did you mean 'cpu_temp_c'?
            limit set cpu_temp_c                         | 2 | give --warning VALUE or --critical VALUE
            limit set cpu_temp_c --warning hot           | 2 | 'hot' is not a limit: it must be a number
            limit set cpu_temp_c --warning 1.234         | 2 | at most 2 decimals
            limit set cpu_temp_c --warning 80 --clear 81 | 2 | --clear 81 must be at or below 80: cpu_temp_c is dangerous when high
            limit set cpu_temp_c --warning 8 --for 8d    | 2 | --for must be 0s to 7d
            limit set cpu_temp_c --warning 8 --gpu G     | 2 | --gpu needs --machine
            limit set cpu_temp_c --warning 8 --machine gpu07 --gpu G | 2 | cpu_temp_c is not a metric of GPUs
            limit clear load_1m                          | 1 | the fleet has no such limit of its own on load_1m
            status --ingest-writers 2                    | 2 | unknown option '--ingest-writers'
            config print --ingest-writers 0              | 2 | ingest.writers must be a whole number from 1 to 64, but is '0' (the command line)
            config check --ingest-writers 20             | 2 | database.max-connections must be at least 26 for ingest.writers = 20, but is 10
            config check --listen 7411                   | 2 | listen must be host:port
            config check --mail-url imap://x             | 2 | mail.url must be smtp://
            config check --mail-url smtp://me:hush@host  | 2 | and no password, or file:/folder, but is 'smtp://me:****@host'
            config check --mail-url smtp://me@qq.com:hush@h  | 2 | and no password, or file:/folder, but is 'smtp://me@qq.com:****@h'
            mail test nobody                             | 2 | 'nobody' will not do: a mail address
            mail test a@b.org --mail-url smtp://127.0.0.1:1 | 1 | mail to a@b.org was not taken:
            config check --net-proxy-from lb.example.org | 2 | net.proxy-from must be addresses or ranges in CIDR form
            config check --net-proxy-from 10.0.0.5/8     | 2 | for example 10.0.0.5, 10.1.0.0/16, fd00:1::/64, but is '10.0.0.5/8'
            config check --net-shut-out 1s               | 2 | net.shut-out must be a duration with its unit, from 10s to
            config check --net-hello-timeout 5           | 2 | net.hello-timeout must be a duration with its unit, from 1s to 1m
            config check --mail-password a               | 2 | mail.password is not taken as a flag
            config check --mail-ca-file /nowhere         | 2 | cannot read mail.ca-file /nowhere: there is no such file
            config check --mail-ehlo-name localhost      | 2 | mail.ehlo-name must be a host's full name, for example watch.
            config check --mail-timeout 1s               | 2 | mail.timeout must be a duration with its unit, from 5s to 10m
            config check --mail-password-file /nowhere   | 2 | cannot read mail.password-file /nowhere: No Such File
            """)
    void mistake_is_reported_in_one_line(String command, int exitCode, String message) {
        Result result = shell.run(command.split(" ", -1));

        assertThat(result.err())
                .startsWith("error: ")
                .contains(message)
                .endsWith("\n")
                .hasLineCount(1);
        assertThat(result.exitCode()).isEqualTo(exitCode);
        assertThat(result.out()).isEmpty();
    }

    @Test
    void an_unknown_key_is_named_with_file_line_and_a_suggestion() throws IOException {
        Path file = Files.writeString(folder.resolve("c.conf"), "# mine\ndatabase.usr = me\n");

        Result result = shell.run("owner", "list", "--config", file.toString());

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err())
                .isEqualTo("error: " + file + " line 2: unknown key 'database.usr'; did you mean 'database.user'?\n");
    }

    @Test
    void a_bad_value_is_named_with_key_value_range_and_line() throws IOException {
        Path file = Files.writeString(folder.resolve("c.conf"), "ingest.writers = many\n");

        Result result = shell.run("--config=" + file, "config", "check");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err())
                .isEqualTo("error: ingest.writers must be a whole number from 1 to 64, but is 'many' (" + file
                        + " line 1)\n");
    }

    @Test
    void a_key_of_an_older_version_is_warned_of_wherever_it_is_set_and_stops_nothing() throws IOException {
        Path file = Files.writeString(folder.resolve("c.conf"), "# mine\nnet.max-addresses = 7\n");

        Result result = CommandRun.withoutDatabase()
                .with("EMBERWATCH_COLLECTOR_NET_FRAMES_BURST", "no number")
                .run("config", "check", "--config", file.toString(), "--net-failure-window=1m");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEqualTo("the configuration is in order\n");
        assertThat(result.err().lines())
                .containsExactly(
                        "warning: --net-failure-window: net.failure-window has no effect any more; it can be removed",
                        "warning: " + file
                                + " line 2: net.max-addresses has no effect any more; the line can be removed",
                        "warning: EMBERWATCH_COLLECTOR_NET_FRAMES_BURST: net.frames-burst has no effect any more; it can"
                                + " be removed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--database-url jdbc:mysql://me:s3cret@db/emberwatch",
                "--database-url jdbc:mysql://me:s3c/s3cret@db/emberwatch",
                "--database-url jdbc:mysql://me:@s3cret@db/emberwatch",
                "--database-url jdbc:mysql://me:s3?s3cret@db/emberwatch",
                "--database-url jdbc:mysql://me:s/a?s3cret@db/emberwatch",
                "--database-url jdbc:mysql://db/emberwatch?user=me&password=s3cret",
                "--database-url jdbc:mysql://db/emberwatch?PASSWORD1=s3cret&x=y",
                "--database-url jdbc:mysql://(host=db,password=s3cret)/emberwatch",
                "--database-url jdbc:mysql://address=(host=db)(password=s3cret)/emberwatch",
                "--mail-url smtp://me:s3cret@host",
                "--mail-url smtp://me:s3cret@ho_st",
                "--mail-url smtp://me:s3%cret{s3cret@host",
                "--mail-url smtp://me:s3/s3cret@host",
                "--mail-url smtp://me:@s3cret@host:99999",
                "--mail-passwrd=s3cret",
                "--mail-passwrd s3cret",
                "--log-level debug --database-password=s3cret --mail-url nonsense",
                "--mail-password s3cret --mail-password-file /nowhere",
                "--database-migrator-password s3cret"
            })
    void a_password_in_a_mistake_is_not_repeated(String options) {
        String[] command = ("config check --debug " + options).split(" ");

        Result result = CommandRun.withoutDatabase().run(command);

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).startsWith("error: ").doesNotContain("s3cret");
        assertThat(result.out()).isEmpty();
    }

    @Test
    void a_line_of_the_file_that_is_no_setting_is_not_repeated() throws IOException {
        Path conf = Files.writeString(folder.resolve("c.conf"), "mail.password: s3cret\n");

        Result result = shell.run("config", "check", "--debug", "--config", conf.toString());

        assertThat(result.err()).contains("line 1: expected 'key = value'").doesNotContain("s3cret");
    }

    @Test
    void an_unknown_variable_is_an_error_too() {
        Result result = CommandRun.on(database)
                .with("EMBERWATCH_COLLECTOR_DATABASE_USR", "me")
                .run("owner", "list");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("did you mean 'EMBERWATCH_COLLECTOR_DATABASE_USER'?");
    }

    @Test
    void a_missing_configuration_file_is_an_error_but_help_is_not_prevented() {
        Result list = shell.run("owner", "list", "--config", "/nowhere.conf");
        assertThat(list.exitCode()).isEqualTo(2);
        assertThat(list.err()).isEqualTo("error: no such configuration file: /nowhere.conf\n");

        assertThat(shell.ok("owner", "list", "--config", "/nowhere.conf", "--help"))
                .contains("Usage:");
    }

    @Test
    void unreachable_database_is_reported_in_one_line() {
        Result result = shell.run("owner", "list", "--database-url", "jdbc:mysql://127.0.0.1:1/emberwatch");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .startsWith("error: cannot reach the database jdbc:mysql://127.0.0.1:1/emberwatch as user ")
                .contains("Connection refused")
                .hasLineCount(1);
    }

    @Test
    void a_password_is_not_taken_where_everybody_can_read_it() {
        assertThat(CommandRun.withoutDatabase()
                        .run("config", "check", "--mail-password", "s3cret")
                        .err())
                .isEqualTo(
                        "error: mail.password is not taken as a flag, because everybody on this host can read it there:"
                                + " set mail.password-file, or EMBERWATCH_COLLECTOR_MAIL_PASSWORD\n");
        assertThat(CommandRun.withoutDatabase().ok("config", "print", "--help")).doesNotContain("--mail-password=");
    }

    @Test
    void a_password_stands_in_one_place() {
        assertThat(CommandRun.withoutDatabase()
                        .with("EMBERWATCH_COLLECTOR_MAIL_PASSWORD", "s3cret")
                        .run("config", "check", "--mail-password-file", "/b")
                        .err())
                .isEqualTo("error: mail.password and mail.password-file are both set; keep one\n");
    }

    @Test
    void wrong_password_is_reported_in_one_line() {
        Result result = CommandRun.on(database)
                .with("EMBERWATCH_COLLECTOR_DATABASE_PASSWORD", "wrong")
                .run("owner", "list", "--database-user", "nobody");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .contains("as user nobody: Access denied")
                .hasLineCount(1)
                .doesNotContain("wrong");
    }

    @Test
    void a_stack_trace_is_shown_only_when_asked_for() {
        assertThat(shell.run("machine", "show", "gpu7", "--debug").err()).contains("\tat io.emberwatch");
        assertThat(shell.run("machine", "show", "gpu7").err()).doesNotContain("\tat ");
    }
}
