package io.emberwatch.collector.net;

import io.emberwatch.collector.ingest.Session;
import io.emberwatch.protocol.Challenge;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Proof;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.auth.Bytes32;
import io.emberwatch.protocol.auth.Transcript;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

/**
 * The barrier: nothing gets past it until the peer has proven, in time, that it holds the key of the machine that its HELLO
 * names. Then a {@link SessionHandler} takes its place.
 */
final class HandshakeHandler extends ChannelInboundHandlerAdapter {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Admission admission;
    private final Sessions sessions;
    private final NetSettings settings;
    private final Edge edge;
    private final Refusal refusal;
    private final Clock clock;
    private ScheduledFuture<?> deadline;
    private Hello hello;
    private Challenge challenge;
    private boolean answered;

    HandshakeHandler(
            Admission admission, Sessions sessions, NetSettings settings, Edge edge, Refusal refusal, Clock clock) {
        this.admission = admission;
        this.sessions = sessions;
        this.settings = settings;
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
        } else if (hello != null && !answered && message instanceof Proof proof) {
            answered = true;
            admit(ctx, proof);
        } else {
            refuse(ctx, RefusalCode.UNEXPECTED_MESSAGE, nameOf(message) + " before WELCOME");
        }
    }

    private void admit(ChannelHandlerContext ctx, Proof proof) {
        // From here on the collector is the one to wait for: a whole fleet may be coming back at once.
        deadline.cancel(false);
        edge.collectorIsAwaited(ctx.channel());
        // What follows PROOF is not even decoded until it is known who speaks.
        ctx.channel().config().setAutoRead(false);
        SessionHandler session = sessions.newHandler(ctx.channel(), hello);
        Transcript transcript = hello.transcript(challenge, TlsBinding.of(ctx.channel()));
        admission.admit(
                new Admission.Request(hello, transcript, proof.proof(), Peers.addressOf(ctx.channel()), session),
                verdict -> ctx.executor().execute(() -> answer(ctx, session, verdict)));
    }

    private void answer(ChannelHandlerContext ctx, SessionHandler handler, Admission.Verdict verdict) {
        if (verdict instanceof Admission.Verdict.Welcome welcome) {
            welcome(ctx, handler, welcome);
        } else if (verdict instanceof Admission.Verdict.Busy busy) {
            refuse(ctx, RefusalCode.BUSY, busy.why());
        } else {
            // The name is the peer's claim; it is safe to log, being letters, digits, dots, hyphens, underscores.
            refusal.refuse(
                    ctx.channel(),
                    Peers.nameOf(ctx.channel()) + " calling itself " + hello.machineName(),
                    RefusalCode.NOT_AUTHENTICATED,
                    "machine not registered, or wrong key");
        }
    }

    private void welcome(ChannelHandlerContext ctx, SessionHandler handler, Admission.Verdict.Welcome welcome) {
        Session session = welcome.session();
        if (Refusal.isRefused(ctx.channel()) || !ctx.channel().isActive()) {
            sessions.abandoned(session);
            return;
        }
        Peers.isMachine(ctx.channel(), hello.machineName());
        edge.authenticated(ctx.channel());
        ctx.pipeline().get(FrameDecoder.class).allowLargeFrames();
        ctx.channel()
                .writeAndFlush(new Welcome(
                        Message.VERSION,
                        welcome.credentials().samplingInterval(),
                        WireLimits.MAX_FRAME_BYTES,
                        settings.maxBatchesInFlight(),
                        clock.instant(),
                        welcome.lastDurableSequence(),
                        welcome.collectorProof()));
        handler.begin(session, welcome.credentials(), welcome.clockOffset(), welcome.lastDurableSequence());
        ctx.pipeline().replace(this, Pipeline.SESSION, handler);
        handler.updateAutoRead();
    }

    private void refuse(ChannelHandlerContext ctx, RefusalCode code, String text) {
        refusal.refuse(ctx.channel(), Peers.nameOf(ctx.channel()), code, text);
    }

    private static String nameOf(Object message) {
        return message.getClass().getSimpleName().toUpperCase(java.util.Locale.ROOT);
    }
}
