package io.emberwatch.collector.testing;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** Many simulated probes on a few threads. Thread-safe. */
public final class SimulatedFleet implements AutoCloseable {
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<SimulatedProbe> probes = new ArrayList<>();
    private final Queue<Duration> latencies = new ConcurrentLinkedQueue<>();
    private volatile boolean sampling = true;

    /**
     * Connects the machines and keeps them connected.
     *
     * @param measured by each of them
     * @param batchSize most readings in a frame
     */
    public SimulatedFleet(
            InetSocketAddress collector, List<TestFleet.Member> machines, SimulatedMachine measured, int batchSize) {
        this(collector, machines, batchSize, machine -> measured);
    }

    /**
     * The same with machines that differ.
     *
     * @param measured by each of them
     */
    public SimulatedFleet(
            InetSocketAddress collector,
            List<TestFleet.Member> machines,
            int batchSize,
            Function<TestFleet.Member, SimulatedMachine> measured) {
        Bootstrap bootstrap = new Bootstrap()
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .group(loops);
        for (TestFleet.Member machine : machines) {
            EventLoop loop = loops.next();
            SimulatedProbe probe = new SimulatedProbe(
                    bootstrap, loop, collector, machine, measured.apply(machine), batchSize, latencies::add);
            probes.add(probe);
            loop.execute(probe::connect);
        }
    }

    /** Each machine takes a reading at this interval, all of them spread evenly over it. */
    public void sampleEvery(Duration interval) {
        sampleEvery(interval, probe -> probe.take(1, Duration.ofMillis(1)));
    }

    /** The same, but only as fast as the collector follows, and so that nothing is too late to count as of now. */
    public void sampleAsAcknowledged(Duration interval) {
        sampleEvery(interval, SimulatedProbe::takeUnlessManyWait);
    }

    private void sampleEvery(Duration interval, Consumer<SimulatedProbe> take) {
        for (int i = 0; i < probes.size(); i++) {
            SimulatedProbe probe = probes.get(i);
            long delay = interval.toMillis() * i / probes.size();
            probe.loop()
                    .scheduleAtFixedRate(
                            () -> {
                                if (sampling) {
                                    take.accept(probe);
                                }
                            },
                            delay,
                            interval.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    /** Each machine takes so many readings now. */
    public void take(int readingsEach) {
        probes.forEach(probe -> probe.loop().execute(() -> probe.take(readingsEach, Duration.ofMillis(1))));
    }

    /** Each machine was cut off for long: it has taken so many readings so far apart, and comes back. */
    public void cutOff(int readingsEach, Duration apart) {
        probes.forEach(probe -> probe.loop().execute(() -> probe.cutOff(readingsEach, apart)));
    }

    public void stopSampling() {
        sampling = false;
    }

    /** Machines whose session is open. */
    public long connected() {
        return probes.stream().filter(SimulatedProbe::isConnected).count();
    }

    /** Readings taken by all machines. */
    public long taken() {
        return probes.stream().mapToLong(SimulatedProbe::taken).sum();
    }

    /** Readings acknowledged to all machines. */
    public long acknowledged() {
        return probes.stream().mapToLong(SimulatedProbe::lastAcknowledged).sum();
    }

    /** How often a session ended that had begun. */
    public long reconnects() {
        return probes.stream().mapToLong(SimulatedProbe::reconnects).sum();
    }

    /** How long readings waited for their acknowledgement, those that were acknowledged since the last call. */
    public List<Duration> drainLatencies() {
        List<Duration> drained = new ArrayList<>();
        for (Duration next = latencies.poll(); next != null; next = latencies.poll()) {
            drained.add(next);
        }
        return drained;
    }

    /** Last sequence taken, for each machine in the order given. */
    public List<Long> takenByEach() {
        return probes.stream().map(SimulatedProbe::taken).toList();
    }

    @Override
    public void close() {
        probes.forEach(probe -> probe.loop().execute(probe::close));
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
