package io.emberwatch.probe.link;

import static io.emberwatch.probe.testing.FakeCollector.welcome;
import static io.emberwatch.probe.testing.LinkFixture.LONG_TIMEOUTS;
import static io.emberwatch.probe.testing.Sent.messagesUntilClosed;
import static io.emberwatch.probe.testing.Sent.sequences;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.testing.FakeCollector.Peer;
import io.emberwatch.probe.testing.LinkFixture;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Bye;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Readings;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How the link is stopped, and stays away while sampling hangs. */
@Timeout(120)
final class LinkStopTest {
    /** So short that a session looks around often, and gives up nobody. */
    private static final Duration OFTEN = Duration.ofMillis(200);
    /** Longer than anybody here waits. */
    private static final Duration LONG_GRACE = Duration.ofMinutes(10);

    @AutoClose
    private final LinkFixture probe = new LinkFixture();

    LinkStopTest() throws IOException {}

    @Test
    void a_stop_waits_for_the_acknowledgement_and_says_goodbye() throws Exception {
        probe.append(2);
        probe.start(LONG_TIMEOUTS);
        Peer peer = probe.collector().acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);
        peer.expect(Readings.class);

        probe.link().stop(LONG_GRACE);
        assertThat(peer.isQuiet()).isTrue();
        peer.send(new Ack(AcknowledgedRange.upTo(2)));

        assertThat(peer.expect(Bye.class).reason()).isEqualTo(Bye.Reason.STOPPED);
        peer.close();
        probe.thread().join(30_000);
        assertThat(probe.spool().depth()).isZero();
    }

    @Test
    void a_stop_says_goodbye_after_its_grace_even_without_acknowledgement() throws Exception {
        probe.append(2);
        probe.start(LONG_TIMEOUTS);
        Peer peer = probe.collector().acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);
        peer.expect(Readings.class);

        probe.link().stop(Duration.ofMillis(300));

        assertThat(peer.expect(Bye.class).reason()).isEqualTo(Bye.Reason.STOPPED);
        probe.thread().join(30_000);
        assertThat(probe.spool().depth()).isEqualTo(2);
    }

    @Test
    void a_stop_while_the_collector_is_away_does_not_wait_for_it() throws Exception {
        probe.collector().close();
        probe.append(1);
        probe.start(LONG_TIMEOUTS);

        probe.link().stop(LONG_GRACE);
        probe.thread().join(30_000);

        assertThat(probe.thread().isAlive()).isFalse();
    }

    @Test
    void while_sampling_hangs_the_probe_is_gone_without_goodbye_and_comes_back_with_the_next_sample() throws Exception {
        probe.start(new LinkSettings.Timing(
                LONG_TIMEOUTS.handshake(), OFTEN, LONG_TIMEOUTS.deadAfter(), LONG_TIMEOUTS.farewell()));
        Peer peer = probe.collector().acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);

        probe.nanos().addAndGet(SamplingPulse.MIN_TIMEOUT.toNanos());

        assertThat(messagesUntilClosed(peer)).noneMatch(Bye.class::isInstance);
        assertThat(probe.collector().isLeftAlone(Duration.ofSeconds(2))).isTrue();

        probe.pulse().sampled(Instant.EPOCH.plusSeconds(40));
        probe.append(1);

        Peer again = probe.collector().acceptAndWelcome(welcome(4, 0));
        again.expect(Inventory.class);
        assertThat(sequences(again.expect(Readings.class))).containsExactly(1L);
    }

    @Test
    void a_probe_whose_sampling_hangs_can_be_stopped() throws Exception {
        probe.nanos().addAndGet(SamplingPulse.MIN_TIMEOUT.toNanos());
        probe.start(LONG_TIMEOUTS);

        probe.link().stop(LONG_GRACE);
        probe.thread().join(30_000);

        assertThat(probe.thread().isAlive()).isFalse();
    }
}
