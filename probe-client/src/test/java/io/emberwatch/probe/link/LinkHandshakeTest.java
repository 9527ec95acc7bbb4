package io.emberwatch.probe.link;

import static io.emberwatch.probe.testing.FakeCollector.welcome;
import static io.emberwatch.probe.testing.LinkFixture.HASTY_BEFORE_WELCOME;
import static io.emberwatch.probe.testing.LinkFixture.LONG_TIMEOUTS;
import static io.emberwatch.probe.testing.Sent.messagesUntilClosed;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.testing.FakeCollector.Peer;
import io.emberwatch.probe.testing.LinkFixture;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.auth.Bytes32;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is said until WELCOME, with a collector on a real socket. */
@Timeout(120)
final class LinkHandshakeTest {
    @AutoClose
    private final LinkFixture probe = new LinkFixture();

    LinkHandshakeTest() throws IOException {}

    @Test
    void hello_says_who_the_probe_is_and_what_it_speaks() throws Exception {
        probe.start(LONG_TIMEOUTS);

        Hello hello = probe.collector().accept().expect(Hello.class);

        assertThat(hello.versions()).containsExactly(Message.VERSION);
        assertThat(hello.machineName()).isEqualTo("gpu-1");
        assertThat(hello.bootId()).isEqualTo(probe.spool().bootId());
        assertThat(hello.instanceId()).isEqualTo(LinkFixture.INSTANCE);
        assertThat(hello.probeVersion()).isEqualTo("1.2.3");
    }

    @Test
    void no_nonce_is_used_twice() throws Exception {
        probe.start(LONG_TIMEOUTS);

        Bytes32 first;
        try (Peer peer = probe.collector().accept()) {
            first = peer.expect(Hello.class).nonce();
        }

        assertThat(probe.collector().accept().expect(Hello.class).nonce()).isNotEqualTo(first);
    }

    @Test
    void collector_that_does_not_know_the_key_is_sent_nothing_and_left_alone_for_minutes() throws Exception {
        probe.append(3);
        probe.start(LONG_TIMEOUTS);

        Peer impostor = probe.collector().accept();
        impostor.challenge(impostor.expect(Hello.class));
        impostor.send(welcome(4, 0));

        assertThat(messagesUntilClosed(impostor)).isEmpty();
        assertThat(probe.collector().isLeftAlone(Duration.ofSeconds(1))).isTrue();
        assertThat(probe.welcomes()).isEmpty();
    }

    @Test
    void a_welcome_without_a_challenge_is_not_believed() throws Exception {
        probe.append(3);
        probe.start(LONG_TIMEOUTS);

        Peer impostor = probe.collector().accept();
        impostor.expect(Hello.class);
        impostor.send(welcome(4, 0));

        assertThat(messagesUntilClosed(impostor)).isEmpty();
        assertThat(probe.welcomes()).isEmpty();
    }

    @Test
    void a_collector_that_does_not_answer_hello_is_given_up() throws Exception {
        probe.start(HASTY_BEFORE_WELCOME);
        Peer silent = probe.collector().accept();
        silent.expect(Hello.class);

        assertThat(silent.isClosedByProbe()).isTrue();
        probe.collector().accept().expect(Hello.class);
    }
}
