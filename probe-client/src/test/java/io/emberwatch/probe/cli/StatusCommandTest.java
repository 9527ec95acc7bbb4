package io.emberwatch.probe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.enroll.EnrollClient;
import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.status.FlatJson;
import io.emberwatch.probe.status.StatusServer;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person sees who asks, and what a script gets. */
@Timeout(120)
final class StatusCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private StatusServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void a_probe_that_is_connected_and_samples_is_shown_aligned_and_is_exit_code_zero() {
        serve(wellDoing());

        assertThat(status()).isZero();

        assertThat(out.toString().lines())
                .containsExactly(
                        "state         connected and sampling",
                        "machine       gpu-01",
                        "collector     collector.example.org:7411",
                        "probe         1.2.3, pid 4711",
                        "up since      2026-11-21T09:00:00Z (3h ago)",
                        "link          connected to 192.0.2.7 since 2026-11-21T11:59:00Z (60s ago), at attempt 3",
                        "last ack      up to reading 2160 at 2026-11-21T11:59:58Z (2s ago)",
                        "sessions      2",
                        "sampling      every 5.0 s",
                        "last reading  2026-11-21T11:59:57Z (3s ago)",
                        "spool         12 readings wait, 0.1 % full, 4.9 KiB",
                        "  oldest      2026-11-21T11:50:00Z (10m ago)",
                        "  kept        in memory",
                        "  lost        0");
    }

    @Test
    void a_probe_that_waits_says_why_and_is_exit_code_one() {
        serve(wellDoing()
                .put("link", "waiting")
                .put("next_attempt_in_s", 12.5)
                .put("last_error", "collector.example.org:7411 refused gpu-01: BUSY, full")
                .put("last_error_at", "2026-11-21T11:59:59Z")
                .put("history_outstanding", 1234));

        assertThat(status()).isEqualTo(1);

        assertThat(out.toString().lines())
                .startsWith("state         not connected")
                .contains(
                        "link          waiting 12.5 s, then attempt 4",
                        "last error    collector.example.org:7411 refused gpu-01: BUSY, full",
                        "              2026-11-21T11:59:59Z (1s ago)",
                        "history       1234 readings to be fetched");
    }

    @Test
    void a_probe_whose_sampling_hangs_is_exit_code_one() {
        serve(wellDoing().put("link", "staying_away").put("sampling", "hangs"));

        assertThat(status("--json")).isEqualTo(1);
        assertThat(status()).isEqualTo(1);

        assertThat(out.toString())
                .contains("state         sampling hangs, not connected", "staying away because sampling hangs");
    }

    @Test
    void as_json_it_is_the_probes_own_document() {
        serve(wellDoing());

        assertThat(status("--json")).isZero();

        assertThat(out.toString()).isEqualTo(wellDoing() + System.lineSeparator());
    }

    @Test
    void the_words_of_a_hostile_collector_do_not_reach_the_terminal_as_they_are() {
        serve(wellDoing().put("last_error", "refused: \u001b[2J\u202e\nstate         all is well"));

        status();
        status("--json");

        assertThat(out.toString())
                .contains("last error    refused: ?[2J??state         all is well")
                .contains("refused: \\u001b[2J\\u202e\\n")
                .doesNotContain("\u001b", "\u202e");
    }

    @Test
    void without_a_probe_one_line_asks_whether_it_runs() {
        assertThat(status()).isEqualTo(1);

        assertThat(err.toString().strip())
                .isEqualTo("emberwatch-probe: no probe answers at " + socket() + ": is it running?");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void what_answers_something_else_is_no_probe() {
        server = StatusServer.open(socket(), () -> "hello").orElseThrow();
        startServer();

        assertThat(status()).isEqualTo(1);
        assertThat(err.toString()).contains("does not answer as a probe does");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "1e999999999", "+1000000000-01-01T00:00:00Z", "2026-11-21T12:00:00Z"})
    void whatever_stands_in_a_document_nothing_breaks(String value) {
        FlatJson wild = wellDoing();
        for (String name : List.of(
                "time",
                "link_since",
                "attempt",
                "last_ack_at",
                "last_reading_at",
                "last_reading_age_s",
                "spool_oldest_at")) {
            wild.put(name, value);
        }
        serve(wild.put("link", "waiting").put("next_attempt_in_s", value));

        assertThat(status()).isEqualTo(1);
        assertThat(out + err.toString()).doesNotContain("Exception");
    }

    @Test
    void the_socket_is_that_of_the_configuration() throws Exception {
        serve(wellDoing());
        Path conf = Files.writeString(folder.resolve("probe.conf"), "status.socket = " + socket() + "\n");

        assertThat(execute("status", "--config", conf.toString())).isZero();
    }

    @Test
    void probe_with_status_switched_off_cannot_be_asked() {
        assertThat(execute("status", "--status-socket", "off")).isEqualTo(1);
        assertThat(err.toString()).contains("status.socket is off");
    }

    @Test
    void a_socket_that_the_system_cannot_make_is_a_mistake_of_the_configuration() {
        assertThat(execute("status", "--status-socket", "/" + "x".repeat(95))).isEqualTo(2);
        assertThat(execute("status", "--status-socket", "status.sock")).isEqualTo(2);
        assertThat(err.toString().lines())
                .hasSize(2)
                .allMatch(line -> line.endsWith("must be off, or begin with / and have at most 95 bytes"));
    }

    private static FlatJson wellDoing() {
        return new FlatJson()
                .put("time", "2026-11-21T12:00:00Z")
                .put("machine", "gpu-01")
                .put("collector", "collector.example.org:7411")
                .put("probe_version", "1.2.3")
                .put("pid", 4711)
                .put("up_since", "2026-11-21T09:00:00Z")
                .put("link", "connected")
                .put("link_since", "2026-11-21T11:59:00Z")
                .put("collector_address", "192.0.2.7")
                .put("attempt", 3)
                .put("last_ack_at", "2026-11-21T11:59:58Z")
                .put("last_ack_sequence", 2160)
                .put("session_count", 2)
                .put("sampling", "running")
                .put("sampling_interval_s", "5.0")
                .put("last_reading_at", "2026-11-21T11:59:57Z")
                .put("last_reading_age_s", 3)
                .put("spool_mode", "memory")
                .put("spool_depth", 12)
                .put("spool_oldest_at", "2026-11-21T11:50:00Z")
                .put("spool_used_percent", 0.1)
                .put("spool_bytes", 5000)
                .put("spool_lost_count", 0)
                .put("history_outstanding", 0);
    }

    private void serve(FlatJson status) {
        server = StatusServer.open(socket(), status::toString).orElseThrow();
        startServer();
    }

    private void startServer() {
        Thread thread = new Thread(server, "status");
        thread.setDaemon(true);
        thread.start();
    }

    private Path socket() {
        return folder.resolve("status.sock");
    }

    private int status(String... more) {
        String[] args = new String[more.length + 3];
        args[0] = "status";
        args[1] = "--status-socket";
        args[2] = socket().toString();
        System.arraycopy(more, 0, args, 3, more.length);
        return execute(args);
    }

    private int execute(String... args) {
        return ProbeCli.commandLine(
                        Map.of(), new KernelTree(folder), InputStream.nullInputStream(), EnrollClient.Timing.USUAL)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }
}
