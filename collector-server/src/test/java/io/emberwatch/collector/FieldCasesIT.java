package io.emberwatch.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.mail.outbox.MailDestination;
import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.model.Owner;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.MachineStore;
import io.emberwatch.collector.store.OwnerStore;
import io.emberwatch.collector.store.rights.DatabaseRole;
import io.emberwatch.collector.store.schema.SchemaMigrator;
import io.emberwatch.collector.testing.CollectorProcess;
import io.emberwatch.collector.testing.DatabaseServer;
import io.emberwatch.collector.testing.MailsInFolder;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestHeat;
import io.emberwatch.collector.testing.TestReadings;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.collector.testing.TestTokens;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.auth.MachineKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Situations from bug reports of others, each of a kind, that need servers or processes of their own. The rest of the
 * collector's: {@code clock-1970-2106} in {@link WrongClockTest}, {@code db-failover-read-only} in {@code FailoverTest},
 * {@code host-names} in {@link EnrollmentTest}, {@code limit-that-never-ends} in {@code LimitsThatEndTest}, {@code
 * drives-over-own-limits} in {@code MarginAlarmTest} and {@code MachinePartsMailTest}, {@code smtp-…} in {@code
 * mail.outbox}.
 */
@Tag("integration")
@Execution(ExecutionMode.CONCURRENT)
class FieldCasesIT {
    private static final String OWNER = "王小明 🚒";
    private static final String LOCATION = "机房 A";

    @TempDir
    private Path folder;

    /**
     * db-odd-servers: charset-handshake, lower-case and gtid, under each of sqlmode-odd, sqlmode-none-tz and tiny-packet.
     * Own case: the mode ANSI with all of its dates (amacneil/dbmate #444, fleetdm/fleet #3176).
     */
    @Test
    void odd_servers_of_mysql_keep_readings_names_and_times_and_mails_go_out() throws Exception {
        try (DatabaseServer server = TestServer.MYSQL.startPrivate(
                "--lower_case_table_names=1",
                "--skip-character-set-client-handshake",
                "--character-set-server=latin1",
                "--collation-server=latin1_swedish_ci",
                "--log-bin",
                "--server-id=1",
                "--gtid-mode=ON",
                "--enforce-gtid-consistency=ON",
                "--binlog-format=ROW",
                "--max-allowed-packet=16K",
                "--net-buffer-length=8K")) {
            assertWatches(
                    server,
                    "SET GLOBAL sql_mode = 'ANSI,REAL_AS_FLOAT,ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,"
                            + "ONLY_FULL_GROUP_BY,STRICT_ALL_TABLES,IGNORE_SPACE,NO_ZERO_IN_DATE,NO_ZERO_DATE,"
                            + "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'");
            assertWatches(server, "SET GLOBAL sql_mode = '', GLOBAL time_zone = '+08:00'");
        }
    }

    /** db-odd-servers: sqlmode-oracle and charset-gbk-maria. */
    @Test
    void an_odd_server_of_mariadb_keeps_readings_names_and_times_and_mails_go_out() throws Exception {
        try (DatabaseServer server = TestServer.MARIADB.startPrivate(
                "--sql-mode=ORACLE",
                "--skip-character-set-client-handshake",
                "--character-set-server=gbk",
                "--collation-server=gbk_chinese_ci",
                "--default-time-zone=-03:30")) {
            assertWatches(server, "DO 0");
        }
    }

    /**
     * locales: Arabic and Persian digits, Turkish letters, German numbers, of a Java under LC_ALL=C that gets Chinese
     * arguments, with a configuration as an editor for Windows writes it. Own case: identifiers that Turkish spells
     * otherwise (dbeaver/dbeaver #40901) among the metrics.
     */
    @Test
    void whatever_the_language_is_commands_readings_and_mails_are_the_same() throws Exception {
        try (TestDatabase database = TestServer.MARIADB.create()) {
            TestHeat.limitWithoutDelay(database);
            for (String language : List.of("ar", "fa", "tr", "de")) {
                Path own = Files.createDirectory(folder.resolve(language));
                Path conf = configuration(database, own);
                String java = "-Duser.language=" + language + " -Duser.region=" + (language.equals("ar") ? "EG" : "");
                String machine = "box-" + language;
                String owner = OWNER + " " + language;

                run(java, conf, "owner", "add", owner, "--mail", language + "@example.org");
                run(java, conf, "machine", "add", machine, "--owner", owner, "--location", LOCATION);
                String limit = run(
                        java, conf, "limit", "set", "fs_inodes_used_percent", "--warning", "1.5", "--machine", machine);

                assertThat(limit)
                        .isEqualTo("warning limit of " + machine
                                + " on fs_inodes_used_percent: raised at 1.5 % for 1m, cleared at 1.4 %\n");
                assertThat(database.query("SELECT CONCAT_WS('|', m.location, o.name) FROM machine m JOIN owner o"
                                + " ON o.id = m.owner_id WHERE m.name = '" + machine + "'"))
                        .containsExactly(LOCATION + "|" + owner);
                MachineKey key = keyOf(database.database(), machine);
                try (CollectorProcess collector =
                        new CollectorProcess(database.settings(), own, "--config=" + conf).withJavaOptions(java)) {
                    collector.start();
                    assertHotReadingIsMailed(database, collector.address(), machine, key, owner, own.resolve("mail"));
                }
            }
        }
    }

    private static String run(String java, Path conf, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of("target", "emberwatch-collector", "bin", "emberwatch-collector")
                        .toAbsolutePath()
                        .toString(),
                "--config=" + conf));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("EMBERWATCH_COLLECTOR_OPTS", java);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /** As an editor for Windows writes it. */
    private static Path configuration(TestDatabase database, Path folder) throws IOException {
        Path password = Files.writeString(
                folder.resolve("password.txt"), database.settings().password() + "\r\n");
        String text = "\uFEFF# 配置\r\ndatabase.url = " + database.settings().jdbcUrl() + "\r\n\r\ndatabase.user = "
                + database.settings().user() + "\r\ndatabase.password-file = " + password
                + "\r\ncollector.public-address = collector.example.org:7411\r\n";
        return Files.writeString(folder.resolve("collector.conf"), text);
    }

    /** From an empty schema to the mail, with a server as {@code setting} makes it. */
    private void assertWatches(DatabaseServer server, String setting) throws Exception {
        try (TestDatabase database = server.createEmptyDatabase()) {
            database.execute(setting);
            new SchemaMigrator(database.settings(DatabaseRole.MIGRATOR)).migrate();
            database.grant(DatabaseRole.COLLECTOR);
            TestHeat.limitWithoutDelay(database);
            database.database().transact(connection -> {
                int owner = new OwnerStore()
                        .add(connection, new Owner.Details(OWNER, "w@example.org", Optional.empty(), Optional.empty()));
                return new MachineStore()
                        .add(
                                connection,
                                new Machine.Details(
                                        "box",
                                        owner,
                                        Optional.empty(),
                                        Optional.of(LOCATION),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty()));
            });
            MachineKey key = keyOf(database.database(), "box");
            Path mails = Files.createTempDirectory(folder, "mail");
            try (Collector collector =
                    TestCollectors.start(database.database(), TestCollectors.NET, new MailDestination.Folder(mails))) {
                assertHotReadingIsMailed(database, collector.address(), "box", key, OWNER, mails);
            }
            assertThat(database.query("SELECT COUNT(*) FROM reading_rejected")).containsExactly("0");
            assertThat(database.query("SELECT HEX(CONVERT(name USING utf8mb4)) FROM owner"))
                    .containsExactly(hex(OWNER));
        }
    }

    private static MachineKey keyOf(Database database, String machine) throws SQLException {
        MachineKey key = TestTokens.newKey();
        database.transact(connection -> {
            MachineStore machines = new MachineStore();
            machines.setKey(
                    connection, machines.find(connection, machine).orElseThrow().id(), key.verifier());
            return true;
        });
        return key;
    }

    private static void assertHotReadingIsMailed(
            TestDatabase database,
            InetSocketAddress collector,
            String machine,
            MachineKey key,
            String owner,
            Path mails)
            throws Exception {
        Instant takenAt = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        try (ProtocolClient probe = ProtocolClient.connect(collector)) {
            probe.authenticate(machine, key, UUID.randomUUID());
            probe.receive(Welcome.class);
            probe.send(new Readings(List.of(TestReadings.reading(1, takenAt, Metric.CPU_TEMP_C, 96.5))));
            assertThat(probe.receive(Ack.class).acknowledged().last()).isEqualTo(1);
        }
        assertThat(database.query("SELECT CONCAT_WS(' ', taken_at, cpu_temp_c) FROM machine_now WHERE machine = '"
                        + machine + "'"))
                .as("in UTC")
                .containsExactly(takenAt.toString().replace('T', ' ').replace("Z", "") + " 96.5");
        MailsInFolder folder = new MailsInFolder(mails);
        await().untilAsserted(() -> assertThat(folder.about("[critical] " + machine + " cpu_temp_c 96.5 (limit 90.0)"))
                .singleElement()
                .satisfies(mail -> assertThat(mail.text())
                        .contains("is 96.5 °C", "Owner      " + owner, "here: " + LOCATION)
                        .contains("Raised at  96.5 °C", takenAt.toString().substring(0, 10))));
    }

    private static String hex(String text) {
        StringBuilder hex = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            hex.append(String.format(Locale.ROOT, "%02X", each));
        }
        return hex.toString();
    }
}
