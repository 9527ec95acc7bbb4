package io.emberwatch.collector.net;

import io.emberwatch.collector.net.connection.FrameDecoder;
import io.emberwatch.collector.net.connection.MessageEncoder;
import io.emberwatch.collector.net.connection.NetCounters;
import io.emberwatch.collector.net.connection.OutputWatch;
import io.emberwatch.collector.net.connection.Refusal;
import io.emberwatch.collector.net.handshake.Admission;
import io.emberwatch.collector.net.handshake.AdmissionHandler;
import io.emberwatch.collector.net.handshake.EnrollHandler;
import io.emberwatch.collector.net.handshake.Enrollment;
import io.emberwatch.collector.net.handshake.HandshakeHandler;
import io.emberwatch.collector.net.limits.ConnectionGate;
import io.emberwatch.collector.net.limits.ConnectionLimits;
import io.emberwatch.collector.net.limits.HandshakeTurn;
import io.emberwatch.collector.net.limits.ProxyHeaderDecoder;
import io.emberwatch.collector.net.session.Sessions;
import io.emberwatch.collector.net.tls.ServerTls;
import io.emberwatch.collector.net.tls.TlsByteLimit;
import io.emberwatch.collector.net.tls.TlsOutcome;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What every connection is made of, from the socket inwards. {@code handshake} gives its place to {@code decision},
 * which asks the database, and that to {@code session}.
 */
final class Pipeline extends ChannelInitializer<SocketChannel> {
    /** What is read at once from a socket, and so what may have to wait decoded for a session that stops reading. */
    private static final int RECEIVE_BYTES = 16 * 1024;

    private final NetSettings settings;
    private final Optional<ServerTls> tls;
    private final Admission admission;
    private final Enrollment enrollment;
    private final Sessions sessions;
    private final ConnectionLimits limits;
    private final Refusal refusal;
    private final NetCounters counters;
    private final ConnectionGate gate;

    Pipeline(
            NetSettings settings,
            Optional<ServerTls> tls,
            Admission admission,
            Enrollment enrollment,
            Sessions sessions,
            ConnectionLimits limits,
            Refusal refusal,
            NetCounters counters) {
        this.settings = settings;
        this.tls = tls;
        this.admission = admission;
        this.enrollment = enrollment;
        this.sessions = sessions;
        this.limits = limits;
        this.refusal = refusal;
        this.counters = counters;
        this.gate = new ConnectionGate(limits, counters, refusal);
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(RECEIVE_BYTES));
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast("connectionGate", gate);
        if (limits.isFromBalancer(channel)) {
            pipeline.addLast("proxyHeader", new ProxyHeaderDecoder(gate, limits, counters));
        }
        pipeline.addLast("outputWatch", outputWatch());
        tls.ifPresent(server -> addTls(channel, server));
        pipeline.addLast("messageEncoder", new MessageEncoder());
        pipeline.addLast("idleTimer", idleTimer());
        pipeline.addLast("frameDecoder", new FrameDecoder(refusal, counters));
        // Frames that were already decoded when a session stops reading wait here.
        pipeline.addLast("flowControl", new FlowControlHandler());
        pipeline.addLast("handshake", handshake());
        pipeline.addLast("failures", new FailureHandler(counters, limits));
    }

    private HandshakeHandler handshake() {
        return new HandshakeHandler(
                settings.helloTimeout(),
                limits,
                refusal,
                claim -> new AdmissionHandler(claim, admission, sessions, limits, refusal),
                enroll -> new EnrollHandler(enroll, enrollment, counters, refusal));
    }

    private OutputWatch outputWatch() {
        return new OutputWatch(settings.idleTimeout(), settings.limits().maxUndeliveredBytes(), counters);
    }

    private void addTls(SocketChannel channel, ServerTls server) {
        TlsOutcome outcome = new TlsOutcome(counters, limits);
        channel.pipeline()
                .addLast("handshakeTurn", new HandshakeTurn(limits))
                .addLast("tlsByteLimit", new TlsByteLimit(outcome::report))
                .addLast("tls", server.newHandler(channel.alloc()))
                .addLast("tlsOutcome", outcome);
    }

    private IdleStateHandler idleTimer() {
        return new IdleStateHandler(
                settings.idleTimeout().toMillis(), settings.pingInterval().toMillis(), 0, TimeUnit.MILLISECONDS);
    }
}
