package io.emberwatch.collector.net.connection;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes a connection whose peer does not take in what it is sent: for too long, or too much of it. */
public final class OutputWatch extends ChannelDuplexHandler {
    private static final Logger LOG = LoggerFactory.getLogger(OutputWatch.class);

    private final Duration timeout;
    private final int maxBytes;
    private final NetCounters counters;
    private ScheduledFuture<?> deadline;

    public OutputWatch(Duration timeout, int maxBytes, NetCounters counters) {
        this.timeout = timeout;
        this.maxBytes = maxBytes;
        this.counters = counters;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        stop();
        if (!ctx.channel().isWritable()) {
            deadline = ctx.executor()
                    .schedule(
                            () -> close(ctx, "for " + timeout.toSeconds() + " s"),
                            timeout.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ctx.write(message, promise);
        // Counted down to the low mark, which is small.
        if (ctx.channel().bytesBeforeWritable() > maxBytes) {
            close(ctx, "more than " + maxBytes + " bytes");
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        stop();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        stop();
        ctx.fireChannelInactive();
    }

    private void close(ChannelHandlerContext ctx, String howMuch) {
        if (ctx.channel().isActive()) {
            counters.add(LimitEvent.UNDELIVERED);
            LOG.info("{} does not take in what it is sent, {}; closed", Peer.nameOf(ctx.channel()), howMuch);
            Refusal.abort(ctx.channel());
        }
    }

    private void stop() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }
}
