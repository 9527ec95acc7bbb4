package io.emberwatch.collector.net;

import io.emberwatch.collector.ingest.IngestQueue;
import io.emberwatch.collector.ingest.SilenceWatch.Presence;
import io.emberwatch.collector.model.Registry;
import io.emberwatch.collector.net.connection.NetCounters;
import io.emberwatch.collector.net.connection.Refusal;
import io.emberwatch.collector.net.handshake.Admission;
import io.emberwatch.collector.net.handshake.Enrollment;
import io.emberwatch.collector.net.limits.ConnectionLimits;
import io.emberwatch.collector.net.limits.LimitSettings;
import io.emberwatch.collector.net.limits.LimitSummary;
import io.emberwatch.collector.net.limits.MachineRateLimits;
import io.emberwatch.collector.net.session.Sessions;
import io.emberwatch.collector.net.tls.ServerTls;
import io.emberwatch.collector.net.tls.TlsSettings;
import io.emberwatch.collector.problem.ServiceProblems;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for probes. To stop without losing a reading: {@link #stopReading}, let ingest finish what it has, then
 * {@link #close}.
 */
public final class CollectorServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CollectorServer.class);
    private static final int BACKLOG = 4096;
    /** Acknowledgements are small; a peer that does not take them in is not sent more. */
    private static final WriteBufferWaterMark UNDELIVERED = new WriteBufferWaterMark(4 * 1024, 16 * 1024);

    private static final long FETCH_TICK_MILLIS = 100;
    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(3);

    private final EventLoopGroup eventLoops;
    private final Channel listener;
    private final Sessions sessions;
    private final NetCounters counters;
    private final Optional<ServerTls> tls;

    private CollectorServer(
            EventLoopGroup eventLoops,
            Channel listener,
            Sessions sessions,
            NetCounters counters,
            Optional<ServerTls> tls) {
        this.eventLoops = eventLoops;
        this.listener = listener;
        this.sessions = sessions;
        this.counters = counters;
        this.tls = tls;
    }

    /**
     * Starts to listen.
     *
     * @param encryption empty: in plain text
     * @throws IOException if the address cannot be listened on, or there is no certificate that can be used
     */
    public static CollectorServer start(
            NetSettings settings,
            Optional<TlsSettings> encryption,
            Admission admission,
            Enrollment enrollment,
            IngestQueue queue,
            ServiceProblems problems,
            Clock clock)
            throws IOException {
        Optional<ServerTls> tls = encryption.isEmpty()
                ? Optional.empty()
                : Optional.of(ServerTls.start(encryption.get(), clock, problems));
        NetCounters counters = new NetCounters();
        ConnectionLimits limits =
                new ConnectionLimits(settings.maxConnections(), settings.limits(), counters, System::nanoTime);
        admission.recentAddresses(LimitSettings.MACHINE_REMEMBERED).forEach(limits::hasHadMachine);
        Refusal refusal = new Refusal(counters, limits);
        MachineRateLimits rates = new MachineRateLimits(settings.limits().machine(), counters, System::nanoTime);
        Sessions sessions = new Sessions(queue, refusal, clock, settings.maxBatchesInFlight(), rates);
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        EventLoopGroup eventLoops = new MultiThreadIoEventLoopGroup(io);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(eventLoops)
                .channelFactory(() -> newListener(settings.listen(), epoll))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNDELIVERED)
                .childHandler(new Pipeline(settings, tls, admission, enrollment, sessions, limits, refusal, counters));
        try {
            Channel listener =
                    bootstrap.bind(settings.listen()).syncUninterruptibly().channel();
            LOG.info(
                    "listening on {} ({}, {})",
                    listener.localAddress(),
                    epoll ? "epoll" : "nio",
                    tls.isPresent() ? "TLS 1.3" : "not encrypted");
            reportLimits(eventLoops, limits, counters, rates, clock);
            eventLoops
                    .next()
                    .scheduleAtFixedRate(
                            sessions::askForHistory, FETCH_TICK_MILLIS, FETCH_TICK_MILLIS, TimeUnit.MILLISECONDS);
            return new CollectorServer(eventLoops, listener, sessions, counters, tls);
        } catch (Exception e) {
            eventLoops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            tls.ifPresent(ServerTls::close);
            throw new IOException("cannot listen on " + settings.listen() + ": " + e.getMessage(), e);
        }
    }

    /** At an IPv4 address for IPv4 alone: left to itself, 0.0.0.0 would be open to IPv6 as well, as [::] is to both. */
    private static ServerChannel newListener(InetSocketAddress address, boolean epoll) {
        boolean ipv4 = address.getAddress() instanceof Inet4Address;
        if (epoll) {
            return ipv4 ? new EpollServerSocketChannel(SocketProtocolFamily.INET) : new EpollServerSocketChannel();
        }
        return ipv4
                ? new NioServerSocketChannel(SelectorProvider.provider(), SocketProtocolFamily.INET)
                : new NioServerSocketChannel();
    }

    /** Reports once a minute what was refused and slowed, if anything was. */
    private static void reportLimits(
            EventLoopGroup eventLoops,
            ConnectionLimits limits,
            NetCounters counters,
            MachineRateLimits rates,
            Clock clock) {
        LimitSummary summary = new LimitSummary(counters::count, clock.instant());
        Runnable round = () -> {
            summary.next(limits.shutOut(), clock.instant()).ifPresent(LOG::info);
            rates.forgetIdle();
        };
        eventLoops.next().scheduleAtFixedRate(round, 1, 1, TimeUnit.MINUTES);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    public NetCounters counters() {
        return counters;
    }

    public Presence presence() {
        return sessions;
    }

    /**
     * Ends the sessions of machines that were removed, or have another key or none.
     *
     * @param readAtNanos {@code System.nanoTime} before the registry was read
     */
    public void recheck(Registry registry, long readAtNanos) {
        sessions.recheck(registry, readAtNanos);
    }

    /** Machines connected now. */
    public int sessionCount() {
        return sessions.count();
    }

    /** Accepts and reads nothing more; acknowledgements still go out. */
    public void stopReading() {
        listener.close().syncUninterruptibly();
        sessions.stopReading();
    }

    /** Says goodbye to every probe and closes. */
    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        tls.ifPresent(ServerTls::close);
        // Event loops that shut down close their connections at once: first let the goodbyes go out.
        long deadline = System.nanoTime() + CLOSE_DEADLINE.toNanos();
        for (ChannelFuture closed : sessions.sayGoodbye()) {
            closed.awaitUninterruptibly(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
        eventLoops
                .shutdownGracefully(100, CLOSE_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_DEADLINE.toMillis() + 1000);
    }
}
