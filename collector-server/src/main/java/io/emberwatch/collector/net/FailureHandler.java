package io.emberwatch.collector.net;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** End of the pipeline: closes a connection on which something failed that no handler foresaw. */
@Sharable
final class FailureHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(FailureHandler.class);

    private final NetCounters counters;

    FailureHandler(NetCounters counters) {
        this.counters = counters;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
        counters.countFailure();
        if (failure instanceof IOException) {
            LOG.info("{} lost: {}", Peers.nameOf(ctx.channel()), failure.getMessage());
        } else {
            LOG.error("{} closed because of a defect in the collector", Peers.nameOf(ctx.channel()), failure);
        }
        ctx.close();
    }
}
