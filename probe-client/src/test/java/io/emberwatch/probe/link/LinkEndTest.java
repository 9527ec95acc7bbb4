package io.emberwatch.probe.link;

import static io.emberwatch.probe.testing.FakeCollector.welcome;
import static io.emberwatch.probe.testing.LinkFixture.HASTY_BEHIND_WELCOME;
import static io.emberwatch.probe.testing.LinkFixture.LONG_TIMEOUTS;
import static io.emberwatch.probe.testing.Sent.firstReadings;
import static io.emberwatch.probe.testing.Sent.sequences;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.testing.FakeCollector.Peer;
import io.emberwatch.probe.testing.LinkFixture;
import io.emberwatch.protocol.Bye;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Message.Ping;
import io.emberwatch.protocol.Message.Pong;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.RefusalCode;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What ends a session, or does not, and what follows. */
@Timeout(120)
final class LinkEndTest {
    @AutoClose
    private final LinkFixture probe = new LinkFixture();

    private static final int MOST_SESSIONS = 5;

    private long lastWordNanos;
    private long longestSilenceNanos;

    LinkEndTest() throws IOException {}

    @Test
    void a_refusal_is_followed_by_a_pause_at_least_as_long_as_asked_for() throws Exception {
        probe.start(LONG_TIMEOUTS);
        Peer peer = probe.collector().accept();
        peer.expect(Hello.class);
        long refusedNanos = System.nanoTime();
        peer.send(new Refused(RefusalCode.BUSY, "full", Duration.ofMillis(400)));

        probe.collector().accept();

        assertThat(Duration.ofNanos(System.nanoTime() - refusedNanos))
                .isGreaterThanOrEqualTo(
                        Duration.ofMillis(400).plus(ReconnectPolicy.SHORTEST).minusMillis(5));
    }

    @Test
    void a_ping_is_answered() throws Exception {
        probe.start(LONG_TIMEOUTS);
        Peer peer = probe.collector().acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);

        peer.send(new Ping(42));

        assertThat(peer.expect(Pong.class)).isEqualTo(new Pong(42));
    }

    @Test
    void after_silence_the_probe_asks_for_a_sign_of_life_and_then_gives_up() throws Exception {
        inHastySession(peer -> {
            peer.expect(Ping.class);

            assertThat(peer.isClosedByProbe()).isTrue();
            probe.collector().accept().expect(Hello.class);
        });
    }

    @Test
    void a_collector_that_answers_is_not_given_up() throws Exception {
        inHastySession(peer -> {
            long begunNanos = System.nanoTime();
            while (System.nanoTime() - begunNanos
                    < HASTY_BEHIND_WELCOME.deadAfter().multipliedBy(2).toNanos()) {
                // In a second session, what was sent in the first comes between.
                if (peer.receive() instanceof Ping ping) {
                    peer.send(new Pong(ping.nonce()));
                    spoke();
                }
            }

            probe.append(1);
            assertThat(sequences(firstReadings(peer)))
                    .containsExactly(probe.spool().lastSequence());
        });
    }

    @Test
    void when_the_collector_says_goodbye_the_probe_comes_back() throws Exception {
        probe.start(LONG_TIMEOUTS);
        Peer peer = probe.collector().acceptAndWelcome(welcome(4, 0));
        peer.expect(Inventory.class);

        peer.send(new Bye(Bye.Reason.COLLECTOR_STOPPING, "restart"));

        probe.collector().accept().expect(Hello.class);
    }

    @Test
    void an_error_of_ours_costs_a_session_but_no_reading() throws Exception {
        probe.append(1);
        probe.start(LONG_TIMEOUTS, welcome -> {
            probe.welcomes().add(welcome);
            if (probe.welcomes().size() == 1) {
                throw new IllegalStateException("defect");
            }
        });

        assertThat(probe.collector().acceptAndWelcome(welcome(4, 0)).isClosedByProbe())
                .isTrue();

        Peer again = probe.collector().acceptAndWelcome(welcome(4, 0));
        again.expect(Inventory.class);
        assertThat(sequences(again.expect(Readings.class))).containsExactly(1L);
    }

    private interface Play {
        void with(Peer peer) throws Exception;
    }

    /**
     * Plays it behind WELCOME with a link that soon gives up. A session that ends too early after the collector was
     * silent for long, as on a machine that stood still, proves nothing: then again with the next.
     */
    private void inHastySession(Play play) throws Exception {
        lastWordNanos = System.nanoTime();
        probe.start(HASTY_BEHIND_WELCOME);
        boolean played = false;
        for (int session = 1; !played; session++) {
            longestSilenceNanos = 0;
            try (Peer peer = probe.collector().accept()) {
                Hello hello = peer.expect(Hello.class);
                spoke();
                peer.welcome(hello, welcome(4, 0));
                spoke();
                peer.expect(Inventory.class);
                play.with(peer);
                played = true;
            } catch (EOFException | SocketException e) {
                spoke();
                if (session == MOST_SESSIONS
                        || longestSilenceNanos
                                < HASTY_BEHIND_WELCOME.deadAfter().toNanos() / 2) {
                    throw e;
                }
            }
        }
    }

    /** The collector has just sent something, or never will again. */
    private void spoke() {
        long now = System.nanoTime();
        longestSilenceNanos = Math.max(longestSilenceNanos, now - lastWordNanos);
        lastWordNanos = now;
    }
}
