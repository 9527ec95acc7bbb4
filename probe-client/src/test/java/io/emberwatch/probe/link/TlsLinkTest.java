package io.emberwatch.probe.link;

import static io.emberwatch.probe.testing.FakeCollector.welcome;
import static io.emberwatch.probe.testing.Fixtures.inventory;
import static io.emberwatch.probe.testing.Fixtures.sample;
import static io.emberwatch.probe.testing.TestCertificates.EXPIRED;
import static io.emberwatch.probe.testing.TestCertificates.RIGHT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.probe.link.connect.Connection;
import io.emberwatch.probe.link.connect.Connector;
import io.emberwatch.probe.testing.FakeCollector;
import io.emberwatch.probe.testing.FakeCollector.Peer;
import io.emberwatch.probe.testing.LinkFixture;
import io.emberwatch.probe.testing.MemorySpool;
import io.emberwatch.probe.testing.TestCertificates;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Bye;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Ping;
import io.emberwatch.protocol.Message.Pong;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.auth.CollectorTrust;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The link over TLS, with a thread that reads and one that writes. */
@Timeout(120)
final class TlsLinkTest {
    private final MemorySpool spool = new MemorySpool(100, 1 << 20);
    private FakeCollector collector;
    private Link link;
    private Thread thread;

    @BeforeEach
    void startCollector() throws IOException {
        collector = FakeCollector.withTls(RIGHT);
    }

    @AfterEach
    void stopAll() throws IOException, InterruptedException {
        collector.close();
        if (link != null) {
            link.stop(Duration.ZERO);
            link.abort();
            thread.join(30_000);
            assertThat(thread.isAlive()).as("link thread lives on").isFalse();
        }
    }

    @Test
    void readings_go_out_acknowledgements_come_in_and_goodbye_is_said_and_read() throws Exception {
        spool.append(sample());
        start(collector.connector());
        Peer peer = collector.acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);
        peer.expect(Readings.class);
        peer.send(new Ping(42));
        peer.expect(Pong.class);
        peer.send(new Ack(AcknowledgedRange.upTo(1)));
        await().until(() -> spool.depth() == 0);

        link.stop(Duration.ofMinutes(10));

        assertThat(peer.expect(Bye.class).reason()).isEqualTo(Bye.Reason.STOPPED);
        assertThat(peer.isClosedByProbe()).isTrue();
        peer.close();
        thread.join(30_000);
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void a_collector_that_takes_nothing_and_says_nothing_is_given_up_although_a_write_is_under_way() throws Exception {
        CompletableFuture<Peer> accepted = CompletableFuture.supplyAsync(this::acceptInTls);
        Connection connection = collector.connector().connect();
        AtomicLong writes = new AtomicLong();
        Thread writer = new Thread(() -> writeUntilFreed(connection, writes), "writer");
        writer.start();
        AtomicLong seen = new AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(200)).until(() -> writes.get() == seen.getAndSet(writes.get()));
        Inbox inbox = new Inbox(System.nanoTime());
        // What it says has been sent by then.
        Peer peer = accepted.join();

        new SessionReader(connection, inbox, Duration.ofMillis(200)).run();
        writer.join(30_000);

        assertThat(inbox.poll()).hasValue(new Ping(1));
        assertThat(inbox.end()).hasValue("nothing heard for 200ms");
        assertThat(writer.isAlive()).isFalse();
        peer.close();
    }

    @Test
    void an_impostor_is_left_alone_for_minutes() throws Exception {
        start(collector.connector(new CollectorTrust.Pinned(TestCertificates.fingerprint(EXPIRED))));

        Peer impostor = collector.accept();

        assertThat(impostor.hearsNothingButTheEnd()).isTrue();
        assertThat(collector.isLeftAlone(Duration.ofSeconds(1))).isTrue();
    }

    private Peer acceptInTls() {
        try {
            Peer peer = collector.accept();
            peer.send(new Ping(1));
            return peer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeUntilFreed(Connection connection, AtomicLong writes) {
        try {
            while (true) {
                connection.socket().getOutputStream().write(new byte[8192]);
                writes.incrementAndGet();
            }
        } catch (IOException e) {
            // Freed.
            return;
        }
    }

    private void start(Connector connector) {
        link = new Link(
                new LinkSettings(
                        new LinkSettings.Identity("gpu-1", FakeCollector.KEY, "1.2.3", UUID.randomUUID()),
                        LinkFixture.LONG_TIMEOUTS,
                        LinkSettings.CatchUp.DEFAULT),
                connector,
                spool,
                // Stands still: nobody samples, which is no hanging, however long a test takes.
                new SamplingPulse(Duration.ofSeconds(5), Instant.EPOCH, () -> 0L),
                () -> inventory(),
                java.util.List::of,
                welcome -> {},
                Clock.systemUTC(),
                () -> 0L);
        thread = new Thread(link, "link");
        thread.start();
    }
}
