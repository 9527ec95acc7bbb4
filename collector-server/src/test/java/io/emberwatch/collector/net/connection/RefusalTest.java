package io.emberwatch.collector.net.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.net.limits.ConnectionLimits;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.protocol.RefusalCode;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

/** What does not show over a plain socket of loopback. */
class RefusalTest {
    private final NetCounters counters = new NetCounters();
    private final Refusal refusal =
            new Refusal(counters, new ConnectionLimits(10, TestCollectors.STANDARD_LIMITS, counters, System::nanoTime));

    @Test
    void before_tls_stands_a_refused_connection_is_closed_at_once() throws SSLException {
        EmbeddedChannel channel = new EmbeddedChannel();
        SslHandler tls = SslContextBuilder.forClient().build().newHandler(channel.alloc());
        channel.pipeline().addLast(tls, new MessageEncoder());

        refusal.refuse(channel, "somebody", RefusalCode.BUSY, "full");
        channel.runPendingTasks();

        assertThat(channel.isOpen()).isFalse();
        assertThat(counters.refused(RefusalCode.BUSY)).isEqualTo(1);
        channel.finishAndReleaseAll();
    }

    @Test
    void a_refusal_that_is_not_taken_in_does_not_keep_the_connection_open() {
        EmbeddedChannel channel = new StuckChannel();
        channel.pipeline().addLast(new MessageEncoder());

        refusal.refuse(channel, "somebody", RefusalCode.SUPERSEDED, "a newer one");
        assertThat(channel.isOpen()).isTrue();
        channel.advanceTimeBy(5, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();

        assertThat(channel.isOpen()).isFalse();
    }
}
