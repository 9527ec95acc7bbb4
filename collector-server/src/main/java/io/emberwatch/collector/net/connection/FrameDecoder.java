package io.emberwatch.collector.net.connection;

import io.emberwatch.protocol.Bye;
import io.emberwatch.protocol.FrameAssembler;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Ping;
import io.emberwatch.protocol.Message.Pong;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.WireLimits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Bytes to messages, through the protocol's own assembler. Until {@link #allowLargeFrames} all frames together are as
 * short as one may be. How many have come is an event behind each piece, those skipped included.
 */
public final class FrameDecoder extends ChannelInboundHandlerAdapter {
    /** User event: so many frames have come. */
    public record FramesReceived(long count) {}

    private static final int MAX_BYTES_BEFORE_WELCOME = WireLimits.MAX_FRAME_BYTES_BEFORE_WELCOME;

    private final FrameAssembler assembler = new FrameAssembler(WireLimits.MAX_FRAME_BYTES_BEFORE_WELCOME);
    private final Refusal refusal;
    private final NetCounters counters;
    private boolean largeFrames;
    private boolean ahead;
    private long aheadBytes;
    private boolean handedOn;
    private long bytesBeforeWelcome;

    public FrameDecoder(Refusal refusal, NetCounters counters) {
        this.refusal = refusal;
        this.counters = counters;
    }

    /** The peer is known: frames may be as long as WELCOME allows. */
    public void allowLargeFrames() {
        assembler.limitTo(WireLimits.MAX_FRAME_BYTES);
        largeFrames = true;
    }

    /**
     * Reads one piece more though the channel is not to be read. Of what comes while it is not, BYE and the connection's
     * end take effect, PING and PONG are dropped, and the rest waits behind this handler; when that is a frame's length,
     * no more is read ahead.
     *
     * @param ctx of this handler
     */
    public void lookAhead(ChannelHandlerContext ctx) {
        if (aheadBytes < WireLimits.MAX_FRAME_BYTES) {
            ahead = true;
            ctx.read();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
        ByteBuf buffer = (ByteBuf) bytes;
        try {
            if (isTooMuch(buffer.readableBytes())) {
                refuse(
                        ctx,
                        RefusalCode.FRAME_TOO_LARGE,
                        "more than " + MAX_BYTES_BEFORE_WELCOME + " bytes before WELCOME");
                return;
            }
            ahead &= !ctx.channel().config().isAutoRead();
            int length = buffer.readableBytes();
            handedOn = false;
            long dropped = 0;
            long framesBefore = assembler.frames();
            for (ByteBuffer part : buffer.nioBuffers()) {
                dropped += decode(ctx, part);
            }
            aheadBytes = ahead ? aheadBytes + (handedOn ? length : 0) : 0;
            long frames = assembler.frames() - framesBefore - dropped;
            counters.countFrames(frames);
            ctx.fireUserEventTriggered(new FramesReceived(frames));
        } finally {
            buffer.release();
        }
    }

    private boolean isTooMuch(int bytes) {
        bytesBeforeWelcome += largeFrames ? 0 : bytes;
        return !largeFrames && bytesBeforeWelcome > MAX_BYTES_BEFORE_WELCOME;
    }

    /** Returns how many were dropped. */
    private long decode(ChannelHandlerContext ctx, ByteBuffer bytes) {
        long dropped = 0;
        try {
            while (!Refusal.isRefused(ctx.channel())) {
                Optional<Message> message = assembler.next(bytes);
                if (message.isEmpty()) {
                    return dropped;
                }
                if (ahead && (message.get() instanceof Ping || message.get() instanceof Pong)) {
                    dropped++;
                    continue;
                }
                if (message.get() instanceof Bye) {
                    Peer.saidGoodbye(ctx.channel());
                }
                handedOn = true;
                ctx.fireChannelRead(message.get());
            }
        } catch (ProtocolException e) {
            refuse(ctx, e.code(), e.getMessage());
        }
        return dropped;
    }

    private void refuse(ChannelHandlerContext ctx, RefusalCode code, String text) {
        refusal.refuse(ctx.channel(), Peer.nameOf(ctx.channel()), code, text);
    }
}
