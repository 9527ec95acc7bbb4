package io.emberwatch.collector.net;

import io.emberwatch.protocol.Bye;
import io.emberwatch.protocol.FrameAssembler;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.WireLimits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Bytes to messages, through the protocol's own assembler. Frames are short until {@link #allowLargeFrames}. */
final class FrameDecoder extends ChannelInboundHandlerAdapter {
    private final FrameAssembler assembler = new FrameAssembler(WireLimits.MAX_FRAME_BYTES_BEFORE_WELCOME);
    private final Refusal refusal;

    FrameDecoder(Refusal refusal) {
        this.refusal = refusal;
    }

    /** The peer is known: frames may be as long as WELCOME allows. */
    void allowLargeFrames() {
        assembler.limitTo(WireLimits.MAX_FRAME_BYTES);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
        ByteBuf buffer = (ByteBuf) bytes;
        try {
            for (ByteBuffer part : buffer.nioBuffers()) {
                decode(ctx, part);
            }
        } finally {
            buffer.release();
        }
    }

    private void decode(ChannelHandlerContext ctx, ByteBuffer bytes) {
        try {
            while (!Refusal.isRefused(ctx.channel())) {
                Optional<Message> message = assembler.next(bytes);
                if (message.isEmpty()) {
                    return;
                }
                if (message.get() instanceof Bye) {
                    Peers.saidGoodbye(ctx.channel());
                }
                ctx.fireChannelRead(message.get());
            }
        } catch (ProtocolException e) {
            refusal.refuse(ctx.channel(), Peers.nameOf(ctx.channel()), e.code(), e.getMessage());
        }
    }
}
