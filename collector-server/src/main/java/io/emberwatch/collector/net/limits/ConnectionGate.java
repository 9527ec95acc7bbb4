package io.emberwatch.collector.net.limits;

import io.emberwatch.collector.net.connection.LimitEvent;
import io.emberwatch.collector.net.connection.NetCounters;
import io.emberwatch.collector.net.connection.Peer;
import io.emberwatch.collector.net.connection.Refusal;
import io.emberwatch.protocol.RefusalCode;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Counts connections, turns away those beyond the limits, and has the TLS handshakes of strangers take turns. */
@Sharable
public final class ConnectionGate extends ChannelInboundHandlerAdapter {
    private final ConnectionLimits limits;
    private final NetCounters counters;
    private final Refusal refusal;
    private final boolean tls;

    /** @param tls whether connections begin with a TLS handshake */
    public ConnectionGate(ConnectionLimits limits, NetCounters counters, Refusal refusal, boolean tls) {
        this.limits = limits;
        this.counters = counters;
        this.refusal = refusal;
        this.tls = tls;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        Channel channel = ctx.channel();
        counters.countOpened();
        channel.closeFuture().addListener(closed -> {
            // Whoever sees it counted as closed finds its place free.
            limits.gone(channel);
            counters.countClosed();
        });
        if (letsIn(channel)) {
            ctx.fireChannelActive();
        }
    }

    /** Whether there is room for this connection, and its address may have one; if not it is refused, or closed. */
    boolean letsIn(Channel channel) {
        LimitEvent reason = limits.arrived(channel).orElse(null);
        if (reason == null) {
            return !tls || takesItsTurn(channel);
        }
        if (reason == LimitEvent.SHUT_OUT) {
            Refusal.abort(channel);
        } else {
            refusal.refuse(channel, Peer.nameOf(channel), RefusalCode.BUSY, limits.textOf(reason));
        }
        return false;
    }

    /** Nothing is read of a connection that waits: what it says waits in the system's buffers. */
    private boolean takesItsTurn(Channel channel) {
        Optional<Duration> wait = limits.waitForHandshake(channel);
        if (wait.isEmpty()) {
            Refusal.abort(channel);
        } else if (!wait.get().isZero()) {
            channel.config().setAutoRead(false);
            channel.eventLoop().schedule(() -> begin(channel), wait.get().toNanos(), TimeUnit.NANOSECONDS);
        }
        return wait.isPresent();
    }

    private static void begin(Channel channel) {
        if (!Refusal.isRefused(channel)) {
            channel.config().setAutoRead(true);
            // What waited has been handed on; TLS answers to it only when it hears that this was all for now.
            channel.pipeline().fireChannelReadComplete();
        }
    }
}
