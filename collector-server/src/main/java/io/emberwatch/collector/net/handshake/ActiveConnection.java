package io.emberwatch.collector.net.handshake;

import io.emberwatch.collector.net.connection.FrameDecoder;
import io.emberwatch.collector.net.connection.Peer;
import io.emberwatch.collector.net.connection.Refusal;
import io.emberwatch.protocol.Bye;
import io.emberwatch.protocol.Message.Ping;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A connection whose peer has proven to hold a machine's key.
 *
 * @param instanceId which process of the machine it is
 */
record ActiveConnection(Channel channel, UUID instanceId) {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Whether the machine is still this connection's, as far as the collector knows. Any thread. */
    boolean isCurrent() {
        return channel.isActive() && !Refusal.isRefused(channel) && !Peer.hasSaidGoodbye(channel);
    }

    /**
     * Asks the peer for a sign of life. If the collector itself did not read, the peer counts as alive, for it may have
     * answered, unless its end is found meanwhile.
     *
     * @param answer called once, on the channel's event loop: true as soon as anything has come, false once the
     *     connection is closed or {@code timeout} has passed
     */
    void askForLife(Duration timeout, Consumer<Boolean> answer) {
        channel.eventLoop().execute(() -> {
            if (!isCurrent()) {
                answer.accept(false);
            } else {
                String decoder = channel.pipeline().context(FrameDecoder.class).name();
                channel.pipeline()
                        .addAfter(
                                decoder,
                                null,
                                new Listener(timeout, !channel.config().isAutoRead(), answer));
                channel.writeAndFlush(new Ping(RANDOM.nextLong()));
            }
        });
    }

    /** Sits behind the frame decoder until there is an answer, and lets everything through. */
    private static final class Listener extends ChannelInboundHandlerAdapter {
        private final Duration timeout;
        private final boolean wasHeldBack;
        private final Consumer<Boolean> answer;
        private ScheduledFuture<?> deadline;
        private boolean answered;

        Listener(Duration timeout, boolean wasHeldBack, Consumer<Boolean> answer) {
            this.timeout = timeout;
            this.wasHeldBack = wasHeldBack;
            this.answer = answer;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            deadline = ctx.executor().schedule(() -> timedOut(ctx), timeout.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Bye) {
                answer(ctx, false);
            } else if (ctx.channel().config().isAutoRead()) {
                answer(ctx, true);
            }
            ctx.fireChannelRead(message);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            answer(ctx, false);
            ctx.fireChannelInactive();
        }

        private void timedOut(ChannelHandlerContext ctx) {
            boolean collectorDidNotListen =
                    ctx.channel().isActive() && !ctx.channel().config().isAutoRead();
            answer(ctx, wasHeldBack || collectorDidNotListen);
        }

        private void answer(ChannelHandlerContext ctx, boolean alive) {
            if (!answered) {
                answered = true;
                deadline.cancel(false);
                if (!ctx.isRemoved()) {
                    ctx.pipeline().remove(this);
                }
                answer.accept(alive);
            }
        }
    }
}
