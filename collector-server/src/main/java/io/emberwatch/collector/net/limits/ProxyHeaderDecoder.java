package io.emberwatch.collector.net.limits;

import io.emberwatch.collector.net.connection.LimitEvent;
import io.emberwatch.collector.net.connection.NetCounters;
import io.emberwatch.collector.net.connection.Peer;
import io.emberwatch.collector.net.connection.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ProtocolDetectionResult;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the PROXY header (version 2, binary) off a balancer's connection and knows its client from then on. Anything
 * else ends the connection. One instance per connection, which leaves the pipeline with the header.
 *
 * <p>LOCAL is a balancer that looks whether the collector is alive: it remains the client.
 */
public final class ProxyHeaderDecoder extends HAProxyMessageDecoder {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyHeaderDecoder.class);
    /** Balancers add an identity of their own or a checksum, of some dozen bytes. */
    private static final int MAX_TLV_BYTES = 1024;

    private final ConnectionGate gate;
    private final ConnectionLimits limits;
    private final NetCounters counters;
    private boolean turnedAway;

    public ProxyHeaderDecoder(ConnectionGate gate, ConnectionLimits limits, NetCounters counters) {
        super(MAX_TLV_BYTES);
        this.gate = gate;
        this.limits = limits;
        this.counters = counters;
    }

    @Override
    protected void callDecode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (!turnedAway && isSomethingElse(in)) {
            turnAway(ctx, "there is none of version 2");
        }
        if (!turnedAway) {
            super.callDecode(ctx, in, out);
        }
        if (!out.isEmpty()) {
            accept(ctx, (HAProxyMessage) out.remove(0));
        }
        if (turnedAway) {
            in.skipBytes(in.readableBytes());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
        if (failure instanceof HAProxyProtocolException) {
            turnAway(ctx, "it cannot be read");
        } else {
            ctx.fireExceptionCaught(failure);
        }
    }

    private void accept(ChannelHandlerContext ctx, HAProxyMessage header) {
        try {
            if (header.command() == HAProxyCommand.LOCAL) {
                return;
            }
            boolean named = NetUtil.createByteArrayFromIpAddressString(String.valueOf(header.sourceAddress())) != null;
            if (!named) {
                turnAway(ctx, "it names no address of a client");
                return;
            }
            Peer.isProxiedFor(ctx.channel(), new InetSocketAddress(header.sourceAddress(), header.sourcePort()));
            turnedAway = !gate.letsIn(ctx.channel());
        } finally {
            header.release();
        }
    }

    private void turnAway(ChannelHandlerContext ctx, String why) {
        if (turnedAway) {
            return;
        }
        turnedAway = true;
        counters.add(LimitEvent.NO_PROXY_HEADER);
        if (limits.mayLog(ctx.channel(), ConnectionLimits.TOPIC_NO_PROXY_HEADER)) {
            LOG.warn(
                    "{} is in net.proxy-from, but its connection does not begin with a good PROXY header: {}; closed",
                    Peer.addressOf(ctx.channel()),
                    why);
        }
        Refusal.abort(ctx.channel());
    }

    /** Version 1, or no header at all; known from the first 12 bytes. */
    private static boolean isSomethingElse(ByteBuf in) {
        ProtocolDetectionResult<HAProxyProtocolVersion> found = detectProtocol(in);
        return switch (found.state()) {
            case NEEDS_MORE_DATA -> false;
            case INVALID -> true;
            case DETECTED -> found.detectedProtocol() != HAProxyProtocolVersion.V2;
        };
    }
}
