package io.emberwatch.collector.net.connection;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Who is at the other end of a connection, as far as is known: its machine once that is proven, and its address. */
public final class Peer {
    private static final AttributeKey<String> MACHINE = AttributeKey.valueOf(Peer.class, "machine");

    private static final AttributeKey<BooleanSupplier> MAY_LOG = AttributeKey.valueOf(Peer.class, "mayLog");

    private static final AttributeKey<Boolean> GOODBYE = AttributeKey.valueOf(Peer.class, "goodbye");

    private static final AttributeKey<Boolean> TLS_BEGUN = AttributeKey.valueOf(Peer.class, "tlsBegun");

    private static final AttributeKey<InetSocketAddress> CLIENT = AttributeKey.valueOf(Peer.class, "client");

    private Peer() {}

    /** The connection is a balancer's, which stands for this client. */
    public static void isProxiedFor(Channel channel, InetSocketAddress client) {
        channel.attr(CLIENT).set(client);
    }

    public static boolean isProxied(Channel channel) {
        return channel.hasAttr(CLIENT);
    }

    /** The client's address: the peer's own, or the one that a balancer stands for. */
    public static Optional<InetAddress> clientOf(Channel channel) {
        return remoteOf(channel) instanceof InetSocketAddress address
                ? Optional.ofNullable(address.getAddress())
                : Optional.empty();
    }

    /**
     * From now on the channel is this machine's.
     *
     * @param mayLog whether one more line may be logged about this machine's connections; asked before each
     */
    public static void isMachine(Channel channel, String machineName, BooleanSupplier mayLog) {
        channel.attr(MACHINE).set(machineName);
        channel.attr(MAY_LOG).set(mayLog);
    }

    /** Whether a line may be logged about the machine at the other end. */
    public static boolean mayLog(Channel channel) {
        BooleanSupplier mayLog = channel.attr(MAY_LOG).get();
        return mayLog == null || mayLog.getAsBoolean();
    }

    /**
     * Noted as soon as the BYE is decoded: the connection may be closed before a session that holds back gets to it.
     */
    static void saidGoodbye(Channel channel) {
        channel.attr(GOODBYE).set(Boolean.TRUE);
    }

    public static boolean hasSaidGoodbye(Channel channel) {
        return channel.hasAttr(GOODBYE);
    }

    /** The peer has said the first that belongs to a TLS handshake. */
    public static void beginsTls(Channel channel) {
        channel.attr(TLS_BEGUN).set(Boolean.TRUE);
    }

    public static boolean hasBegunTls(Channel channel) {
        return channel.hasAttr(TLS_BEGUN);
    }

    /** Whether nobody else can listen: with TLS, or from this host itself. */
    public static boolean isPrivate(Channel channel) {
        boolean isLoopback =
                clientOf(channel).map(InetAddress::isLoopbackAddress).orElse(false);
        return isLoopback || channel.pipeline().get(SslHandler.class) != null;
    }

    /** Whether nothing can be said on this connection yet, because TLS is still being established. */
    static boolean isTlsPending(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        return tls != null && !tls.handshakeFuture().isSuccess();
    }

    public static String nameOf(Channel channel) {
        String machine = channel.attr(MACHINE).get();
        return machine == null ? addressOf(channel) : machine + " at " + addressOf(channel);
    }

    /** {@code address:port}, or {@code [address]:port} for IPv6. */
    public static String addressOf(Channel channel) {
        SocketAddress remote = remoteOf(channel);
        if (remote instanceof InetSocketAddress address && address.getAddress() != null) {
            String host = address.getAddress().getHostAddress();
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
        }
        return "unknown address";
    }

    /** The address in what {@link #addressOf} has printed once; empty if it was not known. */
    public static Optional<InetAddress> addressIn(String printed) {
        String host = printed.substring(0, Math.max(0, printed.lastIndexOf(':')));
        return Optional.ofNullable(NetUtil.createInetAddressFromIpAddressString(host));
    }

    private static SocketAddress remoteOf(Channel channel) {
        InetSocketAddress client = channel.attr(CLIENT).get();
        return client == null ? channel.remoteAddress() : client;
    }
}
