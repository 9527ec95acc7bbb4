package io.emberwatch.collector.net;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** What a connection is called in the log: its machine once that is known, and its address. */
final class Peers {
    private static final AttributeKey<String> MACHINE = AttributeKey.valueOf(Peers.class, "machine");

    private static final AttributeKey<Boolean> GOODBYE = AttributeKey.valueOf(Peers.class, "goodbye");

    private Peers() {}

    static void isMachine(Channel channel, String machineName) {
        channel.attr(MACHINE).set(machineName);
    }

    /** Noted as soon as the BYE is decoded: the connection may be closed before a session that holds back gets to it. */
    static void saidGoodbye(Channel channel) {
        channel.attr(GOODBYE).set(Boolean.TRUE);
    }

    static boolean hasSaidGoodbye(Channel channel) {
        return channel.hasAttr(GOODBYE);
    }

    /** Whether nobody else can listen: with TLS, or from this host itself. */
    static boolean isPrivate(Channel channel) {
        boolean isLoopback = channel.remoteAddress() instanceof InetSocketAddress address
                && address.getAddress() != null
                && address.getAddress().isLoopbackAddress();
        return isLoopback || channel.pipeline().get(SslHandler.class) != null;
    }

    static String nameOf(Channel channel) {
        String machine = channel.attr(MACHINE).get();
        return machine == null ? addressOf(channel) : machine + " at " + addressOf(channel);
    }

    /** {@code address:port}, or {@code [address]:port} for IPv6. */
    static String addressOf(Channel channel) {
        SocketAddress remote = channel.remoteAddress();
        if (remote instanceof InetSocketAddress address && address.getAddress() != null) {
            String host = address.getAddress().getHostAddress();
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
        }
        return "unknown address";
    }
}
