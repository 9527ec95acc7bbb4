package io.emberwatch.collector.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.store.Database.DatabaseSettings;
import io.emberwatch.collector.testing.CollectorProcess;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The admin's way, with both real daemons: register a machine, copy one line to it, and see it report over TLS.
 */
@Tag("integration")
class EnrolledProbeIT {
    private static final Path COLLECTOR = Path.of("target", "emberwatch-collector", "bin", "emberwatch-collector")
            .toAbsolutePath();
    private static final Path PROBE =
            Path.of("..", "probe-client", "target", "emberwatch-probe", "bin", "emberwatch-probe");
    private static final Pattern ENROLL = Pattern.compile("emberwatch-probe (enroll) (ewt1_\\S+)");

    @TempDir
    private Path folder;

    @Test
    void a_machine_is_added_with_one_line_and_turned_out_with_another() throws Exception {
        try (TestDatabase database = TestServer.MARIADB.create();
                CollectorProcess collector =
                        new CollectorProcess(database.settings(), folder, "--tls=on", "--data-dir=" + folder)) {
            collector.start();
            Map<String, String> admin = admin(database.settings(), collector);
            run(admin, COLLECTOR, "owner", "add", "王小明", "--mail", "wang@example.org");
            Matcher line = ENROLL.matcher(run(admin, COLLECTOR, "machine", "add", "gpu-01", "--owner", "王小明"));
            assertThat(line.find()).isTrue();
            Path configuration = folder.resolve("probe.conf");

            run(Map.of(), PROBE, line.group(1), line.group(2), "--config", configuration.toString());

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(configuration)))
                    .isEqualTo("rw-------");
            assertThat(Files.readString(configuration)).contains("collector.tls = sha256:");
            Path log = folder.resolve("probe.log");
            Process probe = start(
                            Map.of(
                                    "EMBERWATCH_PROBE_SPOOL_DIRECTORY",
                                    folder.resolve("spool").toString()),
                            PROBE,
                            "run",
                            "--config",
                            configuration.toString())
                    .redirectOutput(log.toFile())
                    .start();
            try {
                await().until(() ->
                        !database.query("SELECT COUNT(*) FROM reading").equals(List.of("0")));
                run(admin, COLLECTOR, "machine", "revoke", "gpu-01", "--yes");
                await().until(() -> Files.readString(log).contains("NOT_AUTHENTICATED"));
            } finally {
                probe.destroy();
                probe.waitFor();
            }
            assertThat(Files.readString(folder.resolve("collector.log")) + Files.readString(log))
                    .doesNotContain(line.group(2));
        }
    }

    private Map<String, String> admin(DatabaseSettings database, CollectorProcess collector) {
        String listen = "127.0.0.1:" + collector.address().getPort();
        return Map.of(
                "EMBERWATCH_COLLECTOR_CONFIG",
                "/dev/null",
                "EMBERWATCH_COLLECTOR_DATABASE_URL",
                database.jdbcUrl(),
                "EMBERWATCH_COLLECTOR_DATABASE_USER",
                database.user(),
                "EMBERWATCH_COLLECTOR_DATABASE_PASSWORD",
                database.password(),
                "EMBERWATCH_COLLECTOR_DATA_DIR",
                folder.toString(),
                "EMBERWATCH_COLLECTOR_TLS",
                "on",
                "EMBERWATCH_COLLECTOR_LISTEN",
                listen,
                "EMBERWATCH_COLLECTOR_COLLECTOR_PUBLIC_ADDRESS",
                listen);
    }

    private static String run(Map<String, String> environment, Path command, String... arguments)
            throws IOException, InterruptedException {
        Process process = start(environment, command, arguments).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static ProcessBuilder start(Map<String, String> environment, Path command, String... arguments) {
        List<String> words = new ArrayList<>(List.of(command.toString()));
        words.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        return builder;
    }
}
