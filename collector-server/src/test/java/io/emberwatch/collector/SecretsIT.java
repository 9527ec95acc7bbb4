package io.emberwatch.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import io.emberwatch.collector.testing.HostileTexts;
import io.emberwatch.collector.testing.MailServers;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.ReservedPort;
import io.emberwatch.protocol.Bye;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.auth.MachineKey;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole life of a collector that logs all it can: every secret it has is looked for wherever it leaves traces, and
 * every event is one line of the log whatever words come with it.
 */
@Tag("integration")
class SecretsIT {
    private static final String MAIL_PASSWORD = "m4il-s3cret#%n${x}";
    private static final String DATABASE_PASSWORD = "d4tabase-s3cret";
    private static final String ENTRY =
            "20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\S+ (DEBUG|INFO|WARN|ERROR) \\w+ .*";
    private static final String STACK_TRACE = "\\tat .*|\\t\\.\\.\\. \\d+ more|(Caused by: )?[\\w.]+Exception.*";
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private Process serve;

    @AfterEach
    void end() {
        if (serve != null) {
            serve.destroy();
            serve.onExit().join();
        }
    }

    @Test
    void secrets_stay_where_they_belong_and_events_on_their_line() throws Exception {
        GreenMail mailServer = MailServers.smtp(0);
        mailServer.start();
        try (ReservedPort port = new ReservedPort()) {
            mailServer.setUser("me", "another password");
            serve = start("serve", "--listen=127.0.0.1:" + port.number(), mailUrl(mailServer));
            await().atMost(TIMEOUT).until(() -> log().contains("listening on"));

            sql("INSERT INTO owner (id, name, mail) VALUES (1, 'lena', 'lena@example.org')");
            String token = run(0, "machine", "add", "box", "--owner=lena", "--json")
                    .replaceFirst("(?s).*\"token\":\"([^\"]*)\".*", "$1");
            assertThat(token).isNotBlank().doesNotContainAnyWhitespaces().doesNotContain("\"");
            MachineKey key = enrolled();
            List<String> secrets = secrets(token, key.text());
            oweMails();
            connect(port.number(), key);
            await().atMost(TIMEOUT).until(() -> log().contains("Authentication") && log().contains("is rejected"));

            assertNoneIn("what children are started with", ofProcesses(), secrets);
            assertNoneIn("the tables", tables(), secrets);
            String refused = run(
                    1,
                    "status",
                    "--debug",
                    "--database-url=jdbc:mysql://127.0.0.1:" + property("port") + "/emberwatch");
            assertThat(refused).contains("Access denied");
            assertNoneIn("the words of commands", refused, secrets);

            serve.destroy();
            assertThat(serve.waitFor()).isEqualTo(143);
            assertThat(log()).contains("stopped;");
            assertNoneIn("the log", log(), secrets);
            assertThat(log().lines()).allMatch(line -> line.matches(ENTRY + "|" + STACK_TRACE));
            assertThat(log().replace("\t", "")).matches(HostileTexts::isHarmlessOnATerminal);
            assertNoneIn("the log of the database", Files.readString(folder.resolve("embedded.log")), secrets);
        } finally {
            mailServer.stop();
        }
    }

    /** The key of the machine box, as if it had enrolled. */
    private MachineKey enrolled() throws IOException, SQLException {
        MachineKey key = MachineKey.random(new SecureRandom());
        HexFormat hex = HexFormat.of();
        sql(
                "INSERT INTO machine_key (machine_id, stored_key, collector_key)"
                        + " SELECT id, UNHEX(?), UNHEX(?) FROM machine WHERE name = 'box'",
                hex.formatHex(key.verifier().storedKey().toArray()),
                hex.formatHex(key.verifier().collectorKey().toArray()));
        return key;
    }

    private List<String> secrets(String token, String key) throws IOException {
        String loginPlain = "\0me\0" + MAIL_PASSWORD;
        return List.of(
                token,
                key,
                MAIL_PASSWORD,
                base64(MAIL_PASSWORD),
                base64(loginPlain),
                DATABASE_PASSWORD,
                property("password"),
                property("migrator_password"),
                property("reader_password"));
    }

    private static void assertNoneIn(String place, String text, List<String> secrets) {
        assertThat(text).as(place).isNotEmpty().doesNotContain(secrets);
    }

    /** One to lena, whom the mail server does not let us reach, and one to an address that must not add a header. */
    private void oweMails() throws Exception {
        sql("INSERT INTO owner (id, name, mail) VALUES (2, ?, ?)", "王\n\u001b[2J\u202e", HostileTexts.NEW_HEADER);
        sql(
                "INSERT INTO machine (id, name, owner_id, location) VALUES (99, 'other', 2, ?)",
                "2026-01-01T00:00:00.000Z ERROR forged\r\n\u2028\u009b");
        sql("INSERT INTO alarm (machine_id, metric, severity, state, pending_since, raised_at) SELECT id, 'test',"
                + " 'warning', 'firing', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) FROM machine");
        sql("INSERT INTO mail_outbox (alarm_id, kind, recipient, message_id) SELECT a.id, 'raised', o.mail,"
                + " CONCAT('<', a.id, '@example.org>') FROM alarm a JOIN machine m ON m.id = a.machine_id"
                + " JOIN owner o ON o.id = m.owner_id");
    }

    private void sql(String sql, String... parameters) throws IOException, SQLException {
        try (Connection connection = database("emberwatch", "password");
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        }
    }

    private Connection database(String user, String password) throws IOException, SQLException {
        return DriverManager.getConnection(
                "jdbc:mysql://127.0.0.1:" + property("port") + "/emberwatch?sslMode=DISABLED",
                user,
                property(password));
    }

    private static void connect(int port, MachineKey key) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (ProtocolClient probe = ProtocolClient.connect(address)) {
            probe.authenticate("box", key, UUID.randomUUID());
            probe.receive(Welcome.class);
            for (String text : HostileTexts.stored().toList()) {
                List<GpuInfo> gpus = List.of(GpuInfo.withoutLimits(text, text, text));
                probe.send(new Inventory(text, text, text, text, text, 1, 1, text, gpus, "", OptionalInt.empty()));
            }
            probe.send(new Bye(Bye.Reason.STOPPED, "bye\n2026-01-01T00:00:00.000Z ERROR Link forged"));
            probe.finish();
        }
        try (ProtocolClient impostor = ProtocolClient.connect(address)) {
            impostor.authenticate("nobody", key, UUID.randomUUID());
            impostor.receive();
        }
    }

    /** Arguments of the collector and its children; the children's environment too. */
    private String ofProcesses() throws IOException {
        StringBuilder found = new StringBuilder(proc(serve.pid(), "cmdline"));
        for (ProcessHandle child : serve.descendants().toList()) {
            found.append(proc(child.pid(), "cmdline")).append(proc(child.pid(), "environ"));
        }
        assertThat(found.toString()).contains("mariadbd");
        return found.toString();
    }

    private static String proc(long pid, String file) throws IOException {
        return new String(Files.readAllBytes(Path.of("/proc", Long.toString(pid), file)), StandardCharsets.UTF_8);
    }

    /** Every row of every table, as the user for people with SQL sees it. */
    private String tables() throws IOException, SQLException {
        StringBuilder rows = new StringBuilder();
        try (Connection connection = database("emberwatch_reader", "reader_password");
                Statement statement = connection.createStatement()) {
            for (String table : List.of("owner", "machine", "alarm_event", "mail_outbox", "probe_session")) {
                try (ResultSet row = statement.executeQuery("SELECT * FROM " + table)) {
                    while (row.next()) {
                        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                            rows.append(row.getString(i)).append('\n');
                        }
                    }
                }
            }
        }
        assertThat(rows.toString()).contains("Authentication");
        return rows.toString();
    }

    private String property(String name) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(folder.resolve("embedded.properties"))) {
            properties.load(reader);
        }
        return properties.getProperty(name);
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("serve.txt"));
    }

    private String run(int exitCode, String... arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "command", ".txt");
        Process process = builder(output, arguments).start();
        int code = process.waitFor();
        String text = Files.readString(output);
        assertThat(code).as(text).isEqualTo(exitCode);
        return text;
    }

    private Process start(String... arguments) throws IOException {
        return builder(folder.resolve("serve.txt"), arguments).start();
    }

    private ProcessBuilder builder(Path output, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of("target", "emberwatch-collector", "bin", "emberwatch-collector")
                .toAbsolutePath()
                .toString());
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("EMBERWATCH_COLLECTOR_DATA_DIR", folder.toString());
        builder.environment().put("EMBERWATCH_COLLECTOR_LOG_LEVEL", "debug");
        builder.environment().put("EMBERWATCH_COLLECTOR_OPTS", "-Dorg.slf4j.simpleLogger.log.com.zaxxer.hikari=debug");
        builder.environment().put("EMBERWATCH_COLLECTOR_MAIL_PASSWORD", MAIL_PASSWORD);
        builder.environment().put("EMBERWATCH_COLLECTOR_DATABASE_PASSWORD", DATABASE_PASSWORD);
        return builder;
    }

    private static String mailUrl(GreenMail server) {
        return "--mail-url=smtp://me@127.0.0.1:" + server.getSmtp().getPort();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
