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

/** Counts connections and turns away those beyond the limits. */
@Sharable
public final class ConnectionGate extends ChannelInboundHandlerAdapter {
    private final ConnectionLimits limits;
    private final NetCounters counters;
    private final Refusal refusal;

    public ConnectionGate(ConnectionLimits limits, NetCounters counters, Refusal refusal) {
        this.limits = limits;
        this.counters = counters;
        this.refusal = refusal;
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
            return true;
        }
        if (reason == LimitEvent.SHUT_OUT) {
            Refusal.abort(channel);
        } else {
            refusal.refuse(channel, Peer.nameOf(channel), RefusalCode.BUSY, limits.textOf(reason));
        }
        return false;
    }
}
