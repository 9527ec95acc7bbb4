package io.emberwatch.collector.net.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.collector.net.tls.TlsSettings.CertificateSource;
import io.emberwatch.collector.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnCertificateTest {
    private static final Keytool NONE = new Keytool(Path.of("/nowhere/keytool"));

    @TempDir
    private Path dataDir;

    private CertificateSource.Own own;
    private Optional<TlsSettings> settings;

    @BeforeEach
    void in_a_fresh_data_folder() {
        own = new CertificateSource.Own(dataDir.resolve("tls"), List.of("collector.example.org", "192.0.2.7", "::1"));
        settings = Optional.of(new TlsSettings(own, Optional.empty(), TlsSettings.LOOK_INTERVAL));
    }

    @Test
    void is_made_once_by_whoever_comes_first_and_kept() throws Exception {
        CompletableFuture<ServerIdentity> serve = CompletableFuture.supplyAsync(this::load);
        ServerIdentity command = load();

        assertThat(serve.get()).isEqualTo(command);
        assertThat(load()).isEqualTo(command);
        assertThat(command.pinned()).isEqualTo(command.fingerprint()).isPresent();
        assertThat(names(dataDir)).containsExactly("tls");
        assertThat(names(own.folder())).containsExactly("certificate.pem", "key.pem");
        assertThat(mode(own.folder())).isEqualTo("rwx------");
        assertThat(mode(own.keyFile())).isEqualTo("rw-------");
        assertThat(mode(own.certificateFile())).isEqualTo("rw-------");

        KeyMaterial material = TlsFiles.read(settings.get()).material(Instant.now());
        X509Certificate certificate = material.leaf();
        assertThat(certificate.getPublicKey().getAlgorithm()).isEqualTo("EC");
        assertThat(certificate.getSubjectAlternativeNames())
                .extracting(name -> name.get(1).toString())
                .containsExactly("collector.example.org", "192.0.2.7", "0:0:0:0:0:0:0:1");
        assertThat(certificate.getNotBefore()).isBefore(Instant.now().minus(Duration.ofHours(23)));
        assertThat(certificate.getNotAfter()).isAfter(Instant.now().plus(Duration.ofDays(50 * 365)));
    }

    @Test
    void half_of_it_is_never_replaced_because_probes_may_know_it() throws Exception {
        Files.createDirectory(own.folder());
        Files.copy(TestCertificates.selfSigned().certificateFile(), own.certificateFile());

        assertThatThrownBy(() -> OwnCertificate.ensure(own, NONE))
                .isInstanceOf(TlsException.class)
                .hasMessage(own.keyFile() + " is missing, but " + own.certificateFile()
                        + " is there: put it back from a"
                        + " backup; or remove " + own.folder() + " for a new certificate, whose fingerprint every probe"
                        + " must then be given");

        Files.move(own.certificateFile(), own.keyFile());
        assertThatThrownBy(() -> OwnCertificate.ensure(own, NONE))
                .hasMessageStartingWith(own.certificateFile() + " is missing");
    }

    @Test
    void a_whole_pair_is_left_alone() throws Exception {
        Files.createDirectory(own.folder());
        Files.copy(TestCertificates.selfSigned().certificateFile(), own.certificateFile());
        Files.copy(TestCertificates.selfSigned().keyFile(), own.keyFile());

        assertThat(load().pinned()).contains(TestCertificates.selfSigned().fingerprint());
    }

    @Test
    void without_keytool_it_says_what_else_can_be_done_and_leaves_nothing() throws IOException {
        assertThatThrownBy(() -> OwnCertificate.ensure(own, NONE))
                .isInstanceOf(TlsException.class)
                .hasMessageStartingWith("cannot make a certificate with /nowhere/keytool: ")
                .hasMessageEndingWith("or give tls.certificate-file and tls.key-file");
        assertThat(names(dataDir)).isEmpty();
    }

    @Test
    void a_tool_that_fails_is_quoted_and_leaves_nothing() throws IOException {
        Path failing = Files.writeString(dataDir.resolve("failing"), "#!/bin/sh\necho no entropy today\nexit 1\n");
        Files.setPosixFilePermissions(failing, PosixFilePermissions.fromString("rwx------"));

        assertThatThrownBy(() -> OwnCertificate.ensure(own, new Keytool(failing)))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining("failing: no entropy today;");
        assertThat(names(dataDir)).containsExactly("failing");
    }

    @Test
    void a_place_that_cannot_hold_it_is_named() {
        CertificateSource.Own nowhere = new CertificateSource.Own(Path.of("/proc/emberwatch/tls"), List.of());

        assertThatThrownBy(() -> OwnCertificate.ensure(nowhere, NONE))
                .isInstanceOf(TlsException.class)
                .hasMessageStartingWith("cannot keep a certificate in /proc/emberwatch/tls")
                .hasMessageContaining("set data.dir, or give tls.certificate-file and tls.key-file");
    }

    @Test
    void hosts_that_no_certificate_can_name_are_left_out() {
        assertThat(OwnCertificate.subjectAltNames(
                        List.of("gpu_box", "a,dns:evil.example", "fe80::1%eth0", "10.0.0.1", "host", "host", "x-.org")))
                .containsExactly("ip:fe80::1", "ip:10.0.0.1", "dns:host");
        assertThat(OwnCertificate.subjectAltNames(List.of("größe"))).containsExactly("dns:localhost");
    }

    private ServerIdentity load() {
        try {
            return ServerIdentity.load(settings);
        } catch (TlsException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
