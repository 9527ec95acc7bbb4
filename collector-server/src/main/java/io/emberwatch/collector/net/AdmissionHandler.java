package io.emberwatch.collector.net;

import io.emberwatch.collector.ingest.Session;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Proof;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.auth.Transcript;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

/**
 * A probe that has said PROOF, until the verdict. Nothing more is read from it; then a {@link SessionHandler} takes this
 * one's place, or it is refused. No failure is answered before its time, so that when the answer comes tells nothing of
 * its reason.
 */
final class AdmissionHandler extends ChannelInboundHandlerAdapter {
    private final Hello hello;
    private final Transcript transcript;
    private final Proof proof;
    private final Admission admission;
    private final Sessions sessions;
    private final NetSettings settings;
    private final Refusal refusal;
    private final Clock clock;
    private final long proofAtNanos = System.nanoTime();

    AdmissionHandler(
            Hello hello,
            Transcript transcript,
            Proof proof,
            Admission admission,
            Sessions sessions,
            NetSettings settings,
            Refusal refusal,
            Clock clock) {
        this.hello = hello;
        this.transcript = transcript;
        this.proof = proof;
        this.admission = admission;
        this.sessions = sessions;
        this.settings = settings;
        this.refusal = refusal;
        this.clock = clock;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        // What follows PROOF is not even decoded until it is known who speaks.
        ctx.channel().config().setAutoRead(false);
        SessionHandler session = sessions.newHandler(ctx.channel(), hello);
        admission.admit(
                new Admission.Request(
                        hello,
                        transcript,
                        proof.proof(),
                        new Incumbent(ctx.channel(), hello.instanceId()),
                        Peers.addressOf(ctx.channel()),
                        session),
                verdict -> ctx.executor().execute(() -> answer(ctx, session, verdict)));
    }

    private void answer(ChannelHandlerContext ctx, SessionHandler handler, Admission.Verdict verdict) {
        if (verdict instanceof Admission.Verdict.Welcome welcome) {
            welcome(ctx, handler, welcome);
        } else if (verdict instanceof Admission.Verdict.Busy busy) {
            refuse(ctx, RefusalCode.BUSY, busy.why());
        } else if (verdict instanceof Admission.Verdict.Duplicate) {
            refuse(
                    ctx,
                    RefusalCode.DUPLICATE,
                    "another probe with this machine's key is connected and alive: enroll this box under a name of its own");
        } else {
            long waitNanos = FailureDelay.nanosToWait(System.nanoTime() - proofAtNanos);
            ctx.executor()
                    .schedule(
                            () -> refuse(ctx, RefusalCode.NOT_AUTHENTICATED, "machine not registered, or wrong key"),
                            waitNanos,
                            TimeUnit.NANOSECONDS);
        }
    }

    private void welcome(ChannelHandlerContext ctx, SessionHandler handler, Admission.Verdict.Welcome welcome) {
        Session session = welcome.session();
        if (Refusal.isRefused(ctx.channel()) || !ctx.channel().isActive()) {
            sessions.abandoned(session);
            return;
        }
        Peers.isMachine(ctx.channel(), hello.machineName());
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
        // The name is the peer's claim; it is safe to log, being letters, digits, dots, hyphens, underscores.
        String who = Peers.nameOf(ctx.channel()) + " calling itself " + hello.machineName();
        refusal.refuse(ctx.channel(), who, code, text);
    }
}
