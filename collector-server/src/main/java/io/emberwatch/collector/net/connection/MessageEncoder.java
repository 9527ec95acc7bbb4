package io.emberwatch.collector.net.connection;

import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.MessageCodec;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/** Messages to bytes. */
@Sharable
public final class MessageEncoder extends ChannelOutboundHandlerAdapter {
    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ctx.write(Unpooled.wrappedBuffer(MessageCodec.encode((Message) message)), promise);
    }
}
