package io.emberwatch.collector.net.handshake;

import io.emberwatch.collector.net.connection.FrameDecoder;
import io.emberwatch.collector.net.connection.Peer;
import io.emberwatch.collector.net.connection.Refusal;
import io.emberwatch.collector.net.limits.ConnectionLimits;
import io.emberwatch.collector.net.session.SessionHandler;
import io.emberwatch.collector.net.session.Sessions;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.RefusalCode;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A probe that has said PROOF, until the verdict. Nothing more is read from it; then a {@link SessionHandler} takes
 * this one's place, or it is refused. No failure is answered before its time, so that the time of the answer reveals
 * nothing of its reason.
 */
public final class AdmissionHandler extends ChannelInboundHandlerAdapter {
    /**
     * A failed authentication is answered this long after PROOF, in which the decision is surely made; if it was not,
     * because the database is slow, a whole number of such times later.
     */
    private static final Duration ANSWER_STEP = Duration.ofMillis(300);

    private final Admission.Claim claim;
    private final Admission admission;
    private final Sessions sessions;
    private final ConnectionLimits limits;
    private final Refusal refusal;
    private final long proofAtNanos = System.nanoTime();

    public AdmissionHandler(
            Admission.Claim claim, Admission admission, Sessions sessions, ConnectionLimits limits, Refusal refusal) {
        this.claim = claim;
        this.admission = admission;
        this.sessions = sessions;
        this.limits = limits;
        this.refusal = refusal;
    }

    /** How long to wait with the answer to a failure, of which so much is over since PROOF; 0 or more. */
    static long nanosToWait(long elapsedNanos) {
        return ANSWER_STEP.toNanos() - elapsedNanos % ANSWER_STEP.toNanos();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        Hello hello = claim.hello();
        SessionHandler session = sessions.newHandler(ctx.channel(), hello);
        admission.admit(
                new Admission.Request(
                        claim,
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
                    "another probe with this machine's key is connected and alive: enroll this host under a name of its own");
        } else {
            long waitNanos = nanosToWait(System.nanoTime() - proofAtNanos);
            ctx.executor()
                    .schedule(
                            () -> refuse(ctx, RefusalCode.NOT_AUTHENTICATED, "machine not registered, or wrong key"),
                            waitNanos,
                            TimeUnit.NANOSECONDS);
        }
    }

    private void welcome(ChannelHandlerContext ctx, SessionHandler handler, Admission.Verdict.Welcome welcome) {
        if (Refusal.isRefused(ctx.channel()) || !ctx.channel().isActive()) {
            sessions.abandoned(welcome.start().session());
            return;
        }
        Peer.isMachine(
                ctx.channel(),
                claim.hello().machineName(),
                () -> sessions.mayLog(welcome.start().session()));
        limits.authenticated(ctx.channel());
        ctx.pipeline().get(FrameDecoder.class).allowLargeFrames();
        handler.begin(welcome.start());
        ctx.pipeline().replace(this, "session", handler);
        handler.updateAutoRead();
    }

    private void refuse(ChannelHandlerContext ctx, RefusalCode code, String text) {
        // The name is the peer's claim; it is safe to log, being letters, digits, dots, hyphens, underscores.
        String who =
                Peer.nameOf(ctx.channel()) + " calling itself " + claim.hello().machineName();
        refusal.refuse(ctx.channel(), who, code, text);
    }
}
