package io.emberwatch.collector.hostile;

import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.protocol.FrameAssembler;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Challenge;
import io.emberwatch.protocol.Message.Proof;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.auth.Bytes32;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A registered machine in hostile hands. It connects again whenever it is cut off, after a short while, so that it
 * stays light for the machine that plays it. All of its state belongs to one event loop.
 */
final class HostileBox {
    private static final int TICK_MILLIS = 20;
    private static final int RECONNECT_MILLIS = 200;
    /** Refused ones do not wait for as long as they are told to, but longer than others. */
    private static final int RECONNECT_REFUSED_MILLIS = 1000;

    private final Bootstrap bootstrap;
    private final EventLoop loop;
    private final InetSocketAddress collector;
    private final InetSocketAddress from;
    private final TestFleet.Member machine;
    private final List<String> gpusOfOthers;
    private final List<String> ownGpus;
    private final Random random;
    private final UUID instanceId = UUID.randomUUID();
    private UUID bootId = UUID.randomUUID();
    private Misbehaviour way = Misbehaviour.IDLE;
    private Channel channel;
    private Hello hello;
    private boolean isWelcome;
    private boolean isClosed;
    private boolean isRefused;
    private boolean isConnecting;
    private int maxBatchesInFlight;
    private final Deque<Long> batchesInFlight = new ArrayDeque<>();
    private long lastSequence;
    private long framesSent;
    private long bytesSent;
    private long cutOff;
    private int ticksInSession;

    HostileBox(
            Bootstrap bootstrap,
            EventLoop loop,
            InetSocketAddress collector,
            InetSocketAddress from,
            TestFleet.Member machine,
            List<String> gpusOfOthers,
            Random random) {
        this.bootstrap = bootstrap.clone(loop);
        this.loop = loop;
        this.collector = collector;
        this.from = from;
        this.machine = machine;
        this.gpusOfOthers = gpusOfOthers;
        this.ownGpus = gpus("GPU-of-" + machine.name() + "-");
        this.random = random;
    }

    /** Begins to misbehave, in no way yet. */
    void start() {
        loop.execute(this::connect);
        loop.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** From now on it misbehaves in this way. */
    void misbehave(Misbehaviour next) {
        loop.execute(() -> {
            way = next;
            ticksInSession = 0;
            if (channel != null && !channel.config().isAutoRead()) {
                disconnect();
            }
        });
    }

    void close() {
        loop.execute(() -> {
            isClosed = true;
            disconnect();
        });
    }

    Random random() {
        return random;
    }

    /** As many cards as a machine may have, always the same. */
    List<String> ownGpus() {
        return ownGpus;
    }

    /** Cards that nobody has heard of yet. */
    List<String> newGpus() {
        return gpus("GPU-" + Long.toHexString(random.nextLong()) + "-");
    }

    private static List<String> gpus(String prefix) {
        return IntStream.range(0, WireLimits.MAX_GPUS)
                .mapToObj(slot -> prefix + slot)
                .toList();
    }

    List<String> gpusOfOthers() {
        return gpusOfOthers;
    }

    /** How often it was called since this way or this session began, from 1. */
    int ticks() {
        return ticksInSession;
    }

    boolean mayTakeMore() {
        return isWelcome && channel.isActive() && channel.isWritable();
    }

    /** Whether there is room for one more batch within what the collector allows. */
    boolean hasBatchLeft() {
        return mayTakeMore() && batchesInFlight.size() < maxBatchesInFlight;
    }

    void send(Message message) {
        send(RawReadings.frame(message));
    }

    /** The next readings of its numbering. */
    void sendReadings(List<RawReadings.Raw> readings) {
        ByteBuf frame = RawReadings.frame(lastSequence + 1, Instant.now(), readings);
        if (frame.readableBytes() > WireLimits.MAX_FRAME_BYTES) {
            throw new IllegalStateException(way + ": a frame of " + frame.readableBytes() + " bytes");
        }
        lastSequence += readings.size();
        batchesInFlight.add(lastSequence);
        send(frame);
    }

    long skipSequences(long count) {
        lastSequence += count;
        return lastSequence;
    }

    /** Names these cards, and how much it is worth knowing of them. */
    void sendInventory(List<String> uuids, String text) {
        send(new Inventory(
                text,
                text,
                text,
                text,
                text,
                64,
                1L << 39,
                "none",
                uuids.stream()
                        .map(uuid -> GpuInfo.withoutLimits(uuid, text.isEmpty() ? "H200" : text, text))
                        .toList(),
                text,
                OptionalInt.empty()));
    }

    void stopReading() {
        channel.config().setAutoRead(false);
    }

    void disconnect() {
        isWelcome = false;
        if (channel != null) {
            channel.close();
        }
    }

    /** As a probe without a memory. */
    void forgetNumbering() {
        bootId = UUID.randomUUID();
    }

    /** What it has done, for a person. */
    String summary() {
        return machine.name() + ": " + framesSent + " frames, " + (bytesSent >> 10) + " KiB, cut off " + cutOff
                + " times";
    }

    private void send(ByteBuf frame) {
        framesSent++;
        bytesSent += frame.readableBytes();
        channel.writeAndFlush(frame, channel.voidPromise());
    }

    private void tick() {
        if (isWelcome && channel.isActive() && !isClosed) {
            ticksInSession++;
            way.tick(this);
        }
    }

    private void connect() {
        if (isClosed || isConnecting) {
            return;
        }
        isConnecting = true;
        isRefused = false;
        ChannelFuture connecting = bootstrap.handler(new Conversation()).connect(collector, from);
        channel = connecting.channel();
        connecting.addListener(done -> {
            isConnecting = false;
            if (!done.isSuccess()) {
                connectLater();
            }
        });
    }

    private void connectLater() {
        isWelcome = false;
        int millis = isRefused ? RECONNECT_REFUSED_MILLIS : RECONNECT_MILLIS;
        loop.schedule(this::connect, way.reconnectsAtOnce() ? 10 : millis, TimeUnit.MILLISECONDS);
    }

    private void hear(Message message) {
        if (message instanceof Challenge challenge) {
            send(new Proof(machine.key().proof(hello.transcript(challenge, Bytes32.ZERO))));
        } else if (message instanceof Welcome welcome) {
            maxBatchesInFlight = welcome.maxBatchesInFlight();
            batchesInFlight.clear();
            lastSequence = welcome.acknowledged().last();
            ticksInSession = 0;
            isWelcome = true;
        } else if (message instanceof Ack ack) {
            while (!batchesInFlight.isEmpty()
                    && batchesInFlight.peek() <= ack.acknowledged().last()) {
                batchesInFlight.remove();
            }
        } else if (message instanceof Refused) {
            isRefused = true;
        }
    }

    private final class Conversation extends ChannelInboundHandlerAdapter {
        private final FrameAssembler assembler = new FrameAssembler(WireLimits.MAX_FRAME_BYTES);

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            channel = ctx.channel();
            hello = ProtocolClient.hello(machine.name(), bootId, instanceId);
            send(hello);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object bytes) throws ProtocolException {
            ByteBuf buffer = (ByteBuf) bytes;
            try {
                java.nio.ByteBuffer in = buffer.nioBuffer();
                for (Optional<Message> next = assembler.next(in); next.isPresent(); next = assembler.next(in)) {
                    hear(next.get());
                }
            } finally {
                buffer.release();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            cutOff++;
            connectLater();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
