package io.emberwatch.probe.cli;

import static io.emberwatch.probe.testing.TestCertificates.EXPIRED;
import static io.emberwatch.probe.testing.TestCertificates.RIGHT;
import static io.emberwatch.probe.testing.TestCertificates.fingerprint;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.enroll.EnrollClient;
import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.testing.FakeCollector;
import io.emberwatch.probe.testing.FakeCollector.Peer;
import io.emberwatch.protocol.Enroll;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Enrolled;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.auth.Bytes32;
import io.emberwatch.protocol.auth.CollectorTrust;
import io.emberwatch.protocol.auth.EnrollToken;
import io.emberwatch.protocol.auth.MachineKey;
import io.emberwatch.protocol.conf.ConfFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code enroll} against a collector on a real TLS socket. */
@Timeout(120)
final class EnrollCommandTest {
    private static final EnrollClient.Timing HASTY =
            new EnrollClient.Timing(Duration.ofSeconds(30), List.of(Duration.ZERO, Duration.ZERO));

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private FakeCollector collector;
    private EnrollToken token;
    private Path file;
    private String input = "";

    @BeforeEach
    void start() throws IOException {
        Files.createDirectories(folder.resolve("proc/sys/kernel"));
        Files.writeString(folder.resolve("proc/sys/kernel/hostname"), "gpu-7\n");
        file = folder.resolve("etc/emberwatch/probe.conf");
        collector = FakeCollector.withTls(RIGHT);
        token = token(collector.trust());
    }

    @AfterEach
    void stop() throws IOException {
        collector.close();
    }

    @Test
    void token_becomes_a_key_that_never_leaves_the_machine_and_a_working_configuration() throws Exception {
        CompletableFuture<Integer> code = enroll(token.text());

        Enroll enroll = accept("gpu-01");

        assertThat(code.get()).as(err.toString()).isZero();
        assertThat(enroll.machineName()).isEqualTo("gpu-7");
        assertThat(enroll.tokenSecret()).isEqualTo(token.secret());
        assertThat(value("collector.address")).isEqualTo(collector.address());
        assertThat(value("collector.tls")).isEqualTo(fingerprint(RIGHT).toString());
        assertThat(value("machine.name")).isEqualTo("gpu-01");
        assertThat(MachineKey.parse(value("machine.key")).verifier()).isEqualTo(enroll.verifier());
        assertThat(out.toString())
                .contains(
                        "This machine is gpu-01 at " + collector.address(), "systemctl enable --now emberwatch-probe");
        assertThat(execute("config", "check")).as(err.toString()).isZero();
    }

    @Test
    void only_its_owner_can_read_the_file_and_everybody_can_enter_the_folder_that_was_made_for_it() throws Exception {
        String me = Files.getOwner(folder).getName();
        CompletableFuture<Integer> code = enroll(token.text(), "--user", me);
        accept("gpu-01");

        assertThat(code.get()).as(err.toString()).isZero();
        assertThat(mode(file)).isEqualTo("rw-------");
        assertThat(Files.getOwner(file).getName()).isEqualTo(me);
        assertThat(mode(file.getParent())).isEqualTo("rwxr-xr-x");
        assertThat(out.toString()).contains("only " + me + " can read");
    }

    @Test
    void what_the_file_held_stays_and_it_is_no_longer_readable_by_others() throws Exception {
        write("# ours", "collector.address = old:1  # moved", "log.level = warn", "machine.key-file = /old.key");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        CompletableFuture<Integer> code = enroll(token.text(), "--replace");
        accept("gpu-01");

        assertThat(code.get()).as(err.toString()).isZero();
        assertThat(Files.readAllLines(file))
                .startsWith(
                        "# ours",
                        "collector.address = " + collector.address() + "  # moved",
                        "log.level = warn",
                        "#machine.key-file = /old.key")
                .hasSize(7);
        assertThat(mode(file)).isEqualTo("rw-------");
    }

    @Test
    void a_link_stays_one() throws Exception {
        Path real = Files.writeString(folder.resolve("real.conf"), "# ours\n");
        Files.createDirectories(file.getParent());
        Files.createSymbolicLink(file, real);
        CompletableFuture<Integer> code = enroll(token.text());
        accept("gpu-01");

        assertThat(code.get()).isZero();
        assertThat(file).isSymbolicLink();
        assertThat(Files.readString(real)).startsWith("# ours\n").contains("machine.name = gpu-01");
    }

    @Test
    void a_token_from_standard_input_stands_in_no_list_of_processes() throws Exception {
        input = token.text() + "\n";
        CompletableFuture<Integer> code = enroll("-");
        accept("gpu-01");

        assertThat(code.get()).as(err.toString()).isZero();
    }

    @Test
    void the_name_is_the_one_asked_for_else_the_one_that_the_machine_has() throws Exception {
        write("machine.name = mine");
        CompletableFuture<Integer> second = enroll(token.text());
        assertThat(accept("mine").machineName()).isEqualTo("mine");
        assertThat(second.get()).isZero();

        CompletableFuture<Integer> first = enroll(token.text(), "--replace", "--name", "yours");
        assertThat(accept("yours").machineName()).isEqualTo("yours");
        assertThat(first.get()).isZero();
    }

    @Test
    void a_token_that_was_not_copied_whole_is_not_used_and_not_repeated() throws Exception {
        String half = token.text().substring(0, 60);

        assertThat(execute("enroll", half)).isEqualTo(2);

        assertThat(err.toString()).contains("copy it again").doesNotContain(half.substring(5));
        assertNothingHappened();
    }

    @Test
    void a_token_that_a_terminal_broke_in_two_is_put_together() throws Exception {
        String text = token.text();
        CompletableFuture<Integer> code = enroll(text.substring(0, 60), text.substring(60));
        accept("gpu-01");

        assertThat(code.get()).isZero();
    }

    @Test
    void a_key_is_not_overwritten_unasked() throws Exception {
        write("# ours", "machine.key-file = /old.key");

        assertThat(execute("enroll", token.text())).isEqualTo(2);

        assertThat(err.toString()).contains(file + " line 2 has a key already", "--replace");
        assertThat(Files.readAllLines(file)).containsExactly("# ours", "machine.key-file = /old.key");
        assertNothingHappened();
    }

    @Test
    void a_file_that_cannot_be_written_shows_before_the_token_is_used() throws Exception {
        assertThat(execute("enroll", token.text(), "--config", "/proc/emberwatch/probe.conf"))
                .isEqualTo(1);
        assertThat(execute("enroll", token.text(), "--user", "nobody-like-that"))
                .isEqualTo(1);

        assertThat(err.toString().lines())
                .hasSize(2)
                .allMatch(line -> line.contains("cannot be written, so the token was not used"));
        assertThat(err.toString()).contains("no such user: nobody-like-that");
        assertNothingHappened();
    }

    @Test
    void an_impostor_gets_no_token() throws Exception {
        token = token(new CollectorTrust.Pinned(fingerprint(EXPIRED)));
        CompletableFuture<Integer> code = enroll(token.text());

        assertThat(collector.accept().hearsNothingButTheEnd()).isTrue();

        assertThat(code.get()).isEqualTo(1);
        assertThat(err.toString())
                .contains("expected the certificate " + fingerprint(EXPIRED), "The token was not sent");
        assertNothingHappened();
    }

    @Test
    void plain_text_leads_to_this_machine_or_nowhere() throws Exception {
        token = new EnrollToken("192.0.2.1:7411", new CollectorTrust.PlainText(), token.secret());

        assertThat(execute("enroll", token.text())).isEqualTo(2);

        assertThat(err.toString()).contains("192.0.2.1:7411 without TLS");
        assertNothingHappened();
    }

    @Test
    void plain_text_on_loopback_is_fine() throws Exception {
        try (FakeCollector plain = new FakeCollector()) {
            token = new EnrollToken(plain.address(), plain.trust(), token.secret());
            CompletableFuture<Integer> code = enroll(token.text());
            try (Peer peer = plain.accept()) {
                peer.expect(Enroll.class);
                peer.send(new Enrolled(Message.VERSION, "gpu-01"));
            }
            assertThat(code.get()).isZero();
            assertThat(value("collector.tls")).isEqualTo("off");
        }
    }

    @ParameterizedTest
    @CsvSource({"TOKEN_REFUSED, ask for a new token", "NAME_TAKEN, another name with --name"})
    void a_refusal_says_what_to_do_and_changes_nothing(RefusalCode code, String advice) throws Exception {
        CompletableFuture<Integer> exit = enroll(token.text());
        try (Peer peer = collector.accept()) {
            peer.expect(Enroll.class);
            peer.send(Refused.because(code, "the collector's\nwords"));
        }

        assertThat(exit.get()).isEqualTo(1);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains(code + ", the collector's?words", advice);
        assertNothingHappened();
    }

    @Test
    void a_lost_answer_is_asked_for_again_with_the_same_token_and_key() throws Exception {
        CompletableFuture<Integer> code = enroll(token.text());
        Enroll first;
        try (Peer peer = collector.accept()) {
            first = peer.expect(Enroll.class);
        }

        Enroll second = accept("gpu-01");

        assertThat(second).isEqualTo(first);
        assertThat(code.get()).isZero();
        assertThat(MachineKey.parse(value("machine.key")).verifier()).isEqualTo(first.verifier());
    }

    @Test
    void a_collector_without_room_is_asked_again() throws Exception {
        CompletableFuture<Integer> code = enroll(token.text());
        try (Peer peer = collector.accept()) {
            peer.expect(Enroll.class);
            peer.send(Refused.because(RefusalCode.BUSY, "full"));
        }
        accept("gpu-01");

        assertThat(code.get()).isZero();
    }

    @Test
    void when_no_answer_comes_at_all_the_end_is_bounded_and_says_that_the_token_may_be_used_up() throws Exception {
        CompletableFuture<Integer> code = enroll(token.text());
        for (int i = 0; i <= HASTY.waits().size(); i++) {
            try (Peer peer = collector.accept()) {
                peer.expect(Enroll.class);
            }
        }

        assertThat(code.get()).isEqualTo(1);
        assertThat(err.toString()).contains("closed the connection without an answer", "The token may be used up");
        assertNothingHappened();
    }

    @Test
    void a_collector_that_is_not_there_leaves_the_token_unused() throws Exception {
        collector.close();

        assertThat(execute("enroll", token.text())).isEqualTo(1);

        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("cannot connect to " + collector.address(), "The token was not sent");
        assertThat(files()).isEmpty();
    }

    @Test
    void who_interrupts_it_finds_neither_a_key_nor_half_a_file() throws Exception {
        write("# ours");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.emberwatch.probe.cli.ProbeCli",
                        "enroll",
                        "--config",
                        file.toString(),
                        token.text())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (Peer peer = collector.accept()) {
            peer.expect(Enroll.class);
            assertThat(files())
                    .hasSize(2)
                    .allSatisfy(found ->
                            assertThat(Files.readString(found)).doesNotContainPattern("machine.key = (?!x{43})"));

            process.destroy();

            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(files()).containsExactly(file);
        assertThat(Files.readString(file)).isEqualTo("# ours\n");
    }

    private EnrollToken token(CollectorTrust trust) {
        return new EnrollToken(collector.address(), trust, Bytes32.random(new SecureRandom()));
    }

    private Enroll accept(String machineName) throws Exception {
        try (Peer peer = collector.accept()) {
            Enroll enroll = peer.expect(Enroll.class);
            peer.send(new Enrolled(Message.VERSION, machineName));
            return enroll;
        }
    }

    /** No file but what was there, nobody else asked, and no secret shown. */
    private void assertNothingHappened() throws IOException {
        assertThat(files()).isSubsetOf(List.of(file));
        assertThat(collector.isLeftAlone(Duration.ofMillis(100))).isTrue();
    }

    private CompletableFuture<Integer> enroll(String... args) {
        String[] all = Stream.concat(Stream.of("enroll"), Stream.of(args)).toArray(String[]::new);
        return CompletableFuture.supplyAsync(() -> execute(all));
    }

    private int execute(String... args) {
        int code = ProbeCli.commandLine(
                        Map.of(), new KernelTree(folder), new ByteArrayInputStream(input.getBytes(UTF_8)), HASTY)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
        assertThat(out + err.toString()).doesNotContain(token.text().substring(5));
        if (Files.exists(file)) {
            ConfFile.parse(file)
                    .find("machine.key")
                    .ifPresent(key -> assertThat(out + err.toString()).doesNotContain(key.value()));
        }
        return code;
    }

    private List<Path> files() throws IOException {
        if (!Files.exists(file.getParent())) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(file.getParent())) {
            return all.toList();
        }
    }

    private void write(String... lines) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, List.of(lines));
    }

    private String value(String key) {
        return ConfFile.parse(file).find(key).orElseThrow().value();
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
