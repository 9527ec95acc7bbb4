package io.emberwatch.collector;

import static io.emberwatch.collector.testing.LimitClients.address;
import static io.emberwatch.collector.testing.TestReadings.healthy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.bench.SlowClientsMain;
import io.emberwatch.collector.net.NetSettings;
import io.emberwatch.collector.net.connection.LimitEvent;
import io.emberwatch.collector.net.tls.TlsSettings;
import io.emberwatch.collector.net.tls.TlsSettings.CertificateSource;
import io.emberwatch.collector.testing.LimitClients;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestCertificates;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.Message.Ack;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Thousands of connections that say next to nothing keep no probe out, with the limits that are the default. */
@Tag("integration")
class SlowConnectionsIT {
    private static final int KINDS = 3;
    private static final int SLOW_EACH = 1_700;
    private static final int MAX_UNAUTHENTICATED = TestCollectors.STANDARD_LIMITS.maxUnauthenticated();
    private static final int ADDRESSES_EACH = 4;
    private static final InetAddress A_SLOW_ONES_ADDRESS = address(256 + 1);
    private static final InetAddress A_FRESH_ADDRESS = address(9 * 256 + 1);
    private static final int ROUNDS = 10;
    private static final Duration ACCEPTABLE = Duration.ofSeconds(5);

    private final TestCertificates.Issued certificate = TestCertificates.selfSigned();
    private final SocketFactory tls =
            TestCertificates.clientTrusting(certificate).getSocketFactory();

    @Test
    void five_thousand_slow_connections_keep_no_honest_probe_out() throws Exception {
        try (TestDatabase database = TestServer.MARIADB.create()) {
            List<TestFleet.Member> machines = TestFleet.register(database.database(), 3);
            try (Collector collector = start(database);
                    ProtocolClient before = connect(collector, A_FRESH_ADDRESS, machines.get(0))) {
                Process slow = startSlowOnes(collector.address().getPort());
                try {
                    awaitOpen(collector, MAX_UNAUTHENTICATED / 2);
                    connectAndStore(collector, A_SLOW_ONES_ADDRESS, machines.get(1), "from an address of slow ones");
                    awaitOpen(collector, MAX_UNAUTHENTICATED);
                    List<Duration> took = new ArrayList<>();
                    for (int round = 0; round < ROUNDS; round++) {
                        took.add(connectAndStore(collector, A_FRESH_ADDRESS, machines.get(2), "from a fresh address"));
                    }
                    // All were let in; one or another may have met with what else this machine does.
                    assertThat(took.stream().sorted().toList().get(ROUNDS / 2)).isLessThan(ACCEPTABLE);
                    store(before);
                    assertThat(collector.netCounters().count(LimitEvent.DISPLACED))
                            .isPositive();

                    awaitSlowOnesShutOut(collector);
                    connectAndStore(collector, A_FRESH_ADDRESS, machines.get(2), "after the shut-out");
                } finally {
                    slow.destroy();
                    slow.waitFor();
                }
            }
        }
    }

    private Collector start(TestDatabase database) throws SQLException, IOException {
        return TestCollectors.start(
                database.database(),
                new NetSettings(
                        TestCollectors.NET.listen(),
                        TestCollectors.NET.maxConnections(),
                        // All are to be open before the first of them is over.
                        Duration.ofSeconds(20),
                        TestCollectors.NET.idleTimeout(),
                        TestCollectors.NET.pingInterval(),
                        TestCollectors.NET.maxBatchesInFlight(),
                        TestCollectors.STANDARD_LIMITS),
                new TlsSettings(
                        new CertificateSource.Given(certificate.certificateFile(), certificate.keyFile()),
                        Optional.empty(),
                        TlsSettings.LOOK_INTERVAL));
    }

    private ProtocolClient connect(Collector collector, InetAddress from, TestFleet.Member machine) throws IOException {
        return LimitClients.welcomed(ProtocolClient.connect(collector.address(), from, tls), machine);
    }

    private static void awaitOpen(Collector collector, int more) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> collector.netCounters().open() > more);
    }

    /** When their deadline is over; they, and nobody else. */
    private static void awaitSlowOnesShutOut(Collector collector) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> collector.netCounters().count(LimitEvent.ADDRESS_SHUT_OUT) == KINDS * ADDRESSES_EACH);
    }

    /** How long it took; nobody is kept waiting for ever. */
    private Duration connectAndStore(Collector collector, InetAddress from, TestFleet.Member machine, String what)
            throws IOException {
        long start = System.nanoTime();
        try (ProtocolClient probe = connect(collector, from, machine)) {
            Duration connecting = Duration.ofNanos(System.nanoTime() - start);
            Duration storing = store(probe);
            System.out.printf(
                    Locale.ROOT,
                    "%s, beside %d connections: connected in %d ms, acknowledged in %d ms%n",
                    what,
                    collector.netCounters().open(),
                    connecting.toMillis(),
                    storing.toMillis());
            return connecting.plus(storing);
        }
    }

    private static Duration store(ProtocolClient probe) throws IOException {
        long start = System.nanoTime();
        probe.send(healthy(1, 1));
        probe.receive(Ack.class);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static Process startSlowOnes(int port) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SlowClientsMain.class.getName(),
                        Integer.toString(port),
                        Integer.toString(SLOW_EACH),
                        Integer.toString(ADDRESSES_EACH))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
