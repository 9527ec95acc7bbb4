package io.emberwatch.collector.net.tls;

import io.emberwatch.collector.net.connection.LimitEvent;
import io.emberwatch.collector.net.connection.NetCounters;
import io.emberwatch.collector.net.connection.Peer;
import io.emberwatch.collector.net.connection.Refusal;
import io.emberwatch.collector.net.limits.ConnectionLimits;
import io.emberwatch.protocol.Texts;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * After TLS: what came of it. A connection on which TLS fails ends with one count, and a line unless its address has
 * had one.
 */
public final class TlsOutcome extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(TlsOutcome.class);
    private static final int MAX_REASON_LENGTH = 200;

    private final NetCounters counters;
    private final ConnectionLimits limits;
    private boolean failed;

    public TlsOutcome(NetCounters counters, ConnectionLimits limits) {
        this.counters = counters;
        this.limits = limits;
    }

    /** Counts a failure at TLS, and logs it unless that address is logged too much. */
    public void report(Channel channel, String why) {
        counters.add(LimitEvent.TLS_FAILED);
        if (limits.mayLog(channel, ConnectionLimits.TOPIC_TLS)) {
            LOG.info("{} closed: {}", Peer.nameOf(channel), why);
        }
        // TLS has had its say already: there is no answer to hold back.
        var unused = limits.failed(channel, "TLS");
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                ctx.pipeline().remove(TlsByteLimit.class);
            } else {
                fail(ctx, handshake.cause());
            }
        } else if (event instanceof SslCloseCompletionEvent) {
            // The peer has said its last word; that it also hangs up is not waited for.
            ctx.close();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
        Throwable cause =
                failure instanceof DecoderException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof SSLException) {
            fail(ctx, cause);
        } else {
            ctx.fireExceptionCaught(failure);
        }
    }

    private void fail(ChannelHandlerContext ctx, Throwable cause) {
        // A peer that merely went away, or was refused meanwhile, has not failed at TLS.
        if (!failed && ctx.channel().isActive() && !Refusal.isRefused(ctx.channel())) {
            report(ctx.channel(), reason(cause));
        }
        failed = true;
        ctx.close();
    }

    /** On one line, whatever the peer has sent. */
    private static String reason(Throwable cause) {
        if (cause instanceof NotSslRecordException) {
            return "what it says is not TLS";
        }
        String text = "TLS failed: " + Texts.printable(String.valueOf(cause.getMessage()));
        return text.length() > MAX_REASON_LENGTH ? text.substring(0, MAX_REASON_LENGTH) : text;
    }
}
