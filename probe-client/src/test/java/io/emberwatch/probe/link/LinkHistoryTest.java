package io.emberwatch.probe.link;

import static io.emberwatch.probe.testing.FakeCollector.welcome;
import static io.emberwatch.probe.testing.LinkFixture.LONG_TIMEOUTS;
import static io.emberwatch.probe.testing.Sent.messagesUntilClosed;
import static io.emberwatch.probe.testing.Sent.sequences;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.probe.testing.FakeCollector.Peer;
import io.emberwatch.probe.testing.LinkFixture;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Bye;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Defer;
import io.emberwatch.protocol.Message.Fetch;
import io.emberwatch.protocol.Message.History;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.RefusalCode;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How the link catches up after an outage, with a collector on a real socket. */
@Timeout(120)
final class LinkHistoryTest {
    private static final LinkSettings.CatchUp SMALL = new LinkSettings.CatchUp(20, 10, 3);

    @AutoClose
    private final LinkFixture probe = new LinkFixture();

    LinkHistoryTest() throws IOException {}

    @Test
    void after_an_outage_the_newest_readings_come_first_and_a_fetch_brings_the_others() throws Exception {
        probe.append(30);
        probe.start(LONG_TIMEOUTS, SMALL, probe.welcomes()::add);
        Peer peer = probe.collector().acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);

        assertThat(peer.expect(Defer.class)).isEqualTo(new Defer(21));
        assertThat(peer.expect(Readings.class).firstSequence()).isEqualTo(21);
        peer.send(new Ack(new AcknowledgedRange(30, 1, 20)));
        assertThat(peer.isQuiet()).isTrue();
        peer.send(new Fetch(1000));

        History history = peer.expect(History.class);
        assertThat(history.readings()).hasSize(20);
        assertThat(history.upTo()).isEqualTo(20);
        assertThat(probe.link().status().historyUpTo()).isEqualTo(20);
        peer.send(new Ack(AcknowledgedRange.upTo(30)));
        await().until(() -> probe.spool().depth() == 0 && probe.link().status().historyUpTo() == 0);
    }

    @Test
    void a_fetch_where_nothing_was_put_off_ends_the_session() throws Exception {
        probe.append(3);
        probe.start(LONG_TIMEOUTS, SMALL, probe.welcomes()::add);
        Peer peer = probe.collector().acceptAndWelcome(welcome(4, 0));

        peer.send(new Fetch(1000));

        assertThat(peer.isClosedByProbe()).isTrue();
        assertThat(probe.spool().depth()).isEqualTo(3);
    }

    @Test
    void a_stop_does_not_wait_for_history() throws Exception {
        probe.append(30);
        probe.start(LONG_TIMEOUTS, SMALL, probe.welcomes()::add);
        Peer peer = probe.collector().acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);
        peer.expect(Defer.class);
        peer.expect(Readings.class);
        peer.send(new Ack(new AcknowledgedRange(30, 1, 20)));

        probe.link().stop(Duration.ofMinutes(10));

        assertThat(peer.expect(Bye.class).reason()).isEqualTo(Bye.Reason.STOPPED);
        peer.close();
        probe.thread().join(30_000);
        assertThat(probe.thread().isAlive()).isFalse();
        assertThat(probe.spool().depth()).isEqualTo(20);
    }

    @Test
    void a_spool_that_went_back_in_time_is_numbered_anew_and_reported_at_once() throws Exception {
        probe.append(3);
        UUID restored = probe.spool().bootId();
        probe.start(LONG_TIMEOUTS, SMALL, probe.welcomes()::add);
        Peer first = probe.collector().accept();
        Hello hello = first.expect(Hello.class);
        assertThat(hello.bootId()).isEqualTo(restored);
        long refusedNanos = System.nanoTime();
        first.welcome(hello, welcome(4, 7));
        assertThat(messagesUntilClosed(first)).isEmpty();

        Peer second = probe.collector().accept();
        assertThat(Duration.ofNanos(System.nanoTime() - refusedNanos))
                .isLessThan(RefusalCode.UNEXPECTED_MESSAGE.retryAfter());
        Hello anew = second.expect(Hello.class);
        assertThat(anew.bootId()).isNotEqualTo(restored);
        second.welcome(anew, welcome(4, 0));
        second.expect(Inventory.class);

        assertThat(sequences(second.expect(Readings.class))).containsExactly(1L, 2L, 3L);
    }

    @Test
    void a_collector_that_claims_too_much_of_any_numbering_is_left_alone() throws Exception {
        probe.append(3);
        probe.start(LONG_TIMEOUTS, SMALL, probe.welcomes()::add);
        messagesUntilClosed(probe.collector().acceptAndWelcome(welcome(4, 7)));

        Peer again = probe.collector().accept();
        Hello hello = again.expect(Hello.class);
        again.welcome(hello, welcome(4, 7));
        messagesUntilClosed(again);

        assertThat(probe.collector().isLeftAlone(Duration.ofSeconds(1))).isTrue();
        // The connection is closed before the link has said why.
        await().untilAsserted(() -> assertThat(probe.link().status().lastError())
                .hasValueSatisfying(error -> assertThat(error.text()).contains("claims reading 7 of 3")));
        assertThat(probe.spool().bootId()).isEqualTo(hello.bootId());
    }
}
