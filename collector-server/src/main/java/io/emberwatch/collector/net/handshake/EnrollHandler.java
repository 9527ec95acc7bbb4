package io.emberwatch.collector.net.handshake;

import io.emberwatch.collector.net.connection.NetCounters;
import io.emberwatch.collector.net.connection.Peer;
import io.emberwatch.collector.net.connection.Refusal;
import io.emberwatch.collector.store.EnrollmentStore;
import io.emberwatch.collector.store.EnrollmentStore.Outcome;
import io.emberwatch.protocol.Enroll;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Enrolled;
import io.emberwatch.protocol.RefusalCode;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A host that has said ENROLL, until it is answered. Nothing more is read from it. */
public final class EnrollHandler extends ChannelInboundHandlerAdapter {
    /** Decides whether a host becomes a machine. Thread-safe; never blocks its caller. */
    @FunctionalInterface
    public interface Decision {
        /**
         * Decides about one host.
         *
         * @param answer called once, by any thread; empty if it cannot be decided now, because the database is away or
         *     the collector has too much to do
         */
        void enroll(EnrollmentStore.Request request, Consumer<Optional<Outcome>> answer);
    }

    private static final Logger LOG = LoggerFactory.getLogger(EnrollHandler.class);

    private final Enroll enroll;
    private final Decision decision;
    private final NetCounters counters;
    private final Refusal refusal;

    public EnrollHandler(Enroll enroll, Decision decision, NetCounters counters, Refusal refusal) {
        this.enroll = enroll;
        this.decision = decision;
        this.counters = counters;
        this.refusal = refusal;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (!Peer.isPrivate(ctx.channel())) {
            refuse(
                    ctx,
                    "",
                    RefusalCode.TOKEN_REFUSED,
                    "the connection is not encrypted: others may have seen the token, so revoke it"
                            + " (enroll-token revoke); then set up TLS");
            return;
        }
        decision.enroll(
                new EnrollmentStore.Request(
                        enroll.tokenSecret(), enroll.machineName(), enroll.verifier(), Peer.addressOf(ctx.channel())),
                outcome -> ctx.executor().execute(() -> answer(ctx, outcome)));
    }

    private void answer(ChannelHandlerContext ctx, Optional<Outcome> outcome) {
        if (outcome.isEmpty()) {
            refuse(ctx, "", RefusalCode.BUSY, "cannot enroll now: the database is away, or too many enroll at once");
        } else if (outcome.get() instanceof Outcome.Enrolled enrolled) {
            enrolled(ctx, enrolled);
        } else if (outcome.get() instanceof Outcome.NameTaken taken) {
            refuse(
                    ctx,
                    with(taken.tokenId()),
                    RefusalCode.NAME_TAKEN,
                    "there is already a machine " + taken.machineName()
                            + ": choose another name, or ask for a token of that machine (machine rekey)");
        } else if (outcome.get() instanceof Outcome.UsedUp used) {
            refuseToken(ctx, with(used.tokenId()), "used up");
        } else if (outcome.get() instanceof Outcome.Expired expired) {
            refuseToken(ctx, with(expired.tokenId()), "expired");
        } else {
            refuseToken(ctx, "", "unknown; it may have been revoked");
        }
    }

    private void enrolled(ChannelHandlerContext ctx, Outcome.Enrolled enrolled) {
        counters.countEnrolled();
        LOG.info(
                "{} enrolled as {} with token {}{}",
                Peer.nameOf(ctx.channel()),
                enrolled.machineName(),
                enrolled.tokenId(),
                enrolled.again() ? ", again with the same key" : "");
        ctx.channel()
                .writeAndFlush(new Enrolled(Message.VERSION, enrolled.machineName()))
                .addListener(ChannelFutureListener.CLOSE);
    }

    private static String with(int tokenId) {
        return " with token " + tokenId;
    }

    private void refuseToken(ChannelHandlerContext ctx, String which, String what) {
        refuse(ctx, which, RefusalCode.TOKEN_REFUSED, "the token is " + what + "; ask for a new one");
    }

    private void refuse(ChannelHandlerContext ctx, String which, RefusalCode code, String text) {
        refusal.refuse(ctx.channel(), Peer.nameOf(ctx.channel()) + which, code, text);
    }
}
