package io.emberwatch.collector.net.handshake;

import io.emberwatch.collector.net.connection.Peer;
import io.emberwatch.collector.net.connection.Refusal;
import io.emberwatch.collector.net.limits.ConnectionLimits;
import io.emberwatch.protocol.Enroll;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Message.Challenge;
import io.emberwatch.protocol.Message.Proof;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.auth.Bytes32;
import io.emberwatch.protocol.auth.Transcript;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The barrier: nothing gets past it until the peer has given, in time, a proof that it holds the key of the machine
 * that its HELLO names, or a token. Then an {@link AdmissionHandler} or an {@link EnrollHandler} takes its place.
 */
public final class HandshakeHandler extends ChannelInboundHandlerAdapter {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Duration timeout;
    private final ConnectionLimits limits;
    private final Refusal refusal;
    private final Function<Admission.Claim, ChannelHandler> afterProof;
    private final Function<Enroll, ChannelHandler> afterEnroll;
    private ScheduledFuture<?> deadline;
    private Hello hello;
    private Challenge challenge;

    /**
     * For one connection.
     *
     * @param timeout for all that the peer has to say
     * @param afterProof makes the handler that decides about a probe which has said PROOF
     * @param afterEnroll makes the handler that decides about a host which has said ENROLL
     */
    public HandshakeHandler(
            Duration timeout,
            ConnectionLimits limits,
            Refusal refusal,
            Function<Admission.Claim, ChannelHandler> afterProof,
            Function<Enroll, ChannelHandler> afterEnroll) {
        this.timeout = timeout;
        this.limits = limits;
        this.refusal = refusal;
        this.afterProof = afterProof;
        this.afterEnroll = afterEnroll;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadline = ctx.executor()
                .schedule(
                        () -> refuse(ctx, RefusalCode.TIMEOUT, "no PROOF within " + timeout.toSeconds() + " s"),
                        timeout.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        deadline.cancel(false);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        deadline.cancel(false);
        if (Peer.hasBegunTls(ctx.channel()) && !Refusal.isRefused(ctx.channel())) {
            limits.abandoned(ctx.channel());
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (hello == null && message instanceof Hello said) {
            hello = said;
            challenge = new Challenge(Bytes32.random(RANDOM));
            ctx.channel().writeAndFlush(challenge);
        } else if (hello != null && message instanceof Proof proof) {
            Transcript transcript = hello.transcript(challenge, tlsBinding(ctx.channel()));
            makeWay(ctx, afterProof.apply(new Admission.Claim(hello, transcript, proof.proof())));
        } else if (hello == null && message instanceof Enroll enroll) {
            makeWay(ctx, afterEnroll.apply(enroll));
        } else {
            refuse(ctx, RefusalCode.UNEXPECTED_MESSAGE, nameOf(message) + " before WELCOME");
        }
    }

    /** From here on the collector is the one to wait for: a whole fleet may be coming back at once. */
    private void makeWay(ChannelHandlerContext ctx, ChannelHandler decision) {
        limits.collectorIsAwaited(ctx.channel());
        // What follows is not even decoded until it is known who speaks.
        ctx.channel().config().setAutoRead(false);
        ctx.pipeline().replace(this, "decision", decision);
    }

    /**
     * Binds a proof to the connection that it travels on, so that nobody in between can hand it on: SHA-256 of the DER
     * form of the certificate that the collector has shown on this very connection, which need not be the one that it
     * shows now; zero if the connection is not encrypted.
     */
    private static Bytes32 tlsBinding(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            return Bytes32.ZERO;
        }
        Certificate[] shown = tls.engine().getSession().getLocalCertificates();
        if (!tls.handshakeFuture().isSuccess() || shown == null) {
            throw new IllegalStateException("TLS is not established");
        }
        try {
            return Bytes32.sha256(shown[0].getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was shown can be written", e);
        }
    }

    private void refuse(ChannelHandlerContext ctx, RefusalCode code, String text) {
        refusal.refuse(ctx.channel(), Peer.nameOf(ctx.channel()), code, text);
    }

    private static String nameOf(Object message) {
        return message.getClass().getSimpleName().toUpperCase(Locale.ROOT);
    }
}
