package io.emberwatch.collector.net.tls;

import io.emberwatch.collector.net.connection.NetCounters;
import io.emberwatch.collector.net.limits.ConnectionLimits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/**
 * Before TLS: lets through what a handshake takes, certificates of a client included, and no more. Removed when TLS is
 * established.
 */
public final class TlsByteLimit extends ChannelInboundHandlerAdapter {
    static final int MAX_BYTES = 32 * 1024;

    private final NetCounters counters;
    private final ConnectionLimits edge;
    private long received;

    public TlsByteLimit(NetCounters counters, ConnectionLimits edge) {
        this.counters = counters;
        this.edge = edge;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
        boolean within = received <= MAX_BYTES;
        received += ((ByteBuf) bytes).readableBytes();
        if (received <= MAX_BYTES) {
            ctx.fireChannelRead(bytes);
            return;
        }
        ReferenceCountUtil.release(bytes);
        if (within) {
            TlsOutcome.failed(
                    ctx.channel(), "more than " + MAX_BYTES + " bytes before TLS was established", counters, edge);
            ctx.close();
        }
    }
}
