package io.emberwatch.collector.net.tls;

import io.emberwatch.collector.net.connection.Peer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.function.BiConsumer;

/**
 * Before TLS: lets through what a handshake takes, certificates of a client included, and no more. Removed when TLS is
 * established.
 */
public final class TlsByteLimit extends ChannelInboundHandlerAdapter {
    static final int MAX_BYTES = 32 * 1024;

    private final BiConsumer<Channel, String> failures;
    private long received;

    /** @param failures takes a connection that says too much, and why it is closed */
    public TlsByteLimit(BiConsumer<Channel, String> failures) {
        this.failures = failures;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
        Peer.beginsTls(ctx.channel());
        boolean within = received <= MAX_BYTES;
        received += ((ByteBuf) bytes).readableBytes();
        if (received <= MAX_BYTES) {
            ctx.fireChannelRead(bytes);
            return;
        }
        ReferenceCountUtil.release(bytes);
        if (within) {
            failures.accept(ctx.channel(), "more than " + MAX_BYTES + " bytes before TLS was established");
            ctx.close();
        }
    }
}
