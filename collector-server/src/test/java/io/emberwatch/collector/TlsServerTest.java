package io.emberwatch.collector;

import static io.emberwatch.collector.testing.TestReadings.healthy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.net.NetSettings;
import io.emberwatch.collector.net.connection.LimitEvent;
import io.emberwatch.collector.net.limits.AddressRanges;
import io.emberwatch.collector.net.limits.LimitSettings;
import io.emberwatch.collector.net.tls.TlsSettings;
import io.emberwatch.collector.net.tls.TlsSettings.CertificateSource;
import io.emberwatch.collector.testing.ClientHellos;
import io.emberwatch.collector.testing.CountingTrust;
import io.emberwatch.collector.testing.LogLines;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestCertificates;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.collector.testing.Tries;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Challenge;
import io.emberwatch.protocol.Message.Proof;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.MessageCodec;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.auth.Bytes32;
import io.emberwatch.protocol.auth.Transcript;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A listener that speaks TLS 1.3 and nothing else, seen from outside. */
@Tag("integration")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsServerTest {
    private static final Duration LONG_TIMEOUT = Duration.ofSeconds(30);
    private static final int ALERT = 21;
    private static final int PROTOCOL_VERSION = 70;

    private final TestCertificates.Issued certificate = TestCertificates.selfSigned();
    private final SSLContext trusting = TestCertificates.clientTrusting(certificate);

    @AutoClose
    private final TestDatabase database = TestServer.MARIADB.create();

    private TestFleet.Member machine;
    private Collector collector;
    private LogLines log;
    private InetAddress ownAddress;
    private int tests;
    private long failuresBefore;

    @BeforeAll
    void start() throws SQLException, IOException {
        machine = TestFleet.register(database.database(), 1).get(0);
        collector = start(LONG_TIMEOUT);
    }

    @AfterAll
    void stop() {
        collector.close();
    }

    @BeforeEach
    void come_from_an_address_of_its_own() throws UnknownHostException {
        // What is logged and held against an address is then this test's own doing.
        ownAddress = InetAddress.getByAddress(new byte[] {127, 0, 2, (byte) ++tests});
        log = LogLines.record();
        failuresBefore = tlsFailures(collector);
    }

    @AfterEach
    void nothing_stays_open_and_no_stack_trace_was_logged() {
        await().until(() -> collector.netCounters().open() == 0);
        log.close();
        assertThat(log.with("\tat ")).isEmpty();
        assertThat(log.with("defect")).isEmpty();
        assertThat(collector.netCounters().failures()).isZero();
    }

    @Test
    void a_probe_proves_its_key_and_delivers_over_tls() throws IOException {
        try (ProtocolClient probe = connect()) {
            probe.authenticate(machine.name(), machine.key(), UUID.randomUUID());
            probe.receive(Welcome.class);
            probe.send(healthy(1, 10));

            assertThat(probe.receive(Ack.class).acknowledged().last()).isEqualTo(10);
        }
    }

    @Test
    void a_proof_that_is_not_bound_to_the_certificate_is_worth_nothing() throws IOException {
        try (ProtocolClient probe = connect()) {
            Hello hello = ProtocolClient.hello(machine.name(), UUID.randomUUID());
            probe.send(hello);
            Transcript unbound = hello.transcript(probe.receive(Challenge.class), Bytes32.ZERO);
            probe.send(new Proof(machine.key().proof(unbound)));

            assertThat(probe.receive(Refused.class).code()).isEqualTo(RefusalCode.NOT_AUTHENTICATED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"})
    void it_speaks_tls_1_3_with_each_modern_suite(String suite) throws Exception {
        try (SSLSocket socket = socket()) {
            socket.setEnabledCipherSuites(new String[] {suite});
            socket.startHandshake();

            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
            assertThat(socket.getSession().getCipherSuite()).isEqualTo(suite);
            assertThat(socket.getSession().getPeerCertificates()[0])
                    .isEqualTo(certificate.chain().get(0));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void ssl_3_and_tls_1_0_to_1_2_are_refused_by_an_alert(int minorVersion) throws IOException {
        try (Socket socket = plainSocket()) {
            socket.getOutputStream().write(ClientHellos.old(minorVersion));

            byte[] answer = socket.getInputStream().readAllBytes();
            assertThat(answer).hasSize(7).startsWith(ALERT);
            assertThat(answer[6]).isEqualTo((byte) PROTOCOL_VERSION);
        }
        await().until(() -> newFailures() == 1);
        await().until(() -> log.with("closed: TLS failed: ").size() == 1);
    }

    @Test
    void sessions_are_not_resumed() throws Exception {
        CountingTrust trust = new CountingTrust();
        SSLContext client = SSLContext.getInstance("TLS");
        client.init(null, new TrustManager[] {trust}, null);
        for (int i = 0; i < 3; i++) {
            try (ProtocolClient probe =
                    ProtocolClient.connect(collector.address(), ownAddress, client.getSocketFactory())) {
                probe.send(healthy(1, 1));
                // A ticket would have come before this.
                probe.receive(Refused.class);
            }
        }
        assertThat(trust.certificatesSeen()).isEqualTo(3);
    }

    @Test
    void what_is_not_tls_is_closed_with_one_line_a_minute() throws IOException {
        for (byte[] bytes : new byte[][] {
            "GET / HTTP/1.1\r\nHost: \u001b[2J\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
            MessageCodec.encode(ProtocolClient.hello(machine.name(), UUID.randomUUID()))
                    .array()
        }) {
            try (Socket socket = plainSocket()) {
                socket.getOutputStream().write(bytes);
                readToTheEnd(socket);
            }
        }
        await().until(() -> newFailures() == 2);
        assertThat(log.with("closed: what it says is not TLS")).hasSize(1);
    }

    @Test
    void part_of_a_client_hello_and_then_silence_ends_at_the_deadline() throws Exception {
        try (Collector hasty = start(Duration.ofMillis(300))) {
            AtomicInteger tries = new AtomicInteger();
            for (int length : new int[] {0, 3, 20}) {
                // A refusal that waits for TLS would be given up only after five seconds.
                Tries.untilOneTakesLessThan(Duration.ofSeconds(3), () -> {
                    tries.incrementAndGet();
                    try (Socket socket = plainSocket(hasty)) {
                        socket.getOutputStream().write(ClientHellos.old(3), 0, length);
                        readToTheEnd(socket);
                    }
                });
            }
            assertThat(hasty.netCounters().refused(RefusalCode.TIMEOUT)).isEqualTo(tries.get());
            assertThat(tlsFailures(hasty)).isZero();
        }
        assertThat(log.with("refused: TIMEOUT")).hasSize(1);
        assertThat(log.with(" closed: ")).isEmpty();
    }

    @Test
    void silence_after_tls_is_established_ends_at_the_same_deadline_with_a_code() throws Exception {
        try (Collector hasty = start(Duration.ofSeconds(3))) {
            // On a busy machine the deadline may come before TLS is established: then there is no code.
            await().ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> codeForSilence(hasty) == RefusalCode.TIMEOUT);
        }
    }

    private RefusalCode codeForSilence(Collector from) throws IOException {
        try (ProtocolClient probe = ProtocolClient.connect(from.address(), ownAddress, trusting.getSocketFactory())) {
            return probe.receive(Refused.class).code();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "    1,    16000, more than 32768 bytes before TLS was established",
        "16384, 16777215, TLS failed: The size of the handshake message (16777215) exceeds"
    })
    void sixteen_mebibytes_before_tls_is_established_are_cut_short(int inRecord, int claimed, String why)
            throws IOException {
        try (Socket socket = plainSocket()) {
            byte[] part = ClientHellos.beginOf(inRecord, claimed);
            assertThatThrownBy(() -> {
                        for (int sent = 0; sent < 16 << 20; sent += part.length) {
                            socket.getOutputStream().write(part);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        await().until(() -> newFailures() == 1);
        assertThat(log.with(" closed: ")).singleElement().asString().contains(why);
    }

    @Test
    void the_oldest_of_too_many_connections_is_closed_without_waiting_for_its_tls() throws IOException {
        // Each has an event loop of its own: of two that come at once either may be the older.
        try (Socket oldest = plainSocketThatIsIn(1);
                Socket second = plainSocketThatIsIn(2);
                Socket third = plainSocketThatIsIn(3)) {
            try (SSLSocket fourth = socket()) {
                fourth.startHandshake();
                readToTheEnd(oldest);
            }
            assertThat(second.isConnected() && third.isConnected()).isTrue();
        }
        assertThat(newFailures()).isZero();
    }

    @Test
    void an_address_that_has_failed_too_often_gets_no_tls() throws Exception {
        LimitSettings roomy = TestCollectors.ROOMY;
        LimitSettings strict = new LimitSettings(
                roomy.address(),
                new LimitSettings.Failures(3, Duration.ofMinutes(10), Duration.ofMinutes(10)),
                roomy.machine(),
                roomy.newHandshakes(),
                roomy.maxUnauthenticated(),
                roomy.maxUndeliveredBytes(),
                roomy.proxyFrom());
        try (Collector severe = start(LONG_TIMEOUT, strict)) {
            for (int i = 0; i <= 3; i++) {
                try (Socket socket = plainSocket(severe)) {
                    socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    readToTheEnd(socket);
                }
            }
            try (Socket socket = plainSocket(severe)) {
                SSLSocket tls = (SSLSocket) trusting.getSocketFactory().createSocket(socket, "localhost", 0, true);
                assertThatThrownBy(tls::startHandshake).isInstanceOf(IOException.class);
            }
            assertThat(severe.netCounters().count(LimitEvent.SHUT_OUT)).isEqualTo(1);
        }
    }

    @Test
    void a_balancers_proxy_header_stands_before_tls() throws Exception {
        LimitSettings roomy = TestCollectors.ROOMY;
        LimitSettings limits = new LimitSettings(
                roomy.address(),
                roomy.failures(),
                roomy.machine(),
                roomy.newHandshakes(),
                3,
                64 * 1024,
                AddressRanges.parse("127.0.0.0/8"));
        try (Collector behindBalancer = start(LONG_TIMEOUT, limits);
                Socket balancer = plainSocket(behindBalancer)) {
            balancer.getOutputStream()
                    .write(HexFormat.of()
                            .parseHex("0d0a0d0a000d0a515549540a" + "2111000c" + "c6336407" + "cb007101" + "d431"
                                    + "1cf3"));
            SSLSocket client = (SSLSocket) trusting.getSocketFactory().createSocket(balancer, "localhost", 0, false);
            client.startHandshake();
            client.getOutputStream().write(new byte[] {0, 0, 0, 1, 0x7f});

            client.getInputStream().readAllBytes();
            assertThat(log.with("198.51.100.7:54321 refused: ")).hasSize(1);
        }
    }

    @Test
    void a_peer_that_does_not_hang_up_after_a_refusal_is_not_waited_for() throws IOException {
        try (ProtocolClient probe = connect()) {
            probe.send(healthy(1, 1));
            await().until(() -> collector.netCounters().open() == 0);
            assertThat(probe.receive(Refused.class).code()).isEqualTo(RefusalCode.UNEXPECTED_MESSAGE);
        }
    }

    @Test
    void a_peer_that_says_its_last_word_but_does_not_hang_up_is_not_waited_for() throws IOException {
        try (SSLSocket socket = socket()) {
            socket.startHandshake();
            await().until(() -> collector.netCounters().open() == 1);
            socket.shutdownOutput();

            await().until(() -> collector.netCounters().open() == 0);
        }
    }

    @Test
    void a_health_check_that_only_connects_is_no_failure() throws IOException {
        long accepted = collector.netCounters().accepted();
        plainSocket().close();

        await().until(() -> collector.netCounters().accepted() > accepted
                && collector.netCounters().open() == 0);
        assertThat(newFailures()).isZero();
        assertThat(log.with(ownAddress.getHostAddress())).isEmpty();
    }

    private Collector start(Duration helloTimeout) throws SQLException, IOException {
        return start(helloTimeout, TestCollectors.ROOMY);
    }

    private Collector start(Duration helloTimeout, LimitSettings limits) throws SQLException, IOException {
        NetSettings net = new NetSettings(
                TestCollectors.NET.listen(),
                3,
                helloTimeout,
                Duration.ofSeconds(60),
                Duration.ofSeconds(15),
                16,
                limits);
        CertificateSource files = new CertificateSource.Given(certificate.certificateFile(), certificate.keyFile());
        return TestCollectors.start(
                database.database(), net, new TlsSettings(files, Optional.empty(), TlsSettings.LOOK_INTERVAL));
    }

    private long newFailures() {
        return tlsFailures(collector) - failuresBefore;
    }

    private static long tlsFailures(Collector collector) {
        return collector.netCounters().count(LimitEvent.TLS_FAILED);
    }

    private ProtocolClient connect() throws IOException {
        return ProtocolClient.connect(collector.address(), ownAddress, trusting.getSocketFactory());
    }

    private SSLSocket socket() throws IOException {
        SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket();
        socket.bind(new InetSocketAddress(ownAddress, 0));
        socket.connect(collector.address());
        return socket;
    }

    /** One that the collector has let in; it then has so many. */
    private Socket plainSocketThatIsIn(int open) throws IOException {
        Socket socket = plainSocket();
        await().until(() -> collector.netCounters().open() == open);
        return socket;
    }

    private Socket plainSocket() throws IOException {
        return plainSocket(collector);
    }

    private Socket plainSocket(Collector to) throws IOException {
        Socket socket = new Socket(to.address().getAddress(), to.address().getPort(), ownAddress, 0);
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static void readToTheEnd(Socket socket) {
        try {
            InputStream in = socket.getInputStream();
            while (in.read() >= 0) {
                // An alert, perhaps.
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection was not closed", e);
        } catch (IOException e) {
            // Closed with bytes of ours unread: a reset is an end, too.
        }
    }
}
