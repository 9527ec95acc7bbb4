package io.emberwatch.collector.security;

import static io.emberwatch.collector.testing.TestReadings.healthy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestCertificates;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Challenge;
import io.emberwatch.protocol.Message.Proof;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.auth.Transcript;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** By somebody between the probes and the collector. */
final class NetworkAttacks {
    static final Map<String, Attack> ALL = Map.of(
            "eavesdropper", NetworkAttacks::eavesdrop,
            "downgrade", NetworkAttacks::downgrade,
            "impostor", NetworkAttacks::impersonateTheCollector,
            "relay", NetworkAttacks::relay,
            "replay", NetworkAttacks::replay,
            "forged-source", NetworkAttacks::forgeTheSource);

    private static final Path PROBE =
            Path.of("..", "probe-client", "target", "emberwatch-probe", "bin", "emberwatch-probe");

    private NetworkAttacks() {}

    private static void eavesdrop(Defended defended) throws Exception {
        try (Wiretap tap = new Wiretap(defended.address());
                ProtocolClient probe = ProtocolClient.connect(tap.address(), defended.trusting.getSocketFactory())) {
            probe.authenticate(defended.victim().name(), defended.victim().key(), UUID.randomUUID());
            probe.receive(Welcome.class);
            probe.send(healthy(1, 5));
            probe.receive(Ack.class);

            String heard = new String(tap.heard(), StandardCharsets.ISO_8859_1);
            assertThat(heard)
                    .hasSizeGreaterThan(500)
                    .doesNotContain("EMBR")
                    .doesNotContain(defended.victim().name())
                    .doesNotContain(defended.victim().key().text());
        }
    }

    private static void downgrade(Defended defended) throws Exception {
        for (String version : new String[] {"TLSv1.2", "TLSv1.1", "TLSv1"}) {
            try (SSLSocket socket = socket(defended)) {
                socket.setEnabledProtocols(new String[] {version});
                assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
            }
        }
        try (ProtocolClient plain = ProtocolClient.connect(defended.address())) {
            plain.send(ProtocolClient.hello(defended.victim().name(), UUID.randomUUID()));
            assertThatThrownBy(plain::receive)
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(SocketTimeoutException.class);
        }
        try (SSLSocket socket = socket(defended)) {
            socket.startHandshake();
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
            assertThat(socket.getSession().getCipherSuite())
                    .isIn("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
        }
    }

    /** The real probe, which knows its collector by fingerprint, and somebody else at that address. */
    private static void impersonateTheCollector(Defended defended) throws Exception {
        TestCertificates.Issued impostor = TestCertificates.anotherSelfSigned();
        Path folder = Files.createTempDirectory("impostor");
        try (SSLServerSocket server = (SSLServerSocket) TestCertificates.server(impostor)
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(60_000);
            Path configuration = Files.writeString(folder.resolve("probe.conf"), """
                    collector.address = 127.0.0.1:%d
                    collector.tls = %s
                    machine.name = %s
                    machine.key = %s
                    spool.directory = %s
                    status.socket = off
                    """.formatted(
                            server.getLocalPort(),
                            defended.certificate.fingerprint(),
                            defended.victim().name(),
                            defended.victim().key().text(),
                            folder.resolve("spool")));
            Path log = folder.resolve("probe.log");
            ProcessBuilder command = new ProcessBuilder(PROBE.toString(), "run", "--config", configuration.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            command.environment().put("JAVA_HOME", System.getProperty("java.home"));
            Process probe = command.start();
            try (SSLSocket accepted = (SSLSocket) server.accept()) {
                accepted.setSoTimeout(30_000);
                assertThatThrownBy(() -> accepted.getInputStream().read()).isInstanceOf(IOException.class);
                // It hangs up first and speaks of it then.
                String expected = defended.certificate.fingerprint().toString();
                await().until(() -> Files.readString(log).contains(expected));
            } finally {
                probe.destroy();
                probe.waitFor();
            }
        }
    }

    private static void relay(Defended defended) throws Exception {
        try (ProtocolClient relayed = defended.connect()) {
            Hello hello = ProtocolClient.hello(defended.victim().name(), UUID.randomUUID());
            relayed.send(hello);
            // What the machine proves when it has seen the certificate of whoever is in between.
            Transcript seenByTheMachine = hello.transcript(
                    relayed.receive(Challenge.class),
                    TestCertificates.anotherSelfSigned().fingerprint().hash());
            relayed.send(new Proof(defended.victim().key().proof(seenByTheMachine)));

            Defended.assertRefused(relayed, RefusalCode.NOT_AUTHENTICATED);
        }
    }

    private static void replay(Defended defended) throws Exception {
        Hello hello = ProtocolClient.hello(defended.victim().name(), UUID.randomUUID());
        Proof proof;
        try (ProtocolClient recorded = defended.connect()) {
            recorded.send(hello);
            Transcript transcript = hello.transcript(
                    recorded.receive(Challenge.class),
                    defended.certificate.fingerprint().hash());
            proof = new Proof(defended.victim().key().proof(transcript));
            recorded.send(proof);
            recorded.receive(Welcome.class);
        }
        try (ProtocolClient replayed = defended.connect()) {
            replayed.send(hello);
            replayed.receive(Challenge.class);
            replayed.send(proof);

            Defended.assertRefused(replayed, RefusalCode.NOT_AUTHENTICATED);
        }
    }

    /** A header as a balancer sends it, for 203.0.113.9, and then TLS as if it had been believed. */
    private static void forgeTheSource(Defended defended) throws Exception {
        byte[] header = HexFormat.of()
                .parseHex("0d0a0d0a000d0a515549540a" + "2111000c" + "cb007109" + "cb00710a" + "d431" + "1cf3");
        try (Socket stranger =
                new Socket(defended.address().getAddress(), defended.address().getPort())) {
            stranger.setSoTimeout(60_000);
            stranger.getOutputStream().write(header);
            SSLSocket tls =
                    (SSLSocket) defended.trusting.getSocketFactory().createSocket(stranger, "localhost", 0, false);

            assertThatThrownBy(tls::startHandshake)
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(SocketTimeoutException.class);
        }
    }

    private static SSLSocket socket(Defended defended) throws IOException {
        return (SSLSocket) defended.trusting
                .getSocketFactory()
                .createSocket(
                        defended.address().getAddress(), defended.address().getPort());
    }
}
