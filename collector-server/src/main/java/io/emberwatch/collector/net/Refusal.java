package io.emberwatch.collector.net;

import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.Refused;
import io.emberwatch.protocol.Texts;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.AttributeKey;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way in which the collector ends a connection for a reason: REFUSED with its code, one log line, one count, and
 * nothing more is read. While TLS is still being established nothing can be said: then the connection just ends.
 */
final class Refusal {
    private static final Logger LOG = LoggerFactory.getLogger(Refusal.class);
    private static final AttributeKey<Boolean> REFUSED = AttributeKey.valueOf(Refusal.class, "refused");

    private final NetCounters counters;

    Refusal(NetCounters counters) {
        this.counters = counters;
    }

    /** Refuses with the code's own waiting time. */
    void refuse(Channel channel, String who, RefusalCode code, String text) {
        refuse(channel, who, Refused.because(code, text));
    }

    /** Refuses and asks the probe to wait. */
    void refuse(Channel channel, String who, RefusalCode code, String text, Duration retryAfter) {
        refuse(channel, who, new Refused(code, text, retryAfter));
    }

    /** Whether this connection was refused before; what still arrives on it is of no interest. */
    static boolean isRefused(Channel channel) {
        return channel.hasAttr(REFUSED);
    }

    private void refuse(Channel channel, String who, Refused refused) {
        if (channel.attr(REFUSED).setIfAbsent(Boolean.TRUE) != null) {
            return;
        }
        counters.count(refused.code());
        LOG.info("{} refused: {} ({})", who, refused.code(), Texts.printable(refused.text()));
        channel.config().setAutoRead(false);
        if (TlsOutcome.isPending(channel)) {
            channel.close();
            return;
        }
        channel.writeAndFlush(refused).addListener(ChannelFutureListener.CLOSE);
    }
}
