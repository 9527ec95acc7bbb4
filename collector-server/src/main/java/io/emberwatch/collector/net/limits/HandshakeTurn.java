package io.emberwatch.collector.net.limits;

import io.emberwatch.collector.net.connection.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Lets a TLS handshake begin when its turn has come, or hangs up. The turn is taken when all of the peer's first record
 * is there: who connects and says nothing, or only a part, takes none and costs nothing. One instance per connection,
 * which leaves the pipeline when the handshake begins.
 */
public final class HandshakeTurn extends ByteToMessageDecoder {
    private static final int HANDSHAKE = 22;
    private static final int HEADER_BYTES = 5;
    private static final int LENGTH_AT = 3;
    /** Of the plain text that a record may have. */
    private static final int MAX_RECORD_BYTES = 1 << 14;

    private final ConnectionLimits limits;
    private boolean taken;

    public HandshakeTurn(ConnectionLimits limits) {
        this.limits = limits;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (taken || lacksPartOfRecord(in)) {
            return;
        }
        taken = true;
        Optional<Duration> wait = limits.waitForHandshake(ctx.channel());
        if (wait.isEmpty()) {
            in.skipBytes(in.readableBytes());
            Refusal.abort(ctx.channel());
        } else if (wait.get().isZero()) {
            // What it holds goes on with it.
            ctx.pipeline().remove(this);
        } else {
            ctx.channel().config().setAutoRead(false);
            ctx.executor().schedule(() -> begin(ctx), wait.get().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** What cannot be a handshake lacks nothing: TLS says so at once. */
    private static boolean lacksPartOfRecord(ByteBuf in) {
        if (in.readableBytes() < HEADER_BYTES) {
            return in.getByte(in.readerIndex()) == HANDSHAKE;
        }
        int length = in.getUnsignedShort(in.readerIndex() + LENGTH_AT);
        return in.getByte(in.readerIndex()) == HANDSHAKE
                && length <= MAX_RECORD_BYTES
                && in.readableBytes() < HEADER_BYTES + length;
    }

    private void begin(ChannelHandlerContext ctx) {
        if (!ctx.isRemoved() && !Refusal.isRefused(ctx.channel())) {
            ctx.pipeline().remove(this);
            ctx.channel().config().setAutoRead(true);
        }
    }
}
