package io.emberwatch.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.net.connection.LimitEvent;
import io.emberwatch.collector.net.limits.AddressRanges;
import io.emberwatch.collector.net.limits.LimitSettings;
import io.emberwatch.collector.net.limits.LimitSettings.Rate;
import io.emberwatch.collector.net.tls.TlsSettings;
import io.emberwatch.collector.net.tls.TlsSettings.CertificateSource;
import io.emberwatch.collector.testing.ClientHellos;
import io.emberwatch.collector.testing.LimitClients;
import io.emberwatch.collector.testing.LogLines;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestCertificates;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.RefusalCode;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** TLS handshakes cost the collector more than a stranger: who may begin how many, over sockets of many addresses. */
@Tag("integration")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HandshakeFloodTest {
    private static final Rate PLENTY = new Rate(100_000, 100_000);
    private static final int MAX_FAILURES = 4;
    /** Four handshakes that are given up count as one failure. */
    private static final int UNTIL_SHUT_OUT = 4 * MAX_FAILURES + 1;

    private final TestCertificates.Issued certificate = TestCertificates.selfSigned();
    private final SSLContext trusting = TestCertificates.clientTrusting(certificate);

    @AutoClose
    private final TestDatabase database = TestServer.MARIADB.create();

    private TestFleet.Member machine;
    private Collector collector;
    private int tests;

    @BeforeAll
    void register() throws SQLException {
        machine = TestFleet.register(database.database(), 1).get(0);
    }

    @BeforeEach
    void come_from_addresses_of_its_own() {
        // A collector knows where machines have been before it started.
        tests++;
    }

    @AfterEach
    void stop() {
        collector.close();
    }

    @Test
    void an_address_that_goes_on_with_none_of_its_handshakes_is_shut_out_and_others_are_not() throws Exception {
        start(PLENTY);
        try (LogLines log = LogLines.record()) {
            giveUpHandshakes(2, UNTIL_SHUT_OUT);

            await().until(() -> count(LimitEvent.ADDRESS_SHUT_OUT) == 1);
            assertThat(count(LimitEvent.ABANDONED)).isEqualTo(UNTIL_SHUT_OUT);
            assertThat(log.with(address(2).getHostAddress() + " is shut out for a while"))
                    .singleElement()
                    .asString()
                    .contains("TLS handshake");
        }
        assertThatThrownBy(() -> handshake(2)).isInstanceOf(IOException.class);
        welcomed(3).close();
    }

    @Test
    void it_makes_no_difference_that_hello_is_said_if_no_proof_follows() throws Exception {
        start(PLENTY);
        for (int i = 0; i < 3; i++) {
            try (ProtocolClient stranger = connect(2)) {
                stranger.send(ProtocolClient.hello(machine.name(), UUID.randomUUID()));
                stranger.receive();
            }
        }
        await().until(() -> count(LimitEvent.ABANDONED) == 3);
    }

    @Test
    void after_some_such_handshakes_the_next_one_begins_later() throws Exception {
        start(PLENTY);
        giveUpHandshakes(2, 8);
        await().until(() -> count(LimitEvent.ABANDONED) == 8);
        assertThat(count(LimitEvent.HANDSHAKE_DELAYED)).isZero();

        long start = System.nanoTime();
        handshake(2).close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(250));
        assertThat(count(LimitEvent.HANDSHAKE_DELAYED)).isEqualTo(1);
    }

    @Test
    void who_only_connects_fails_nothing_however_often_it_does() throws Exception {
        start(PLENTY);
        for (int i = 0; i < 10 * UNTIL_SHUT_OUT; i++) {
            tcp(2).close();
        }
        await().until(() -> collector.netCounters().accepted() == 10L * UNTIL_SHUT_OUT
                && collector.netCounters().open() == 0);
        assertThat(count(LimitEvent.FAILED)).isZero();
        welcomed(2).close();
    }

    @Test
    void who_says_nothing_or_half_a_hello_takes_no_turn() throws Exception {
        start(new Rate(1, 1));
        List<Socket> flood = new ArrayList<>();
        for (int stranger = 0; stranger < 20; stranger++) {
            Socket one = tcp(100 + stranger);
            byte[] hello = ClientHellos.old(3);
            one.getOutputStream().write(hello, 0, stranger * hello.length / 20);
            flood.add(one);
        }
        await().until(() -> collector.netCounters().open() == 20);

        handshake(99).close();
        assertThat(count(LimitEvent.HANDSHAKE_DELAYED)).isZero();
        for (Socket one : flood) {
            one.close();
        }
        await().until(() -> collector.netCounters().open() == 0);
        assertThat(count(LimitEvent.ABANDONED)).isEqualTo(1);
    }

    @Test
    void where_a_machine_was_before_the_collector_started_eleven_times_as_many_are_forgiven() throws Exception {
        start(PLENTY);
        welcomed(2).close();
        collector.close();
        start(PLENTY);

        giveUpHandshakes(2, UNTIL_SHUT_OUT);
        await().until(() -> count(LimitEvent.ABANDONED) == UNTIL_SHUT_OUT);

        assertThat(count(LimitEvent.ADDRESS_SHUT_OUT)).isZero();
        welcomed(2).close();
    }

    @Test
    void in_a_flood_from_many_addresses_machines_are_let_in_where_they_have_been_and_strangers_take_turns()
            throws Exception {
        start(new Rate(1, 1));
        welcomed(2).close();

        List<Socket> flood = new ArrayList<>();
        for (int stranger = 0; stranger < 20; stranger++) {
            Socket one = tcp(100 + stranger);
            one.getOutputStream().write(ClientHellos.old(3));
            flood.add(one);
        }
        await().until(() -> count(LimitEvent.HANDSHAKE_DELAYED) > 0 && count(LimitEvent.HANDSHAKE_OVER_RATE) >= 10);
        for (int again = 0; again < 10; again++) {
            welcomed(2).close();
        }
        assertThat(count(LimitEvent.HANDSHAKE_DELAYED) + count(LimitEvent.HANDSHAKE_OVER_RATE))
                .as("strangers, and the machine when it was one")
                .isBetween(19L, 21L);
        for (Socket one : flood) {
            one.close();
        }
        // No longer than five seconds after the flood.
        await().ignoreExceptionsInstanceOf(IOException.class).until(() -> {
            handshake(99).close();
            return true;
        });
    }

    @Test
    void behind_a_balancer_the_clients_take_turns_even_if_all_of_a_hello_comes_with_the_proxy_header()
            throws Exception {
        start(new Rate(1, 1), AddressRanges.parse(address(77).getHostAddress()));
        // The second begins within a second of the first, unless this machine stands still between them.
        int pairs = 0;
        do {
            handshake(3).close();
            shakeHandsThroughTheBalancer();
            pairs++;
        } while (count(LimitEvent.HANDSHAKE_DELAYED) == 0 && pairs < 10);
        assertThat(count(LimitEvent.HANDSHAKE_DELAYED)).isEqualTo(1);
        assertThat(collector.netCounters().refused(RefusalCode.MALFORMED)).isEqualTo(pairs);
    }

    /** All of the ClientHello comes at once with the header; then an empty message. */
    private void shakeHandsThroughTheBalancer() throws IOException {
        try (Socket balancer = new HeaderFirst(
                HexFormat.of()
                        .parseHex("0d0a0d0a000d0a515549540a" + "2111000c" + "c6336407" + "cb007101" + "d431" + "1cf3"),
                collector.address(),
                address(77))) {
            SSLSocket client = (SSLSocket) trusting.getSocketFactory().createSocket(balancer, "localhost", 0, false);
            client.startHandshake();
            client.getOutputStream().write(new byte[] {0, 0, 0, 0});

            assertThat(client.getInputStream().readAllBytes()).isNotEmpty();
        }
    }

    private void start(Rate newHandshakes) throws SQLException, IOException {
        start(newHandshakes, AddressRanges.none());
    }

    private void start(Rate newHandshakes, AddressRanges balancers) throws SQLException, IOException {
        LimitSettings roomy = TestCollectors.ROOMY;
        LimitSettings limits = new LimitSettings(
                roomy.address(),
                new LimitSettings.Failures(MAX_FAILURES, Duration.ofMinutes(10), Duration.ofMinutes(10)),
                roomy.machine(),
                newHandshakes,
                roomy.maxUnauthenticated(),
                roomy.maxUndeliveredBytes(),
                balancers);
        CertificateSource files = new CertificateSource.Given(certificate.certificateFile(), certificate.keyFile());
        collector = TestCollectors.start(
                database.database(),
                TestCollectors.netWith(limits),
                new TlsSettings(files, Optional.empty(), TlsSettings.LOOK_INTERVAL));
    }

    /** All are through before the first is given up: each of them finds its address without a failure. */
    private void giveUpHandshakes(int from, int count) throws IOException {
        List<Socket> connected = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            connected.add(tcp(from));
        }
        List<Socket> secured = new ArrayList<>();
        for (Socket socket : connected) {
            secured.add(secured(socket));
        }
        for (Socket socket : secured) {
            socket.close();
        }
    }

    private SSLSocket handshake(int from) throws IOException {
        return secured(tcp(from));
    }

    private SSLSocket secured(Socket socket) throws IOException {
        SSLSocket secured = (SSLSocket) trusting.getSocketFactory().createSocket(socket, "localhost", 0, true);
        secured.startHandshake();
        return secured;
    }

    private Socket tcp(int from) throws IOException {
        InetSocketAddress to = collector.address();
        Socket socket = new Socket(to.getAddress(), to.getPort(), address(from), 0);
        socket.setSoTimeout(30_000);
        return socket;
    }

    private ProtocolClient connect(int from) throws IOException {
        return ProtocolClient.connect(collector.address(), address(from), trusting.getSocketFactory());
    }

    private ProtocolClient welcomed(int from) throws IOException {
        return LimitClients.welcomed(connect(from), machine);
    }

    private long count(LimitEvent event) {
        return collector.netCounters().count(event);
    }

    private InetAddress address(int last) throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, (byte) tests, (byte) last});
    }

    /** Sends what comes first together with the first that is written. */
    private static final class HeaderFirst extends Socket {
        private final byte[] header;

        HeaderFirst(byte[] header, InetSocketAddress to, InetAddress from) throws IOException {
            super(to.getAddress(), to.getPort(), from, 0);
            setSoTimeout(30_000);
            this.header = header;
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                private boolean begun;

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    byte[] before = begun ? new byte[0] : header;
                    begun = true;
                    out.write(ByteBuffer.allocate(before.length + length)
                            .put(before)
                            .put(bytes, offset, length)
                            .array());
                }
            };
        }
    }
}
