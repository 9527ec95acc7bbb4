package io.emberwatch.collector.net;

import io.emberwatch.protocol.RefusalCode;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Counts connections and turns away those beyond the limit. */
@Sharable
final class ConnectionGate extends ChannelInboundHandlerAdapter {
    private final int maxConnections;
    private final NetCounters counters;
    private final Refusal refusal;

    ConnectionGate(int maxConnections, NetCounters counters, Refusal refusal) {
        this.maxConnections = maxConnections;
        this.counters = counters;
        this.refusal = refusal;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        int open = counters.countOpened();
        ctx.channel().closeFuture().addListener(closed -> counters.countClosed());
        if (open > maxConnections) {
            refusal.refuse(
                    ctx.channel(),
                    Peers.nameOf(ctx.channel()),
                    RefusalCode.BUSY,
                    "no more than " + maxConnections + " connections");
            return;
        }
        ctx.fireChannelActive();
    }
}
