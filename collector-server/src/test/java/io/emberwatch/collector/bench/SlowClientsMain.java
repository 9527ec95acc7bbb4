package io.emberwatch.collector.bench;

import io.emberwatch.collector.testing.LimitClients;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Connections that never say who they are, as a process of its own: silent ones, some with half a TLS ClientHello, and
 * some with one byte of it a second. One that is closed comes back after half a second.
 */
public final class SlowClientsMain {
    /** The first half of a ClientHello: record header, handshake header, version, half of the random. */
    private static final byte[] HALF_CLIENT_HELLO =
            HexFormat.of().parseHex("160301010001000100fc0303" + "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf");

    private static final long COME_BACK_MILLIS = 500;

    private enum Kind {
        SILENT(1),
        DRIBBLING(2),
        HALF_A_CLIENT_HELLO(3);

        /** Third byte of the addresses that it comes from. */
        private final int net;

        Kind(int net) {
            this.net = net;
        }
    }

    private final Bootstrap bootstrap;
    private final InetSocketAddress collector;
    private final AtomicInteger open = new AtomicInteger();

    private SlowClientsMain(Bootstrap bootstrap, InetSocketAddress collector) {
        this.bootstrap = bootstrap;
        this.collector = collector;
    }

    /**
     * Connects, prints how many connections are open once a second, and ends after two minutes at the latest.
     *
     * @param arguments port on loopback; connections of each kind; addresses from which each kind comes: silent ones
     *     from 127.0.1.1 on, dribbling ones from 127.0.2.1 on, those with half a ClientHello from 127.0.3.1 on
     */
    public static void main(String[] arguments) throws InterruptedException {
        int count = Integer.parseInt(arguments[1]);
        int addresses = Integer.parseInt(arguments[2]);
        Bootstrap bootstrap = new Bootstrap()
                .channel(NioSocketChannel.class)
                .group(new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()));
        SlowClientsMain clients = new SlowClientsMain(
                bootstrap, new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])));
        for (int i = 0; i < count; i++) {
            for (Kind kind : Kind.values()) {
                clients.connect(kind, LimitClients.address(256 * kind.net + 1 + i % addresses));
            }
        }
        for (int second = 0; second < 120; second++) {
            System.out.println(clients.open.get());
            TimeUnit.SECONDS.sleep(1);
        }
        System.exit(0);
    }

    private void connect(Kind kind, InetAddress from) {
        Bootstrap one = bootstrap.clone().handler(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelActive(ChannelHandlerContext ctx) {
                open.incrementAndGet();
                ctx.channel().closeFuture().addListener(closed -> open.decrementAndGet());
                speak(ctx.channel(), kind);
            }

            @Override
            public void channelRead(ChannelHandlerContext ctx, Object said) {
                ReferenceCountUtil.release(said);
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
                ctx.close();
            }
        });
        Channel channel = one.connect(collector, new InetSocketAddress(from, 0)).channel();
        channel.closeFuture()
                .addListener(closed -> channel.eventLoop()
                        .schedule(() -> connect(kind, from), COME_BACK_MILLIS, TimeUnit.MILLISECONDS));
    }

    private static void speak(Channel channel, Kind kind) {
        if (kind == Kind.HALF_A_CLIENT_HELLO) {
            channel.writeAndFlush(Unpooled.wrappedBuffer(HALF_CLIENT_HELLO));
        } else if (kind == Kind.DRIBBLING) {
            dribble(channel, 0);
        }
    }

    private static void dribble(Channel channel, int index) {
        if (channel.isActive()) {
            channel.writeAndFlush(Unpooled.wrappedBuffer(HALF_CLIENT_HELLO, index % HALF_CLIENT_HELLO.length, 1));
            channel.eventLoop().schedule(() -> dribble(channel, index + 1), 1, TimeUnit.SECONDS);
        }
    }
}
