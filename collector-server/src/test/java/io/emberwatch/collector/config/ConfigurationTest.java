package io.emberwatch.collector.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.mail.outbox.MailDestination;
import io.emberwatch.protocol.conf.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class ConfigurationTest {
    @TempDir
    private Path folder;

    private Path file;

    @Command
    private static final class AnyCommand {
        @Mixin
        private CollectorOptions options;
    }

    @Test
    void a_flag_counts_before_the_environment_and_that_before_the_file_and_that_before_the_default()
            throws IOException {
        write("ingest.writers = 3\ningest.max-batch-readings = 300\nnet.hello-timeout = 3s\n");
        Map<String, String> environment = Map.of(
                "EMBERWATCH_COLLECTOR_INGEST_WRITERS", "4", "EMBERWATCH_COLLECTOR_INGEST_MAX_BATCH_READINGS", "400");

        CollectorOptions options = parse(environment, "--ingest-writers", "5");

        assertThat(options.service().get(CollectorKeys.WRITERS)).isEqualTo(5);
        assertThat(options.service().get(CollectorKeys.MAX_BATCH_READINGS)).isEqualTo(400);
        assertThat(options.service().get(CollectorKeys.HELLO_TIMEOUT)).isEqualTo(Duration.ofSeconds(3));
        assertThat(options.service().get(CollectorKeys.QUEUE_BYTES)).isEqualTo(64L << 20);
    }

    @Test
    void a_password_comes_from_a_file_of_its_own_without_the_line_end() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "pass word\n");
        write("database.url = jdbc:mysql://db.example.org:3306/emberwatch\ndatabase.password-file = " + secret);

        assertThat(parse(Map.of()).database().external().orElseThrow().password())
                .isEqualTo("pass word");
    }

    @Test
    void the_database_is_embedded_unless_configured() throws IOException {
        write("");
        assertThat(parse(Map.of()).database().external()).isEmpty();
    }

    @Test
    void mails_go_into_the_data_folder_unless_configured() throws IOException {
        write("data.dir = /srv/ember");
        CollectorOptions options = parse(Map.of());
        assertThat(options.mail().destination(options.database().data()))
                .isEqualTo(new MailDestination.Folder(Path.of("/srv/ember/mail")));
    }

    @Test
    void addresses_may_be_ipv6() throws IOException {
        write("listen = [::]:7412");
        assertThat(parse(Map.of()).address().listen()).isEqualTo(new HostPort("::", 7412));
        assertThat(new HostPort("::", 7412)).hasToString("[::]:7412");
    }

    @Test
    void the_data_folder_is_the_systems_for_root_and_in_the_home_of_others() {
        assertThat(DataOptions.defaultFolder("root", Map.of())).isEqualTo(Path.of("/var/lib/emberwatch"));
        assertThat(DataOptions.defaultFolder("lena", Map.of("XDG_DATA_HOME", "/data")))
                .isEqualTo(Path.of("/data/emberwatch"));
        assertThat(DataOptions.defaultFolder("lena", Map.of()).toString()).endsWith("/.local/share/emberwatch");
    }

    @Test
    void what_is_in_force_is_shown_with_its_origin_and_without_secrets() throws IOException {
        write(
                "database.password = hush\ndatabase.url = jdbc:mysql://db/ember?clientCertificateKeyStorePassword=hush&a=b\n");
        Configuration configuration = Configuration.load(Optional.of(file), Map.of());
        AnyCommand command = new AnyCommand();
        CommandLine line = new CommandLine(command).setDefaultValueProvider(configuration);
        line.parseArgs("--ingest-writers=5");

        String shown = ConfReference.effective(line, command.options, configuration);

        assertThat(shown)
                .contains("database.password = ****    # " + file + " line 1")
                .contains("database.url = jdbc:mysql://db/ember?clientCertificateKeyStorePassword=****&a=b    # " + file
                        + " line 2")
                .contains("ingest.writers = 5    # --ingest-writers")
                .contains("net.hello-timeout = 10s    # default")
                .doesNotContain("hush");
    }

    private void write(String text) throws IOException {
        file = Files.writeString(folder.resolve("collector.conf"), text);
    }

    private CollectorOptions parse(Map<String, String> environment, String... arguments) {
        AnyCommand command = new AnyCommand();
        new CommandLine(command)
                .setDefaultValueProvider(Configuration.load(Optional.of(file), environment))
                .parseArgs(arguments);
        return command.options;
    }
}
