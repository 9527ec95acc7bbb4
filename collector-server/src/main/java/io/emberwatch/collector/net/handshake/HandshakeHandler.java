package io.emberwatch.collector.net.handshake;

import io.emberwatch.collector.net.NetSettings;
import io.emberwatch.collector.net.connection.NetCounters;
import io.emberwatch.collector.net.connection.Peer;
import io.emberwatch.collector.net.connection.Refusal;
import io.emberwatch.collector.net.limits.ConnectionLimits;
import io.emberwatch.collector.net.session.Sessions;
import io.emberwatch.protocol.Challenge;
import io.emberwatch.protocol.Enroll;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Proof;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.auth.Bytes32;
import io.emberwatch.protocol.auth.Transcript;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The barrier: nothing gets past it until the peer has given, in time, a proof that it holds the key of the machine that
 * its HELLO names, or a token. Then an {@link AdmissionHandler} or an {@link EnrollHandler} takes its place.
 */
public final class HandshakeHandler extends ChannelInboundHandlerAdapter {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Entrance entrance;
    private final Sessions sessions;
    private final NetSettings settings;
    private final NetCounters counters;
    private final ConnectionLimits edge;
    private final Refusal refusal;
    private final Clock clock;
    private ScheduledFuture<?> deadline;
    private Hello hello;
    private Challenge challenge;

    public HandshakeHandler(
            Entrance entrance,
            Sessions sessions,
            NetSettings settings,
            NetCounters counters,
            ConnectionLimits edge,
            Refusal refusal,
            Clock clock) {
        this.entrance = entrance;
        this.sessions = sessions;
        this.settings = settings;
        this.counters = counters;
        this.edge = edge;
        this.refusal = refusal;
        this.clock = clock;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadline = ctx.executor()
                .schedule(
                        () -> refuse(
                                ctx,
                                RefusalCode.TIMEOUT,
                                "no PROOF within " + settings.helloTimeout().toSeconds() + " s"),
                        settings.helloTimeout().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        deadline.cancel(false);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        deadline.cancel(false);
        ctx.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (hello == null && message instanceof Hello said) {
            hello = said;
            challenge = new Challenge(Bytes32.random(RANDOM));
            ctx.channel().writeAndFlush(challenge);
        } else if (hello != null && message instanceof Proof proof) {
            makeWay(ctx, admission(ctx, proof));
        } else if (hello == null && message instanceof Enroll enroll) {
            makeWay(ctx, new EnrollHandler(enroll, entrance.enrolment(), counters, refusal));
        } else {
            refuse(ctx, RefusalCode.UNEXPECTED_MESSAGE, nameOf(message) + " before WELCOME");
        }
    }

    /** From here on the collector is the one to wait for: a whole fleet may be coming back at once. */
    private void makeWay(ChannelHandlerContext ctx, ChannelHandler decision) {
        edge.collectorIsAwaited(ctx.channel());
        // What follows is not even decoded until it is known who speaks.
        ctx.channel().config().setAutoRead(false);
        ctx.pipeline().replace(this, "decision", decision);
    }

    private AdmissionHandler admission(ChannelHandlerContext ctx, Proof proof) {
        Transcript transcript = hello.transcript(challenge, TlsBinding.of(ctx.channel()));
        return new AdmissionHandler(
                new AdmissionHandler.Claim(hello, transcript, proof.proof()),
                entrance.admission(),
                sessions,
                settings,
                edge,
                refusal,
                clock);
    }

    private void refuse(ChannelHandlerContext ctx, RefusalCode code, String text) {
        refusal.refuse(ctx.channel(), Peer.nameOf(ctx.channel()), code, text);
    }

    private static String nameOf(Object message) {
        return message.getClass().getSimpleName().toUpperCase(Locale.ROOT);
    }
}
