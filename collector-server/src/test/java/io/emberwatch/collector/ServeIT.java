package io.emberwatch.collector;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.store.Database.DatabaseSettings;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees when the collector cannot start: one line, an exit code, no stack trace. */
@Tag("integration")
class ServeIT {
    private record Outcome(int exitCode, String output) {}

    @TempDir
    private Path folder;

    @Test
    void a_database_that_cannot_be_reached() throws Exception {
        Outcome outcome = serve("--database-url=jdbc:mysql://127.0.0.1:1/emberwatch");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.output())
                .startsWith("error: cannot reach the database jdbc:mysql://127.0.0.1:1/emberwatch")
                .hasLineCount(1);
    }

    @Test
    void an_address_that_is_taken() throws Exception {
        try (TestDatabase database = TestServer.MARIADB.create();
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            DatabaseSettings settings = database.settings();

            Outcome outcome = serve(
                    "--database-url=" + settings.jdbcUrl(),
                    "--database-user=" + settings.user(),
                    "--database-password-file=" + Files.writeString(folder.resolve("password"), settings.password()),
                    "--data-dir=" + folder,
                    "--listen=127.0.0.1:" + taken.getLocalPort());

            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.output().lines().toList())
                    .last()
                    .asString()
                    .startsWith("error: cannot listen on ")
                    .contains("Address already in use");
            assertThat(outcome.output()).doesNotContain("\tat ");
        }
    }

    @Test
    void a_key_that_does_not_exist() throws Exception {
        Path conf = Files.writeString(folder.resolve("collector.conf"), "# mine\nmial.url = file:/tmp\n");

        Outcome outcome = serve("--config=" + conf);

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.output())
                .contains(conf + " line 2")
                .contains("mial.url")
                .contains("mail.url")
                .hasLineCount(1);
    }

    private Outcome serve(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of("target", "emberwatch-collector", "bin", "emberwatch-collector")
                        .toAbsolutePath()
                        .toString(),
                "serve"));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }
}
