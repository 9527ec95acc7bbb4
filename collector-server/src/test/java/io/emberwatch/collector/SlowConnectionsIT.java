package io.emberwatch.collector;

import static io.emberwatch.collector.testing.EdgeClients.address;
import static io.emberwatch.collector.testing.TestReadings.healthy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.bench.SlowClientsMain;
import io.emberwatch.collector.net.EdgeEvent;
import io.emberwatch.collector.net.EdgeLimits;
import io.emberwatch.collector.testing.EdgeClients;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.Ack;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Thousands of connections that say next to nothing keep no probe out, with the limits that are the default. */
class SlowConnectionsIT {
    /** Of each kind; silent and dribbling ones alone are as many as may be unauthenticated. */
    private static final int SLOW_EACH = 2_500;

    private static final int KINDS = 3;
    private static final int ADDRESSES_EACH = 4;
    private static final InetAddress A_SLOW_ONES_ADDRESS = address(256 + 1);
    private static final InetAddress A_FRESH_ADDRESS = address(9 * 256 + 1);
    private static final int ROUNDS = 10;
    private static final Duration ACCEPTABLE = Duration.ofSeconds(5);

    @Test
    void five_thousand_slow_connections_keep_no_honest_probe_out() throws Exception {
        try (TestDatabase database = TestServer.MARIADB.create()) {
            List<TestFleet.Member> machines = TestFleet.register(database.database(), 3);
            try (Collector collector =
                    TestCollectors.start(database.database(), TestCollectors.NET.withLimits(EdgeLimits.standard()))) {
                ProtocolClient before = EdgeClients.machine(collector.address(), A_FRESH_ADDRESS, machines.get(0));
                Process slow = startSlowOnes(collector.address().getPort());
                try {
                    await().atMost(Duration.ofSeconds(20))
                            .until(() -> collector.netCounters().open() > SLOW_EACH);
                    connectAndStore(collector, A_SLOW_ONES_ADDRESS, machines.get(1), "from an address of slow ones");
                    await().atMost(Duration.ofSeconds(20))
                            .until(() -> collector.netCounters().open() > 2 * SLOW_EACH);
                    for (int round = 0; round < ROUNDS; round++) {
                        connectAndStore(collector, A_FRESH_ADDRESS, machines.get(2), "from a fresh address");
                    }
                    assertThat(store(before, 1)).isLessThan(ACCEPTABLE);
                    assertThat(collector.netCounters().count(EdgeEvent.DISPLACED))
                            .isPositive();

                    // When the deadline of the slow ones is over, their addresses are shut out; theirs alone.
                    await().atMost(Duration.ofSeconds(15))
                            .until(() -> collector.netCounters().count(EdgeEvent.ADDRESS_SHUT_OUT)
                                    >= KINDS * ADDRESSES_EACH);
                    connectAndStore(collector, A_FRESH_ADDRESS, machines.get(2), "after the shut-out");
                    assertThat(collector.netCounters().count(EdgeEvent.ADDRESS_SHUT_OUT))
                            .isEqualTo(KINDS * ADDRESSES_EACH);
                } finally {
                    slow.destroy();
                    slow.waitFor();
                    before.close();
                }
            }
        }
    }

    private static void connectAndStore(Collector collector, InetAddress from, TestFleet.Member machine, String what)
            throws IOException {
        long start = System.nanoTime();
        try (ProtocolClient probe = EdgeClients.machine(collector.address(), from, machine)) {
            Duration connecting = Duration.ofNanos(System.nanoTime() - start);
            Duration storing = store(probe, 1);
            System.out.printf(
                    Locale.ROOT,
                    "%s, beside %d connections: connected in %d ms, acknowledged in %d ms%n",
                    what,
                    collector.netCounters().open(),
                    connecting.toMillis(),
                    storing.toMillis());
            assertThat(connecting).isLessThan(ACCEPTABLE);
            assertThat(storing).isLessThan(ACCEPTABLE);
        }
    }

    private static Duration store(ProtocolClient probe, long sequence) throws IOException {
        long start = System.nanoTime();
        probe.send(healthy(sequence, sequence));
        while (probe.receive(Ack.class).lastDurableSequence() < sequence) {
            // Earlier ones may be on their way.
        }
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
