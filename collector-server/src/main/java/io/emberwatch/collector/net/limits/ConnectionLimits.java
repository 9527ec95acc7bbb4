package io.emberwatch.collector.net.limits;

import io.emberwatch.collector.net.connection.LimitEvent;
import io.emberwatch.collector.net.connection.NetCounters;
import io.emberwatch.collector.net.connection.Peer;
import io.emberwatch.collector.net.connection.Refusal;
import io.emberwatch.collector.net.limits.LimitSettings.Rate;
import io.emberwatch.protocol.RefusalCode;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits of {@link LimitSettings}, kept for all connections together: what a connection does is reported here, and
 * what is to be done about it is answered. Thread-safe; every call takes a moment.
 */
public final class ConnectionLimits implements Refusal.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimits.class);
    /** What nobody does by accident again and again: other codes mean no more than that there is too much to do. */
    private static final Set<RefusalCode> FAILURES = EnumSet.of(
            RefusalCode.BAD_MAGIC,
            RefusalCode.NOT_AUTHENTICATED,
            RefusalCode.TOKEN_REFUSED,
            RefusalCode.MALFORMED,
            RefusalCode.FRAME_TOO_LARGE,
            RefusalCode.TIMEOUT,
            RefusalCode.UNEXPECTED_MESSAGE);
    /** Lines about strangers, whatever their number of addresses. */
    private static final Rate LOG_LINES = new Rate(5, 100);

    /** Of a failed proof there are as many as an attacker likes; a connection may break for anybody. */
    private static final double WEIGHT_OF_ABANDONED = 0.25;

    /** Well below the time that a probe waits for TLS. */
    private static final Duration LONGEST_TURN = Duration.ofSeconds(5);

    private static final AttributeKey<Boolean> FAILED = AttributeKey.valueOf(ConnectionLimits.class, "failed");

    /** Topics of log lines about strangers, beside the wire codes of refusals. */
    public static final int TOPIC_TLS = 28;

    public static final int TOPIC_LOST = 29;

    static final int TOPIC_NO_PROXY_HEADER = 30;

    private final int maxConnections;
    private final LimitSettings settings;
    private final AddressLedger ledger;
    private final ConnectionTable<Channel> connections;
    private final NetCounters counters;
    private final LongSupplier nanoTime;
    private final TokenBucket logLines;
    private final TokenBucket handshakes;

    public ConnectionLimits(int maxConnections, LimitSettings settings, NetCounters counters, LongSupplier nanoTime) {
        this.maxConnections = maxConnections;
        this.settings = settings;
        this.ledger = new AddressLedger(settings.address(), settings.failures());
        this.connections = new ConnectionTable<>(maxConnections, settings);
        this.counters = counters;
        this.nanoTime = nanoTime;
        this.logLines = new TokenBucket(LOG_LINES, nanoTime.getAsLong());
        this.handshakes = new TokenBucket(settings.newHandshakes(), nanoTime.getAsLong());
    }

    /** Whether the connection itself, not its client, comes from a balancer. */
    public boolean isFromBalancer(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote
                && settings.proxyFrom().contains(remote.getAddress());
    }

    /** Whether a balancer speaks for itself, or has yet to say for whom. */
    public boolean isHealthCheck(Channel channel) {
        return isFromBalancer(channel) && !Peer.isProxied(channel);
    }

    /**
     * A connection has come, or a balancer has said for whom it stands.
     *
     * @return why it must not be let in, if so
     */
    Optional<LimitEvent> arrived(Channel channel) {
        Optional<SourceAddress> source = sourceOf(channel);
        Optional<LimitEvent> refusal = source.flatMap(this::tooFast);
        if (refusal.isEmpty()) {
            ConnectionTable.Arrival<Channel> arrival = connections.arrived(channel, source);
            arrival.displaced().ifPresent(this::displace);
            refusal = switch (arrival.outcome()) {
                case LET_IN -> Optional.empty();
                case FULL -> Optional.of(LimitEvent.FULL);
                case ADDRESS_FULL -> Optional.of(LimitEvent.ADDRESS_FULL);
            };
        }
        refusal.ifPresent(counters::add);
        return refusal;
    }

    /**
     * How long a connection must wait before the TLS handshake that it wants begins. From where a machine has come
     * lately it begins at once, however many others there are; all others take their turns.
     *
     * @return none if its turn would not come in time: it is to be closed
     */
    Optional<Duration> waitForHandshake(Channel channel) {
        Optional<SourceAddress> source = sourceOf(channel);
        if (source.isEmpty()) {
            return Optional.of(Duration.ZERO);
        }
        long nowNanos = nanoTime.getAsLong();
        OptionalLong turn = turnNanos(nowNanos);
        if (ledger.hasHadMachine(source.get(), nowNanos)) {
            turn = OptionalLong.of(0);
        }
        if (turn.isEmpty()) {
            counters.add(LimitEvent.HANDSHAKE_OVER_RATE);
            return Optional.empty();
        }
        Duration earned = ledger.delay(source.get(), connections.sessionsAt(source.get()), nowNanos);
        long waitNanos = Math.max(turn.getAsLong(), earned.toNanos());
        if (waitNanos > 0) {
            counters.add(LimitEvent.HANDSHAKE_DELAYED);
        }
        return Optional.of(Duration.ofNanos(waitNanos));
    }

    private OptionalLong turnNanos(long nowNanos) {
        synchronized (handshakes) {
            return handshakes.reserve(LONGEST_TURN.toNanos(), nowNanos);
        }
    }

    /** Why a connection is turned away, for its peer. */
    String textOf(LimitEvent reason) {
        LimitSettings.Address address = settings.address();
        return switch (reason) {
            case ADDRESS_FULL -> "no more than " + address.maxConnections() + " connections from one address";
            case OVER_RATE ->
                "no more than " + address.newConnections().perSecond() + " new connections a second from one address";
            default -> "no more than " + maxConnections + " connections";
        };
    }

    /** The peer has said what it must, and the collector is to decide: no limit counts while that takes. */
    public void collectorIsAwaited(Channel channel) {
        connections.collectorIsAwaited(channel);
    }

    /** It is for the peer to say more. */
    void peerIsAwaited(Channel channel) {
        connections.peerIsAwaited(channel).ifPresent(this::displace);
    }

    /** The peer is a machine. */
    public void authenticated(Channel channel) {
        connections.isSession(channel);
        sourceOf(channel).ifPresent(source -> ledger.isMachines(source, nanoTime.getAsLong()));
    }

    /** A machine came from there not long before this collector started. */
    public void hasHadMachine(InetAddress address) {
        ledger.isMachines(SourceAddress.of(address), nanoTime.getAsLong());
    }

    boolean isAuthenticated(Channel channel) {
        return connections.hasSession(channel);
    }

    void gone(Channel channel) {
        connections.gone(channel);
    }

    /** Counts as a failure of its address if that is what the code says, and the connection is not a machine's. */
    @Override
    public Duration refused(Channel channel, RefusalCode code) {
        return FAILURES.contains(code) ? failed(channel, code.name()) : Duration.ZERO;
    }

    /**
     * Something has failed before it was known who speaks; of a machine it does not count, and of one connection once.
     *
     * @param what for the log
     * @return how long to wait before the peer is answered
     */
    public Duration failed(Channel channel, String what) {
        return failed(channel, 1, what);
    }

    /** The peer has begun TLS, and gone away before it said who it is: that has cost more than it cost the peer. */
    public void abandoned(Channel channel) {
        if (!isHealthCheck(channel) && !channel.hasAttr(FAILED)) {
            counters.add(LimitEvent.ABANDONED);
            // There is nobody any more whose answer could be held back: what comes next from there waits.
            var unused = failed(channel, WEIGHT_OF_ABANDONED, "a TLS handshake that it did not go on with");
        }
    }

    private Duration failed(Channel channel, double weight, String what) {
        if (isAuthenticated(channel) || channel.attr(FAILED).setIfAbsent(Boolean.TRUE) != null) {
            return Duration.ZERO;
        }
        counters.add(LimitEvent.FAILED);
        peerIsAwaited(channel);
        return sourceOf(channel).map(source -> penalty(source, weight, what)).orElse(Duration.ZERO);
    }

    /** As often as the machine may if the connection is one's, else once an address, topic and minute, and so many in all. */
    @Override
    public boolean mayLog(Channel channel, int topic) {
        return isAuthenticated(channel)
                ? Peer.mayLog(channel)
                : Peer.clientOf(channel)
                        .map(client -> mayLog(SourceAddress.of(client), topic))
                        .orElse(false);
    }

    /** Addresses shut out now. */
    public int shutOut() {
        return ledger.shutOut(nanoTime.getAsLong());
    }

    private Optional<LimitEvent> tooFast(SourceAddress source) {
        return switch (ledger.connected(source, nanoTime.getAsLong())) {
            case LET_IN -> Optional.empty();
            case SHUT_OUT -> Optional.of(LimitEvent.SHUT_OUT);
            case OVER_RATE -> Optional.of(LimitEvent.OVER_RATE);
        };
    }

    private Duration penalty(SourceAddress source, double weight, String what) {
        FailureScore.Penalty penalty =
                ledger.failed(source, weight, connections.sessionsAt(source), nanoTime.getAsLong());
        if (penalty.shutsOut()) {
            counters.add(LimitEvent.ADDRESS_SHUT_OUT);
            if (mayLogLine()) {
                LOG.warn("{} is shut out for a while: too much failed there, in the end {}", source, what);
            }
        }
        if (!penalty.delay().isZero()) {
            counters.add(LimitEvent.DELAYED);
        }
        return penalty.delay();
    }

    private void displace(Channel channel) {
        counters.add(LimitEvent.DISPLACED);
        Refusal.abort(channel);
    }

    private boolean mayLog(SourceAddress source, int topic) {
        return ledger.mayLog(source, topic, nanoTime.getAsLong()) && mayLogLine();
    }

    private boolean mayLogLine() {
        synchronized (logLines) {
            return logLines.tryTake(nanoTime.getAsLong());
        }
    }

    /** Whose limits count; none for a balancer that speaks for itself. */
    private Optional<SourceAddress> sourceOf(Channel channel) {
        return isHealthCheck(channel)
                ? Optional.empty()
                : Peer.clientOf(channel).map(SourceAddress::of);
    }
}
