package io.emberwatch.collector.net.limits;

import io.emberwatch.collector.net.NetSettings;
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
    private final NetSettings settings;
    private final ConnectionLimits edge;
    private final NetCounters counters;
    private final Refusal refusal;

    public ConnectionGate(NetSettings settings, ConnectionLimits edge, NetCounters counters, Refusal refusal) {
        this.settings = settings;
        this.edge = edge;
        this.counters = counters;
        this.refusal = refusal;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        Channel channel = ctx.channel();
        counters.countOpened();
        channel.closeFuture().addListener(closed -> {
            // Whoever sees it counted as closed finds its place free.
            edge.gone(channel);
            counters.countClosed();
        });
        if (letsIn(channel)) {
            ctx.fireChannelActive();
        }
    }

    /** Whether there is room for this connection, and its address may have one; if not it is told, or closed. */
    boolean letsIn(Channel channel) {
        LimitEvent reason = edge.arrived(channel).orElse(null);
        if (reason == null) {
            return true;
        }
        if (reason == LimitEvent.SHUT_OUT) {
            Refusal.abort(channel);
        } else {
            refusal.refuse(channel, Peer.nameOf(channel), RefusalCode.BUSY, text(reason));
        }
        return false;
    }

    private String text(LimitEvent reason) {
        LimitSettings.Address limits = settings.limits().address();
        return switch (reason) {
            case ADDRESS_FULL -> "no more than " + limits.maxConnections() + " connections from one address";
            case OVER_RATE ->
                "no more than " + limits.newConnections().perSecond() + " new connections a second from one address";
            default -> "no more than " + settings.maxConnections() + " connections";
        };
    }
}
