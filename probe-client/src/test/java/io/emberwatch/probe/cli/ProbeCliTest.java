package io.emberwatch.probe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.enroll.EnrollClient;
import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.spool.SpoolLimits;
import io.emberwatch.probe.spool.disk.DiskSpool;
import io.emberwatch.probe.spool.disk.TestSpools;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.conf.Key;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command as it is called, with its output and exit codes. */
final class ProbeCliTest {
    private static final String SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I";

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void nameTheMachine() throws IOException {
        Files.createDirectories(folder.resolve("proc/sys/kernel"));
        Files.writeString(folder.resolve("proc/sys/kernel/hostname"), "gpu-7\n");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "sampling.interval = 500ms | sampling.interval = 500ms (FILE line 1): must be 1s to 1h",
                "sampling.interval = 2h | sampling.interval = 2h (FILE line 1): must be 1s to 1h",
                "sampling.interval = 5 | sampling.interval = 5 (FILE line 1): must be a whole number with a unit"
                        + " (ms, s, m, h, d), for example 5s",
                "sampling.intervall = 5s | FILE line 1: unknown key 'sampling.intervall'; did you mean"
                        + " 'sampling.interval'?",
                "spool.max-bytes = 1023KiB | spool.max-bytes = 1023KiB (FILE line 1): must be 1MiB to 1TiB, as a whole number"
                        + " with a unit (KiB, MiB, GiB, TiB), for example 64MiB",
                "spool.max-bytes = 64 | spool.max-bytes = 64 (FILE line 1): must be 1MiB to 1TiB, as a whole number with a"
                        + " unit (KiB, MiB, GiB, TiB), for example 64MiB",
                "spool.max-age = 59s | spool.max-age = 59s (FILE line 1): must be 1m to 3650d",
                "spool.sync = 61s | spool.sync = 61s (FILE line 1): must be 0s to 1m",
                "collector.address = host:0 | collector.address = host:0 (FILE line 1): the port must be 1 to 65535",
                "collector.address = a b | collector.address = a b (FILE line 1): must be host or host:port, with an IPv6"
                        + " address in brackets",
                "collector.tls = on | collector.tls = on (FILE line 1): must be system, off, or sha256: and the 64 hexadecimal"
                        + " digits of the certificate's fingerprint",
                "collector.tls = sha256:ab | collector.tls = sha256:ab (FILE line 1): must be system, off, or sha256: and the"
                        + " 64 hexadecimal digits of the certificate's fingerprint",
                "collector.client-certificate-file = /a | collector.client-certificate-file needs collector.client-key-file",
                "collector.client-key-file = /a | collector.client-key-file is of no use without"
                        + " collector.client-certificate-file",
                "machine.name = -x | machine.name = -x (FILE line 1): must be 1 to 64 letters, digits, dots, hyphens or"
                        + " underscores, beginning with a letter or digit",
                "machine.key-file = /no/such | machine.key-file = /no/such: cannot be read (NoSuchFileException)",
                "log.level = loud | log.level = loud (FILE line 1): must be one of error, warn, info, debug",
                "machine.key s3cret | FILE line 1: expected 'key = value', but there is no ="
            })
    void a_mistake_in_the_file_is_one_line_that_says_what_to_do(String line, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("probe.conf"), line + "\n");

        int code = execute("config", "check", "--config", file.toString());

        assertThat(err.toString().strip()).isEqualTo("emberwatch-probe: " + message.replace("FILE", file.toString()));
        assertThat(code).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void a_file_that_is_named_must_exist() {
        assertThat(execute("config", "check", "--config", "/no/such.conf")).isEqualTo(2);
        assertThat(err.toString()).contains("no such configuration file: /no/such.conf");
    }

    @Test
    void a_key_of_the_wrong_length_is_refused_without_being_shown() {
        environment.put("EMBERWATCH_PROBE_MACHINE_KEY", "s3cret".repeat(30));

        assertThat(execute("config", "check")).isEqualTo(2);
        assertThat(err.toString())
                .contains("machine.key (EMBERWATCH_PROBE_MACHINE_KEY)")
                .doesNotContain("s3cret");
    }

    @Test
    void a_second_probe_on_one_spool_is_refused_with_the_directory_and_what_to_do() throws IOException {
        Path spool = folder.resolve("spool");
        environment.put("EMBERWATCH_PROBE_MACHINE_KEY", "A".repeat(43));
        SpoolLimits limits = new SpoolLimits(SpoolLimits.MIN_BYTES, SpoolLimits.MIN_AGE, 1 << 20);
        try (DiskSpool first = TestSpools.withLongTimeouts(spool, limits, Duration.ofSeconds(1), new UUID(0, 0))) {
            int code = execute("run", "--collector-address", "127.0.0.1:9", "--spool-directory", spool.toString());

            assertThat(err.toString().strip())
                    .isEqualTo("emberwatch-probe: " + spool
                            + " is in use by another probe: stop that one, or give this one"
                            + " a directory of its own (spool.directory)");
            assertThat(code).as("the service manager is to try again").isEqualTo(1);
            assertThat(first.status().why()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--machine-nmae=s3cret", "--machine-nmae s3cret"})
    void what_stands_behind_a_mistyped_option_is_not_repeated(String words) {
        assertThat(execute(("run " + words).split(" "))).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("emberwatch-probe: unknown option '--machine-nmae'; did you mean '--machine-name'? (see ")
                .doesNotContain("s3cret");
    }

    @Test
    void unknown_setting_is_reported_without_terminal_control_characters() {
        assertThat(execute("\u001b[2Jrun\u202e")).isEqualTo(2);
        assertThat(err.toString()).startsWith("emberwatch-probe: unknown argument '?[2Jrun?' (see ");
    }

    @Test
    void run_does_not_start_without_collector_or_key() {
        assertThat(execute("run")).isEqualTo(2);
        assertThat(err.toString()).contains("collector.address must be set");

        assertThat(execute("run", "--collector-address", "localhost")).isEqualTo(2);
        assertThat(err.toString()).contains("machine.key-file or machine.key must be set");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--machine-key", "--machine-key=", "--machine-kye"})
    void a_key_on_the_command_line_is_refused_and_not_repeated(String flag) {
        String[] args = flag.endsWith("=") ? new String[] {"run", flag + SECRET} : new String[] {"run", flag, SECRET};

        assertThat(execute(args)).isEqualTo(2);
        assertThat(err.toString().strip())
                .isEqualTo(
                        "emberwatch-probe: machine.key is not taken as a flag, because everybody on this machine can read it"
                                + " there: write it into the configuration file, or set EMBERWATCH_PROBE_MACHINE_KEY");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "localhost | off | localhost:7411 is loopback",
                "127.0.0.1:7000 | off | 127.0.0.1:7000 is loopback",
                "[::1] | off | [::1]:7411 is loopback",
                "[::ffff:127.0.0.1] | off | [::ffff:127.0.0.1]:7411 is loopback",
                "10.0.0.1 | system | 10.0.0.1:7411 is not loopback",
                "localhost.example.org | system | localhost.example.org:7411 is not loopback",
                "collector.example.org | system | collector.example.org:7411 is not loopback"
            })
    void without_a_word_on_tls_only_loopback_goes_without(String address, String trust, String reason) {
        assertThat(execute("config", "print", "--collector-address", address)).isZero();

        assertThat(out.toString().lines()).contains("collector.tls = " + trust + "  # default, as " + reason);
    }

    @Test
    void plain_text_to_another_machine_must_be_written_out_and_is_warned_of() {
        environment.put("EMBERWATCH_PROBE_MACHINE_KEY", SECRET);

        assertThat(execute("config", "check", "--collector-address", "10.0.0.1", "--collector-tls", "off"))
                .isZero();

        assertThat(err.toString().lines()).singleElement().asString().contains("collector.tls = off", "unencrypted");
    }

    @Test
    void a_fingerprint_is_taken_as_openssl_prints_it() {
        String digits = "AB".repeat(32);
        String pairs = "AB:".repeat(31) + "AB";

        execute("config", "check", "--collector-address", "x", "--collector-tls", "sha256 Fingerprint=" + pairs);
        execute("config", "check", "--collector-address", "x", "--collector-tls", "sha256:" + digits);

        assertThat(err.toString().lines()).hasSize(2).allMatch(line -> line.contains("machine.key must be set"));
    }

    @Test
    void a_flag_counts_more_than_the_environment_and_that_more_than_the_file() throws IOException {
        Path file = Files.writeString(
                folder.resolve("probe.conf"), "sampling.interval = 7s\nlog.level = warn\nmachine.name = a\n");
        environment.put("EMBERWATCH_PROBE_SAMPLING_INTERVAL", "8s");
        environment.put("EMBERWATCH_PROBE_LOG_LEVEL", "debug");

        execute("config", "print", "--config", file.toString(), "--sampling-interval", "9s");

        assertThat(out.toString().lines())
                .contains(
                        "sampling.interval = 9s  # --sampling-interval",
                        "log.level = debug  # EMBERWATCH_PROBE_LOG_LEVEL",
                        "machine.name = a  # " + file + " line 3",
                        "spool.max-bytes = 64MiB  # default");
    }

    @Test
    void what_is_printed_can_be_read_back_and_shows_no_secret() throws IOException {
        environment.put("EMBERWATCH_PROBE_MACHINE_KEY", SECRET);
        execute("config", "print", "--collector-address", "[::1]:7000");
        Path printed = Files.writeString(folder.resolve("printed.conf"), out.toString());

        assertThat(out.toString()).doesNotContain(SECRET).contains("machine.name = gpu-7  # host name");
        assertThat(execute("config", "check", "--config", printed.toString())).isZero();
    }

    @Test
    void the_sample_configuration_names_every_key_and_is_valid_with_its_comments_taken_away() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("src/main/conf/probe.conf"));

        for (Key<?> key : ProbeKeys.TABLE.keys()) {
            assertThat(lines).as(key.name()).anyMatch(line -> line.startsWith("#" + key + " = "));
        }
        Path keyFile = Files.writeString(folder.resolve("key"), SECRET + "\n");
        List<String> enabled = lines.stream()
                .filter(line -> !line.startsWith("#machine.key = "))
                .filter(line -> !line.startsWith("#collector.client-"))
                .map(line -> line.matches("#[a-z].*") ? line.substring(1) : line)
                .map(line -> line.replace("/etc/emberwatch/probe.key", keyFile.toString()))
                .filter(line -> line.isEmpty() || line.startsWith("# ") || line.contains(" = "))
                .toList();
        Path file = Files.write(folder.resolve("probe.conf"), enabled);
        assertThat(execute("config", "check", "--config", file.toString()))
                .as(err.toString())
                .isZero();
    }

    /** Regenerate with: emberwatch-probe config print --sample. */
    @Test
    void the_sample_configuration_is_the_reference() throws IOException {
        assertThat(execute("config", "print", "--sample")).isZero();

        assertThat(out).hasToString(Files.readString(Path.of("src/main/conf/probe.conf")));
    }

    @Test
    void help_names_every_key() {
        execute("run", "--help");

        assertThat(ProbeKeys.TABLE.keys().stream()
                        .filter(key -> !key.equals(ProbeKeys.MACHINE_KEY))
                        .map(Key::flag))
                .allMatch(out.toString()::contains);
        assertThat(out.toString()).doesNotContain("--machine-key=");
    }

    @Test
    void an_unknown_option_or_command_is_one_line_and_exit_code_two() {
        assertThat(execute("run", "--colour")).isEqualTo(2);
        assertThat(execute("bogus")).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(2);
    }

    @Test
    void sample_prints_each_metric_of_the_catalogue() {
        assertThat(execute("sample")).isZero();

        assertThat(Scope.MACHINE.metrics())
                .allSatisfy(metric -> assertThat(out.toString().lines())
                        .anyMatch(line -> line.startsWith(metric.column() + " ") && line.endsWith(metric.meaning())));
    }

    @Test
    void sample_as_json_has_a_value_or_null_for_each_metric() {
        assertThat(execute("sample", "--json")).isZero();

        assertThat(out.toString()).startsWith("{\"taken_at\":\"").endsWith("]}" + System.lineSeparator());
        assertThat(Scope.MACHINE.metrics())
                .extracting(Metric::column)
                .allSatisfy(column ->
                        assertThat(out.toString()).containsPattern("\"" + column + "\":(null|-?\\d+(\\.\\d+)?)[,}]"));
    }

    private int execute(String... args) {
        CommandLine command = ProbeCli.commandLine(
                environment, new KernelTree(folder), InputStream.nullInputStream(), EnrollClient.Timing.USUAL);
        return command.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }
}
