package io.emberwatch.collector.net;

import io.emberwatch.collector.net.connection.NetCounters;
import io.emberwatch.collector.net.connection.Peer;
import io.emberwatch.collector.net.limits.ConnectionLimits;
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
    private final ConnectionLimits limits;

    FailureHandler(NetCounters counters, ConnectionLimits limits) {
        this.counters = counters;
        this.limits = limits;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
        // Balancers end their health checks with a reset.
        boolean expected = failure instanceof IOException && limits.isHealthCheck(ctx.channel());
        if (!expected) {
            report(ctx, failure);
        }
        ctx.close();
    }

    private void report(ChannelHandlerContext ctx, Throwable failure) {
        counters.countFailure();
        if (failure instanceof IOException) {
            if (limits.mayLog(ctx.channel(), ConnectionLimits.TOPIC_LOST)) {
                LOG.info("{} lost: {}", Peer.nameOf(ctx.channel()), failure.getMessage());
            }
        } else {
            LOG.error("{} closed because of a defect in the collector", Peer.nameOf(ctx.channel()), failure);
        }
    }
}
