package io.emberwatch.collector.net.handshake;

import io.emberwatch.collector.ingest.Session;
import io.emberwatch.collector.net.NetSettings;
import io.emberwatch.collector.net.Pipeline;
import io.emberwatch.collector.net.connection.FrameDecoder;
import io.emberwatch.collector.net.connection.Peer;
import io.emberwatch.collector.net.connection.Refusal;
import io.emberwatch.collector.net.limits.ConnectionLimits;
import io.emberwatch.collector.net.session.SessionHandler;
import io.emberwatch.collector.net.session.Sessions;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.auth.Bytes32;
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
    /**
     * What the probe has said.
     *
     * @param hello who it claims to be
     * @param transcript what its proof must be bound to
     * @param proof that it holds the machine's key, perhaps
     */
    record Claim(Hello hello, Transcript transcript, Bytes32 proof) {}

    private final Claim claim;
    private final Admission admission;
    private final Sessions sessions;
    private final NetSettings settings;
    private final ConnectionLimits edge;
    private final Refusal refusal;
    private final Clock clock;
    private final long proofAtNanos = System.nanoTime();

    AdmissionHandler(
            Claim claim,
            Admission admission,
            Sessions sessions,
            NetSettings settings,
            ConnectionLimits edge,
            Refusal refusal,
            Clock clock) {
        this.claim = claim;
        this.admission = admission;
        this.sessions = sessions;
        this.settings = settings;
        this.edge = edge;
        this.refusal = refusal;
        this.clock = clock;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        Hello hello = claim.hello();
        SessionHandler session = sessions.newHandler(ctx.channel(), hello);
        admission.admit(
                new Admission.Request(
                        hello,
                        claim.transcript(),
                        claim.proof(),
                        new ActiveConnection(ctx.channel(), hello.instanceId()),
                        Peer.addressOf(ctx.channel()),
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
        Peer.isMachine(ctx.channel(), claim.hello().machineName());
        edge.authenticated(ctx.channel());
        ctx.pipeline().get(FrameDecoder.class).allowLargeFrames();
        ctx.channel()
                .writeAndFlush(new Welcome(
                        Message.VERSION,
                        welcome.credentials().samplingInterval(),
                        WireLimits.MAX_FRAME_BYTES,
                        settings.maxBatchesInFlight(),
                        clock.instant(),
                        welcome.acknowledged(),
                        welcome.collectorProof()));
        handler.begin(session, welcome.credentials(), welcome.clockOffset(), welcome.acknowledged());
        ctx.pipeline().replace(this, Pipeline.SESSION, handler);
        handler.updateAutoRead();
    }

    private void refuse(ChannelHandlerContext ctx, RefusalCode code, String text) {
        // The name is the peer's claim; it is safe to log, being letters, digits, dots, hyphens, underscores.
        String who =
                Peer.nameOf(ctx.channel()) + " calling itself " + claim.hello().machineName();
        refusal.refuse(ctx.channel(), who, code, text);
    }
}
