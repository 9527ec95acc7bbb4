package io.emberwatch.collector.net;

import io.emberwatch.collector.net.connection.FrameDecoder;
import io.emberwatch.collector.net.connection.MessageEncoder;
import io.emberwatch.collector.net.connection.NetCounters;
import io.emberwatch.collector.net.connection.OutputWatch;
import io.emberwatch.collector.net.connection.Refusal;
import io.emberwatch.collector.net.handshake.Entrance;
import io.emberwatch.collector.net.handshake.HandshakeHandler;
import io.emberwatch.collector.net.limits.ConnectionGate;
import io.emberwatch.collector.net.limits.ConnectionLimits;
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
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What every connection is made of, from the socket inwards. */
public final class Pipeline extends ChannelInitializer<SocketChannel> {
    /** Name of the handler that makes messages of bytes. */
    public static final String FRAME_DECODER = "frameDecoder";
    /** Name of the handler that stands for the probe once it is believed. */
    public static final String SESSION = "session";
    /** What is read at once from a socket, and so what may have to wait decoded for a session that stops reading. */
    private static final int RECEIVE_BYTES = 16 * 1024;

    private final Entrance entrance;
    private final Sessions sessions;
    private final NetSettings settings;
    private final Optional<ServerTls> tls;
    private final NetCounters counters;
    private final ConnectionLimits edge;
    private final Refusal refusal;
    private final Clock clock;
    private final ConnectionGate gate;

    Pipeline(
            Entrance entrance,
            Sessions sessions,
            NetSettings settings,
            Optional<ServerTls> tls,
            NetCounters counters,
            ConnectionLimits edge,
            Refusal refusal,
            Clock clock) {
        this.entrance = entrance;
        this.sessions = sessions;
        this.settings = settings;
        this.tls = tls;
        this.counters = counters;
        this.edge = edge;
        this.refusal = refusal;
        this.clock = clock;
        this.gate = new ConnectionGate(settings, edge, counters, refusal);
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(RECEIVE_BYTES));
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast("connectionGate", gate);
        if (edge.isFromBalancer(channel)) {
            pipeline.addLast("proxyHeader", new ProxyHeaderDecoder(gate, edge, counters));
        }
        pipeline.addLast("outputWatch", outputWatch());
        tls.ifPresent(server -> addTls(channel, server));
        pipeline.addLast("messageEncoder", new MessageEncoder());
        pipeline.addLast("idleTimer", idleTimer());
        pipeline.addLast(FRAME_DECODER, new FrameDecoder(refusal, counters));
        // Frames that were already decoded when a session stops reading wait here.
        pipeline.addLast("flowControl", new FlowControlHandler());
        pipeline.addLast(
                "handshake", new HandshakeHandler(entrance, sessions, settings, counters, edge, refusal, clock));
        pipeline.addLast("failures", new FailureHandler(counters, edge));
    }

    private OutputWatch outputWatch() {
        return new OutputWatch(settings.idleTimeout(), settings.limits().maxUndeliveredBytes(), counters);
    }

    private void addTls(SocketChannel channel, ServerTls server) {
        channel.pipeline()
                .addLast("tlsByteLimit", new TlsByteLimit(counters, edge))
                .addLast("tls", server.newHandler(channel.alloc()))
                .addLast("tlsOutcome", new TlsOutcome(counters, edge));
    }

    private IdleStateHandler idleTimer() {
        return new IdleStateHandler(
                settings.idleTimeout().toMillis(), settings.pingInterval().toMillis(), 0, TimeUnit.MILLISECONDS);
    }
}
