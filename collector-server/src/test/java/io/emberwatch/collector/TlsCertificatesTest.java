package io.emberwatch.collector;

import static io.emberwatch.collector.testing.TestReadings.healthy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.net.connection.LimitEvent;
import io.emberwatch.collector.net.tls.TlsSettings;
import io.emberwatch.collector.net.tls.TlsSettings.CertificateSource;
import io.emberwatch.collector.testing.LogLines;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestCertificates;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.auth.CertificateFingerprint;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Certificates of a listener: how they are renewed while it runs, whom probes trust, and whom it trusts. */
@Tag("integration")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsCertificatesTest {
    private final TestCertificates.Issued first = TestCertificates.selfSigned();
    private final TestCertificates.Issued second = TestCertificates.anotherSelfSigned();

    @TempDir
    private Path folder;

    private Path certificateFile;
    private Path keyFile;

    @AutoClose
    private final TestDatabase database = TestServer.MARIADB.create();

    private TestFleet.Member machine;
    private Collector collector;
    private LogLines log;

    @BeforeAll
    void register() throws SQLException {
        machine = TestFleet.register(database.database(), 1).get(0);
    }

    @BeforeEach
    void prepare() {
        certificateFile = folder.resolve("fullchain.pem");
        keyFile = folder.resolve("privkey.pem");
        log = LogLines.record();
    }

    @AfterEach
    void stop() {
        collector.close();
        log.close();
    }

    @Test
    void a_renewed_certificate_is_shown_to_new_connections_while_sessions_go_on() throws Exception {
        start(first, Optional.empty());
        try (ProtocolClient old = connect(TestCertificates.clientTrusting(first))) {
            old.authenticate(machine.name(), machine.key(), UUID.randomUUID());
            old.receive(Welcome.class);

            install(second);
            await().until(() -> shown().equals(second.fingerprint()));

            old.send(healthy(1, 10));
            assertThat(old.receive(Ack.class).acknowledged().last()).isEqualTo(10);
            try (ProtocolClient another = connect(TestCertificates.clientTrusting(second))) {
                another.authenticate(machine.name(), machine.key(), UUID.randomUUID());
                another.receive(Welcome.class);
            }
        }
        assertThat(log.with("new connections from now on: probes know this collector by the fingerprint "
                        + second.fingerprint()))
                .hasSize(1);
    }

    @Test
    void the_proof_is_bound_to_the_certificate_of_its_own_connection() throws Exception {
        start(first, Optional.empty());
        try (ProtocolClient probe = connect(TestCertificates.clientTrusting(first))) {
            // The connection is opened before the certificate changes, and the proof comes after.
            probe.beginTls();
            install(second);
            await().until(() -> shown().equals(second.fingerprint()));

            probe.authenticate(machine.name(), machine.key(), UUID.randomUUID());

            probe.receive(Welcome.class);
        }
    }

    @Test
    void unusable_files_change_nothing_and_are_logged_once() throws Exception {
        start(first, Optional.empty());

        replace(second.certificateFile(), certificateFile);
        await().until(() -> !log.with("keeping the certificate in use").isEmpty());
        for (int i = 0; i < 5; i++) {
            assertThat(shown()).isEqualTo(first.fingerprint());
        }
        replace(halfOf(second.certificateFile()), certificateFile);
        await().until(() -> log.with("keeping the certificate in use").size() == 2);
        replace(first.certificateFile(), certificateFile);
        await().until(() -> !log.with("again what is in use").isEmpty());
        // Of the two files that come next one is there before the other, which may be logged, too.
        List<String> kept = log.with("keeping the certificate in use");
        install(second);
        await().until(() -> shown().equals(second.fingerprint()));

        assertThat(kept)
                .satisfiesExactly(
                        mismatch -> assertThat(mismatch)
                                .contains("tls.key-file " + keyFile + " is not the key of the first certificate in"),
                        half -> assertThat(half)
                                .contains("tls.certificate-file " + certificateFile + " holds no certificate"));
        assertThat(log.with("\tat ")).isEmpty();
    }

    @Test
    void a_certificate_of_a_ca_is_verified_with_its_chain_and_the_host_name() throws Exception {
        start(TestCertificates.serverOfCa(), Optional.empty());
        SSLContext trustingCa = TestCertificates.clientTrusting(TestCertificates.ca());
        try (SSLSocket socket = socket(trustingCa, "localhost")) {
            socket.startHandshake();
            assertThat(socket.getSession().getPeerCertificates()).hasSize(2);
        }
        try (SSLSocket socket = socket(trustingCa, "collector.example.org")) {
            assertThatThrownBy(socket::startHandshake).hasMessageContaining("collector.example.org");
        }
        // A client's alert is a failure of TLS, too.
        await().until(() -> collector.netCounters().count(LimitEvent.TLS_FAILED) == 1);
        assertThat(log.with("probes know this collector by its name and a certificate issued by CN=ca"))
                .hasSize(1);
    }

    @Test
    void with_a_client_ca_only_probes_with_its_certificate_get_as_far_as_hello() throws Exception {
        start(first, Optional.of(TestCertificates.ca().certificateFile()));
        try (ProtocolClient probe = connect(TestCertificates.clientTrusting(first, TestCertificates.clientOfCa()))) {
            probe.authenticate(machine.name(), machine.key(), UUID.randomUUID());
            probe.receive(Welcome.class);
        }
        try (ProtocolClient without = connect(TestCertificates.clientTrusting(first))) {
            assertTurnedAway(without);
        }
        try (ProtocolClient stranger = connect(TestCertificates.clientTrusting(first, second))) {
            assertTurnedAway(stranger);
        }
        await().until(() -> collector.netCounters().count(LimitEvent.TLS_FAILED) == 2);
        assertThat(log.with("closed: TLS failed: ")).hasSize(1);
        assertThat(collector.netCounters().refused(RefusalCode.UNEXPECTED_MESSAGE))
                .isZero();
    }

    /** What would be refused with a code, were it listened to. */
    private static void assertTurnedAway(ProtocolClient probe) {
        assertThatThrownBy(() -> {
                    probe.send(healthy(1, 1));
                    probe.receive(Refused.class);
                })
                .isInstanceOf(IOException.class);
    }

    @Test
    void a_key_that_everybody_may_read_is_warned_of() throws Exception {
        install(first);
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-r--r--"));

        start(Optional.empty());

        assertThat(log.with("everybody on this machine may read " + keyFile + "; close it: chmod o-rwx"))
                .hasSize(1);
    }

    private void start(TestCertificates.Issued certificate, Optional<Path> clientCa) throws SQLException, IOException {
        install(certificate);
        start(clientCa);
    }

    private void start(Optional<Path> clientCa) throws SQLException, IOException {
        CertificateSource files = new CertificateSource.Given(certificateFile, keyFile);
        collector = TestCollectors.start(
                database.database(), TestCollectors.NET, new TlsSettings(files, clientCa, Duration.ofMillis(50)));
    }

    private void install(TestCertificates.Issued issued) throws IOException {
        Path certificate = linkToCopyOf(issued.certificateFile());
        Path key = linkToCopyOf(issued.keyFile());
        // One right after the other: a collector that looks between the two finds a pair that does not fit.
        Files.move(certificate, certificateFile, StandardCopyOption.ATOMIC_MOVE);
        Files.move(key, keyFile, StandardCopyOption.ATOMIC_MOVE);
    }

    /** As ACME clients do: a link is set to another file. */
    private void replace(Path with, Path link) throws IOException {
        Files.move(linkToCopyOf(with), link, StandardCopyOption.ATOMIC_MOVE);
    }

    private Path linkToCopyOf(Path file) throws IOException {
        Path issue = Files.createTempDirectory(folder, "issue");
        Path copy = Files.copy(file, issue.resolve(file.getFileName()));
        return Files.createSymbolicLink(issue.resolve("link"), copy);
    }

    private Path halfOf(Path file) throws IOException {
        return Files.writeString(folder.resolve("half"), Files.readString(file).substring(0, 300));
    }

    private CertificateFingerprint shown() throws Exception {
        for (TestCertificates.Issued candidate : new TestCertificates.Issued[] {first, second}) {
            try (SSLSocket socket = socket(TestCertificates.clientTrusting(candidate), "localhost")) {
                socket.startHandshake();
                X509Certificate certificate =
                        (X509Certificate) socket.getSession().getPeerCertificates()[0];
                return CertificateFingerprint.of(certificate.getEncoded());
            } catch (SSLException e) {
                // Then it shows the other one.
            }
        }
        throw new AssertionError("shows a certificate that nobody gave it");
    }

    private ProtocolClient connect(SSLContext client) throws IOException {
        return ProtocolClient.connect(collector.address(), client.getSocketFactory());
    }

    private SSLSocket socket(SSLContext client, String expectedHost) throws IOException {
        SSLSocket socket = (SSLSocket) client.getSocketFactory()
                .createSocket(
                        new Socket(
                                collector.address().getAddress(),
                                collector.address().getPort()),
                        expectedHost,
                        collector.address().getPort(),
                        true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        return socket;
    }
}
