package io.emberwatch.probe.link.connect;

import static io.emberwatch.probe.testing.TestCertificates.ELSEWHERE;
import static io.emberwatch.probe.testing.TestCertificates.EXPIRED;
import static io.emberwatch.probe.testing.TestCertificates.RIGHT;
import static io.emberwatch.probe.testing.TestCertificates.authorities;
import static io.emberwatch.probe.testing.TestCertificates.fingerprint;
import static io.emberwatch.probe.testing.TestCertificates.server;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.probe.testing.TestCertificates;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.RefusalCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which servers the probe accepts, against real TLS sockets. */
@Timeout(120)
final class TlsConnectorTest {
    private static final Duration LONG_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration HASTY = Duration.ofMillis(300);
    private static final byte[] SECRET = "a secret".getBytes(US_ASCII);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {RIGHT, ELSEWHERE, EXPIRED})
    void the_pinned_certificate_is_accepted_whatever_its_names_and_dates(String certificate) throws Exception {
        try (TlsServer server = TlsServer.start(server(certificate), false)) {
            try (Connection connection = connect(server, "localhost", pinned(certificate))) {
                connection.socket().getOutputStream().write(SECRET);

                assertThat(connection.channelBinding())
                        .isEqualTo(fingerprint(certificate).hash());
            }
            assertThat(server.heard()).isEqualTo(SECRET);
        }
    }

    @Test
    void server_with_another_certificate_than_the_pinned_one_is_sent_nothing_even_if_an_authority_vouches_for_it()
            throws Exception {
        try (TlsServer server = TlsServer.start(server(RIGHT), false)) {
            assertThatThrownBy(() -> connect(server, "localhost", pinned(EXPIRED)))
                    .isInstanceOf(Connector.UntrustedException.class)
                    .hasMessage("expected the certificate " + fingerprint(EXPIRED) + ", but saw " + fingerprint(RIGHT)
                            + ": if the collector has a new one, take its fingerprint from the collector's host into"
                            + " collector.tls; else something stands between");
            assertThat(server.heard()).isEmpty();
        }
    }

    @Test
    void who_shows_the_pinned_certificate_must_hold_its_key() throws Exception {
        try (TlsServer server = TlsServer.start(server(RIGHT, ELSEWHERE), false)) {
            assertThatThrownBy(() -> connect(server, "localhost", pinned(RIGHT)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no TLS");
            assertThat(server.heard()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1"})
    void a_certificate_of_an_authority_for_this_host_is_accepted(String host) throws Exception {
        try (TlsServer server = TlsServer.start(server(RIGHT), false);
                Connection connection = connect(server, host, CollectorCheck.authorities(host, authorities()))) {
            assertThat(connection.channelBinding()).isEqualTo(fingerprint(RIGHT).hash());
        }
    }

    @Test
    void server_with_a_certificate_for_another_host_is_sent_nothing() throws Exception {
        try (TlsServer server = TlsServer.start(server(ELSEWHERE), false)) {
            assertThatThrownBy(
                            () -> connect(server, "localhost", CollectorCheck.authorities("localhost", authorities())))
                    .isInstanceOf(Connector.UntrustedException.class)
                    .hasMessageContaining("its certificate (for elsewhere.example, " + fingerprint(ELSEWHERE)
                            + ") is not one for localhost")
                    .hasMessageContaining("check collector.address");
            assertThat(server.heard()).isEmpty();
        }
    }

    @Test
    void server_with_a_certificate_of_an_unknown_authority_is_sent_nothing() throws Exception {
        try (TlsServer server = TlsServer.start(server(RIGHT), false)) {
            assertThatThrownBy(() -> connect(server, "localhost", CollectorCheck.authorities("localhost", null)))
                    .isInstanceOf(Connector.UntrustedException.class)
                    .hasMessageContaining("is not one for localhost from an authority that this machine trusts");
            assertThat(server.heard()).isEmpty();
        }
    }

    @Test
    void nothing_older_than_tls_1_3_is_spoken() throws Exception {
        try (TlsServer server = TlsServer.start(server(RIGHT), false, "TLSv1.2")) {
            assertThatThrownBy(() -> connect(server, "localhost", pinned(RIGHT)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("it does not speak TLS 1.3: upgrade it, or what stands before it");
            assertThat(server.heard()).isEmpty();
        }
    }

    @Test
    void a_peer_that_never_answers_is_given_up() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> connector(at(silent, HASTY), pinned(RIGHT)).connect())
                    .hasMessage("no TLS handshake within 300ms: something else may be listening there");
        }
    }

    @Test
    void a_peer_that_answers_a_byte_at_a_time_is_given_up_as_soon() throws Exception {
        try (ServerSocket slow = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> dripping = CompletableFuture.runAsync(() -> drip(slow));

            assertThatThrownBy(() -> connector(at(slow, HASTY), pinned(RIGHT)).connect())
                    .hasMessageContaining("no TLS handshake within 300ms");
            dripping.join();
        }
    }

    @Test
    void a_collector_without_tls_is_named_as_one() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> answer = CompletableFuture.runAsync(() -> {
                try (Socket socket = plain.accept()) {
                    socket.getInputStream().read();
                    Connection.plain(socket).send(Refused.because(RefusalCode.FRAME_TOO_LARGE, "?"));
                    socket.shutdownOutput();
                    socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });

            assertThatThrownBy(() ->
                            connector(at(plain, LONG_TIMEOUT), pinned(RIGHT)).connect())
                    .hasMessage("it does not answer in TLS: turn TLS on at the collector; or, if the way to it is"
                            + " protected by other means, set collector.tls = off");
            answer.join();
        }
    }

    @Test
    void a_collector_that_asks_for_a_certificate_is_shown_ours() throws Exception {
        ClientCertificate ours = ClientCertificate.read(chainFile(RIGHT), keyFile(RIGHT));
        try (TlsServer server = TlsServer.start(server(RIGHT), true)) {
            PlainConnector tcp = server.at("localhost");
            try (Connection connection = new TlsConnector(tcp, pinned(RIGHT), Optional.of(ours)).connect()) {
                connection.socket().getOutputStream().write(SECRET);
            }
            assertThat(server.heard()).isEqualTo(SECRET);
            assertThat(server.client()).isEqualTo("CN=right");
        }
    }

    private static Connection connect(TlsServer server, String host, CollectorCheck check) throws IOException {
        return connector(server.at(host), check).connect();
    }

    private static TlsConnector connector(PlainConnector tcp, CollectorCheck check) {
        return new TlsConnector(tcp, check, Optional.empty());
    }

    private static CollectorCheck pinned(String certificate) {
        return CollectorCheck.pinned(fingerprint(certificate));
    }

    private static PlainConnector at(ServerSocket server, Duration timeout) {
        return new PlainConnector(
                "localhost", server.getLocalPort(), timeout, name -> new InetAddress[] {server.getInetAddress()});
    }

    /** The beginning of a record that announces 16 KiB, for as long as anybody listens. */
    private static void drip(ServerSocket server) {
        try (Socket socket = server.accept()) {
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(new byte[] {0x16, 3, 3, 0x40, 0});
            while (true) {
                socket.getOutputStream().write(0);
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        } catch (IOException e) {
            // The probe has hung up.
            return;
        }
    }

    private Path chainFile(String name) throws Exception {
        StringBuilder pem = new StringBuilder();
        for (var certificate : TestCertificates.chain(name)) {
            pem.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        return Files.writeString(folder.resolve("chain.pem"), pem);
    }

    private Path keyFile(String name) throws Exception {
        return Files.writeString(
                folder.resolve(name + "-key.pem"),
                pem("PRIVATE KEY", TestCertificates.key(name).getEncoded()));
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + what + "-----\n";
    }
}
