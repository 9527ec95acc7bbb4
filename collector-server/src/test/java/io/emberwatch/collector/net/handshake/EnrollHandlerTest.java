package io.emberwatch.collector.net.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.net.connection.NetCounters;
import io.emberwatch.collector.net.connection.Refusal;
import io.emberwatch.collector.net.limits.ConnectionLimits;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestTokens;
import io.emberwatch.protocol.Enroll;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.auth.Bytes32;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
class EnrollHandlerTest {
    @Test
    void token_sent_from_elsewhere_without_tls_is_refused_with_the_advice_to_revoke_it() {
        List<Object> asked = new ArrayList<>();
        NetCounters counters = new NetCounters();
        Enroll enroll = new Enroll(
                List.of(Message.VERSION),
                "test",
                Bytes32.ZERO,
                "gpu08",
                TestTokens.newKey().verifier());

        // An embedded channel's peer is not on loopback.
        EmbeddedChannel channel = new EmbeddedChannel(new EnrollHandler(
                enroll,
                (request, answer) -> asked.add(request),
                counters,
                new Refusal(
                        counters,
                        new ConnectionLimits(10, TestCollectors.STANDARD_LIMITS, counters, System::nanoTime))));

        Refused refused = channel.readOutbound();
        assertThat(refused.code()).isEqualTo(RefusalCode.TOKEN_REFUSED);
        assertThat(refused.text()).contains("not encrypted", "revoke");
        assertThat(asked).isEmpty();
        assertThat(channel.isOpen()).isFalse();
    }
}
