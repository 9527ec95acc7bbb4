package io.emberwatch.collector.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Before TLS: lets through what a handshake takes, certificates of a client included, and no more. Removed when TLS is
 * established.
 */
final class TlsByteLimit extends ChannelInboundHandlerAdapter {
    static final int MAX_BYTES = 32 * 1024;
    private static final Logger LOG = LoggerFactory.getLogger(TlsByteLimit.class);

    private final NetCounters counters;
    private long received;

    TlsByteLimit(NetCounters counters) {
        this.counters = counters;
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
            counters.countTlsFailure();
            LOG.info(
                    "{} closed: more than {} bytes before TLS was established", Peers.nameOf(ctx.channel()), MAX_BYTES);
            ctx.close();
        }
    }
}
