package io.emberwatch.collector.hostile;

import io.emberwatch.collector.testing.TestFleet;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * All hostile boxes on one thread. Each goes from one way to misbehave to the next, so that at any time there are as
 * many different ones as there are boxes, and each has its turn on each box.
 */
final class HostileFleet implements AutoCloseable {
    private static final Duration TURN = Duration.ofMillis(2_500);
    private static final WriteBufferWaterMark WRITABLE_BELOW = new WriteBufferWaterMark(32 << 10, 128 << 10);

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = loops.next();
    private final List<HostileBox> boxes = new ArrayList<>();
    private final List<Misbehaviour> ways;
    private int turns;

    HostileFleet(
            InetSocketAddress collector,
            List<TestFleet.Member> machines,
            HostileSettings settings,
            List<String> gpusOfOthers) {
        ways = new ArrayList<>(settings.waysInOrder());
        Random random = new Random(settings.seed());
        Collections.shuffle(ways, random);
        Bootstrap bootstrap = new Bootstrap()
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITABLE_BELOW);
        if (ways.isEmpty()) {
            return;
        }
        for (int i = 0; i < machines.size(); i++) {
            // Of an address of its own: what one gets wrong is not to shut out the others.
            InetSocketAddress from = new InetSocketAddress("127.0.1." + (i + 1), 0);
            HostileBox box = new HostileBox(
                    bootstrap, loop, collector, from, machines.get(i), gpusOfOthers, new Random(random.nextLong()));
            boxes.add(box);
            box.start();
        }
        loop.scheduleAtFixedRate(this::nextTurn, 0, TURN.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What each box has done. */
    List<String> summary() {
        try {
            return loop.submit(() -> boxes.stream().map(HostileBox::summary).toList())
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void nextTurn() {
        for (int i = 0; i < boxes.size(); i++) {
            boxes.get(i).misbehave(ways.get((turns + i) % ways.size()));
        }
        turns++;
    }

    @Override
    public void close() {
        boxes.forEach(HostileBox::close);
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
