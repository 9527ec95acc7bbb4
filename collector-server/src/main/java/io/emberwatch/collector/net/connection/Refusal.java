package io.emberwatch.collector.net.connection;

import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.Texts;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way in which the collector ends a connection for a reason: REFUSED with its code, a log line (of strangers
 * not every one), one count, and nothing more is read. Whose address fails again and again waits for its answer. While
 * TLS is being established nothing can be said yet: then the connection just ends.
 */
public final class Refusal {
    /** Notified of every refusal; decides how loud and how soon it is. Thread-safe. */
    public interface Listener {
        /**
         * Whether a line about this connection may be logged.
         *
         * @param topic a wire code, or another number up to 30
         */
        boolean mayLog(Channel channel, int topic);

        /** A connection is being refused; returns how long to wait before the peer is answered. */
        Duration refused(Channel channel, RefusalCode code);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Refusal.class);
    private static final AttributeKey<Boolean> REFUSED = AttributeKey.valueOf(Refusal.class, "refused");

    /** For the refusal to be taken in. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final NetCounters counters;
    private final Listener listener;

    public Refusal(NetCounters counters, Listener listener) {
        this.counters = counters;
        this.listener = listener;
    }

    /** Refuses with the code's own waiting time. */
    public void refuse(Channel channel, String who, RefusalCode code, String text) {
        refuse(channel, who, Refused.because(code, text));
    }

    /** Whether this connection was refused before; what still arrives on it is of no interest. */
    public static boolean isRefused(Channel channel) {
        return channel.hasAttr(REFUSED);
    }

    /**
     * Closes without a word, at once: what was sent and not taken in is thrown away, and the system need not remember
     * the connection. Any thread.
     */
    public static void abort(Channel channel) {
        channel.attr(REFUSED).set(Boolean.TRUE);
        if (!channel.eventLoop().inEventLoop()) {
            channel.eventLoop().execute(() -> abort(channel));
        } else if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            hangUp(channel);
        }
    }

    /** Beneath TLS, which would have a last word and wait for it to be taken in. */
    private static void hangUp(Channel channel) {
        ChannelHandlerContext nextToSocket = channel.pipeline().firstContext();
        if (nextToSocket != null) {
            nextToSocket.close();
        }
    }

    private void refuse(Channel channel, String who, Refused refused) {
        if (channel.attr(REFUSED).setIfAbsent(Boolean.TRUE) != null) {
            return;
        }
        counters.countRefused(refused.code());
        if (listener.mayLog(channel, refused.code().wireCode())) {
            LOG.info("{} refused: {} ({})", who, refused.code(), Texts.printable(refused.text()));
        }
        channel.config().setAutoRead(false);
        Duration delay = listener.refused(channel, refused.code());
        if (delay.isZero()) {
            send(channel, refused);
        } else {
            channel.eventLoop().schedule(() -> send(channel, refused), delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static void send(Channel channel, Refused refused) {
        if (Peer.isTlsPending(channel)) {
            hangUp(channel);
            return;
        }
        ChannelFuture sent = channel.writeAndFlush(refused).addListener(ChannelFutureListener.CLOSE);
        if (!sent.isDone()) {
            ScheduledFuture<?> end =
                    channel.eventLoop().schedule(() -> abort(channel), LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
            channel.closeFuture().addListener(closed -> end.cancel(false));
        }
    }
}
