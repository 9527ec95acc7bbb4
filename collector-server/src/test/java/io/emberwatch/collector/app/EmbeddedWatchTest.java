package io.emberwatch.collector.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.problem.ServiceProblem;
import io.emberwatch.collector.problem.ServiceProblem.Kind;
import io.emberwatch.collector.problem.ServiceProblems;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.Database.DatabaseSettings;
import io.emberwatch.collector.store.Database.Timeouts;
import io.emberwatch.collector.store.embedded.EmbeddedMariaDb;
import io.emberwatch.collector.store.embedded.EmbeddedPort;
import io.emberwatch.collector.store.rights.DatabaseRole;
import io.emberwatch.collector.store.schema.SchemaMigrator;
import io.emberwatch.collector.testing.DatabaseServer;
import io.emberwatch.collector.testing.ReservedPort;
import io.emberwatch.collector.testing.SimulatedFleet;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestHeat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Tag("integration")
@Execution(ExecutionMode.CONCURRENT)
class EmbeddedWatchTest {
    @TempDir
    private Path home;

    @AutoClose
    private final ReservedPort port = new ReservedPort();

    private EmbeddedWatch watch;

    @BeforeEach
    void chooseThePortAndShareTheUnpackedServer() throws IOException {
        EmbeddedPort.choose(home, port);
        Path baseDir = DatabaseServer.unpackedMariaDb();
        Files.createSymbolicLink(home.resolve(baseDir.getFileName()), baseDir);
    }

    @AfterEach
    void stopWatching() throws IOException {
        if (watch != null) {
            watch.close();
        }
        Files.delete(home.resolve(DatabaseServer.unpackedMariaDb().getFileName()));
    }

    @Test
    void a_killed_server_is_started_again_and_nothing_acknowledged_is_lost() throws Exception {
        try (EmbeddedMariaDb embedded = EmbeddedMariaDb.startOrConnect(home, 16)) {
            new SchemaMigrator(embedded.settings(DatabaseRole.MIGRATOR)).migrate();
            try (Database database = Database.at(embedded.settings(DatabaseRole.COLLECTOR), Timeouts.SERVICE)) {
                List<TestFleet.Member> machines = TestFleet.register(database, 5);
                try (Collector collector = TestCollectors.start(database);
                        SimulatedFleet fleet =
                                new SimulatedFleet(collector.address(), machines, TestHeat::values, 10)) {
                    watch = EmbeddedWatch.start(embedded, collector.problems());
                    fleet.sampleEvery(Duration.ofMillis(100));
                    await().until(() -> fleet.acknowledged() > 200);

                    ProcessHandle killed = server();
                    killed.destroyForcibly();
                    killed.onExit().join();
                    Instant then = Instant.now();
                    await().until(() -> hasDied(collector.problems()));
                    // A few of each machine may have been on their way when the server ended.
                    long acknowledged = fleet.acknowledged() + 10L * machines.size();

                    await().until(() -> fleet.acknowledged() > acknowledged);
                    System.out.printf(
                            "the killed MariaDB was started again; readings are stored %.1f s after its end%n",
                            Duration.between(then, Instant.now()).toMillis() / 1000.0);
                    assertThat(server().pid()).isNotEqualTo(killed.pid());
                    fleet.stopSampling();
                    await().until(() -> fleet.acknowledged() == fleet.taken());
                    assertThat(stored(embedded)).isEqualTo(fleet.taken());
                    await().until(() -> died(collector.problems()).isSolved());
                    assertThat(died(collector.problems()).text())
                            .contains("is started again")
                            .contains(home.toRealPath().resolve("embedded.log").toString());
                }
            }
        }
    }

    @Test
    void a_server_that_cannot_be_started_is_reported_and_tried_again_until_it_can() throws Exception {
        try (EmbeddedMariaDb embedded = EmbeddedMariaDb.startOrConnect(home, 16)) {
            ServiceProblems problems = new ServiceProblems(Clock.systemUTC());
            Path database = home.resolve("database");
            Path away = home.resolve("away");
            ProcessHandle killed = server();
            killed.destroyForcibly();
            killed.onExit().join();
            Path control = database.resolve("aria_log_control");
            Files.copy(control, away);
            Files.write(control, new byte[] {1, 2, 3});
            watch = EmbeddedWatch.start(embedded, problems);

            await().until(() ->
                    problems.all().stream().anyMatch(problem -> problem.text().matches("(?s).*attempt (?!1 )\\d.*")));
            assertThat(died(problems).isSolved()).isFalse();
            assertThat(died(problems).text()).contains("does not start").contains("Aborting");
            Files.copy(away, control, StandardCopyOption.REPLACE_EXISTING);

            await().until(() -> died(problems).isSolved());
            assertThat(stored(embedded, "SELECT 1")).isEqualTo(1);
        }
    }

    @Test
    void a_server_that_is_stopped_on_purpose_stays_so() throws Exception {
        EmbeddedMariaDb embedded = EmbeddedMariaDb.startOrConnect(home, 16);
        ServiceProblems problems = new ServiceProblems(Clock.systemUTC());
        watch = EmbeddedWatch.start(embedded, problems);
        embedded.close();
        watch.look();

        assertThat(hasDied(problems)).isFalse();
        assertThat(home.resolve("database").resolve("mariadb.pid")).doesNotExist();
    }

    @Test
    void a_disk_that_is_nearly_full_is_reported_until_it_is_no_longer() {
        ServiceProblems problems = new ServiceProblems(Clock.systemUTC());
        long gib = 1L << 30;

        EmbeddedWatch.reportSpace(problems, "/data", 50 * gib, 1_001 * gib);
        assertThat(problems.all().get(0).kind()).isEqualTo(Kind.DISK_NEARLY_FULL);
        assertThat(problems.all().get(0).text()).contains("50.0 GiB").contains("4 %");

        EmbeddedWatch.reportSpace(problems, "/data", 60 * gib, 1_000 * gib);
        assertThat(problems.all().get(0).isSolved()).isTrue();

        EmbeddedWatch.reportSpace(problems, "/data", 2 * gib - 1, 20 * gib);
        assertThat(problems.all().get(0).isSolved()).isFalse();
    }

    private static boolean hasDied(ServiceProblems problems) {
        return problems.all().stream().anyMatch(problem -> problem.kind() == Kind.EMBEDDED_DATABASE_DIED);
    }

    /** The only problem but for the disk, which may really be nearly full. */
    private static ServiceProblem died(ServiceProblems problems) {
        List<ServiceProblem> others = problems.all().stream()
                .filter(problem -> problem.kind() != Kind.DISK_NEARLY_FULL)
                .toList();
        assertThat(others).extracting(ServiceProblem::kind).containsExactly(Kind.EMBEDDED_DATABASE_DIED);
        return others.get(0);
    }

    private ProcessHandle server() throws IOException {
        String pid = Files.readString(home.resolve("database").resolve("mariadb.pid"))
                .strip();
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    private static long stored(EmbeddedMariaDb embedded) throws SQLException {
        return stored(embedded, "SELECT COUNT(*) FROM reading");
    }

    private static long stored(EmbeddedMariaDb embedded, String sql) throws SQLException {
        DatabaseSettings settings = embedded.settings(DatabaseRole.COLLECTOR);
        try (Connection connection =
                        DriverManager.getConnection(settings.jdbcUrl(), settings.user(), settings.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
