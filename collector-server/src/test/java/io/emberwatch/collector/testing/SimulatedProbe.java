package io.emberwatch.collector.testing;

import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.FrameAssembler;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Challenge;
import io.emberwatch.protocol.Message.Defer;
import io.emberwatch.protocol.Message.Fetch;
import io.emberwatch.protocol.Message.History;
import io.emberwatch.protocol.Message.Ping;
import io.emberwatch.protocol.Message.Pong;
import io.emberwatch.protocol.Message.Proof;
import io.emberwatch.protocol.MessageCodec;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.auth.Bytes32;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A probe without a machine: keeps what is not acknowledged, connects again whenever it is cut off, and goes on behind
 * what the collector has; with much to send it goes on live at once and brings the rest when it is asked to. All of its
 * state belongs to one event loop.
 */
final class SimulatedProbe {
    /** So many fit into a frame with every metric of a machine. */
    private static final int MOST_HISTORY = 500;

    private static final int DEFER_ABOVE = 2_000;
    private static final int KEEP_LIVE = 1_000;
    private static final int MANY = 500;
    private static final Duration PROMPT = Duration.ofSeconds(10);

    private final Bootstrap bootstrap;
    private final EventLoop loop;
    private final InetSocketAddress collector;
    private final TestFleet.Member machine;
    private final SimulatedMachine measured;
    private final int batchSize;
    private final Consumer<Duration> latencies;
    private final UUID bootId = UUID.randomUUID();
    private final UUID instanceId = UUID.randomUUID();
    private final NavigableMap<Long, Reading> unacknowledged = new TreeMap<>();
    private final Deque<Long> batchesInFlight = new ArrayDeque<>();
    private Channel channel;
    private Hello hello;
    private volatile boolean welcomed;
    private boolean closed;
    private long lastTaken;
    private long lastSent;
    /** What of the history is acknowledged or sent. */
    private long historySent;

    private long historyTo;
    private int maxBatchesInFlight;
    private boolean neverLate;
    private volatile long lastAcknowledged;
    private volatile long taken;
    private final AtomicLong reconnects = new AtomicLong();

    SimulatedProbe(
            Bootstrap bootstrap,
            EventLoop loop,
            InetSocketAddress collector,
            TestFleet.Member machine,
            SimulatedMachine measured,
            int batchSize,
            Consumer<Duration> latencies) {
        this.bootstrap = bootstrap.clone(loop);
        this.loop = loop;
        this.collector = collector;
        this.machine = machine;
        this.measured = measured;
        this.batchSize = batchSize;
        this.latencies = latencies;
    }

    EventLoop loop() {
        return loop;
    }

    /** Last sequence that the collector has acknowledged together with all before it. Any thread. */
    long lastAcknowledged() {
        return lastAcknowledged;
    }

    /** Whether a session is open. Any thread. */
    boolean isConnected() {
        return welcomed;
    }

    /** How often a session ended that had begun. Any thread. */
    long reconnects() {
        return reconnects.get();
    }

    /** Last sequence taken. Any thread. */
    long taken() {
        return taken;
    }

    void connect() {
        if (closed) {
            return;
        }
        ChannelFuture connecting = bootstrap.handler(new Conversation()).connect(collector);
        channel = connecting.channel();
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                connectLater();
            }
        });
    }

    void close() {
        closed = true;
        if (channel != null) {
            channel.close();
        }
    }

    /** Takes readings, the last of them now and the others so far apart before it. */
    void take(int count, Duration apart) {
        Instant now = Instant.now();
        for (int i = count - 1; i >= 0; i--) {
            lastTaken++;
            unacknowledged.put(
                    lastTaken,
                    new Reading(
                            lastTaken,
                            now.minus(apart.multipliedBy(i)),
                            measured.values(lastTaken),
                            measured.gpuValues(lastTaken)));
        }
        taken = lastTaken;
        send();
    }

    /**
     * Takes a reading now unless many wait, and from now on says of what it sends that it left promptly, as of a frame
     * that was long on its way: so none of it becomes history, however slow this machine is.
     */
    void takeUnlessManyWait() {
        neverLate = true;
        if (unacknowledged.size() < MANY) {
            take(1, Duration.ofMillis(1));
        }
    }

    /** Takes readings while the connection is away. */
    void cutOff(int count, Duration apart) {
        welcomed = false;
        take(count, apart);
        channel.close();
    }

    private void connectLater() {
        welcomed = false;
        loop.schedule(this::connect, ThreadLocalRandom.current().nextInt(100, 400), TimeUnit.MILLISECONDS);
    }

    private void send() {
        while (welcomed && batchesInFlight.size() < maxBatchesInFlight && lastSent < lastTaken) {
            List<Reading> batch = unacknowledged.tailMap(lastSent, false).values().stream()
                    .limit(batchSize)
                    .toList();
            lastSent += batch.size();
            batchesInFlight.add(lastSent);
            say(new Readings(sentAt(batch), batch));
        }
    }

    private Instant sentAt(List<Reading> batch) {
        Instant now = Instant.now();
        Instant promptly = batch.get(0).takenAt().plus(PROMPT);
        return neverLate && promptly.isBefore(now) ? promptly : now;
    }

    private void say(Message message) {
        channel.writeAndFlush(Unpooled.wrappedBuffer(MessageCodec.encode(message)));
    }

    private void hear(Message message) {
        if (message instanceof Challenge challenge) {
            say(new Proof(machine.key().proof(hello.transcript(challenge, Bytes32.ZERO))));
        } else if (message instanceof Welcome welcome) {
            maxBatchesInFlight = welcome.maxBatchesInFlight();
            batchesInFlight.clear();
            acknowledge(welcome.acknowledged());
            lastSent = welcome.acknowledged().last();
            historySent = welcome.acknowledged().gapless();
            historyTo = welcome.acknowledged().historyTo();
            welcomed = true;
            putOff(welcome.acknowledged());
            send();
        } else if (message instanceof Ack ack) {
            acknowledge(ack.acknowledged());
            send();
        } else if (message instanceof Fetch fetch) {
            sendHistory(fetch.maxReadings());
        } else if (message instanceof Ping ping) {
            say(new Pong(ping.nonce()));
        }
    }

    private void putOff(AcknowledgedRange acknowledged) {
        boolean lacks = acknowledged.lacksHistory();
        boolean defers = !lacks && unacknowledged.size() > DEFER_ABOVE;
        if (lacks || defers || !measured.gpus().isEmpty()) {
            say(new Inventory("", "", "", "", "", 0, 0, "", measured.gpus(), "", OptionalInt.empty()));
        }
        if (defers) {
            long liveFrom = lastTaken - KEEP_LIVE + 1;
            say(new Defer(liveFrom));
            lastSent = liveFrom - 1;
            historyTo = lastSent;
        }
    }

    private void sendHistory(int maxReadings) {
        List<Reading> readings = unacknowledged.subMap(historySent, false, historyTo, true).values().stream()
                .limit(Math.min(maxReadings, MOST_HISTORY))
                .toList();
        historySent = readings.isEmpty()
                ? historyTo
                : readings.get(readings.size() - 1).sequence();
        say(new History(historySent, Instant.now(), readings));
    }

    private void acknowledge(AcknowledgedRange acknowledged) {
        removeAcknowledged(unacknowledged.headMap(acknowledged.gapless(), true));
        if (acknowledged.lacksHistory()) {
            removeAcknowledged(unacknowledged.subMap(acknowledged.historyTo(), false, acknowledged.last(), true));
        }
        while (!batchesInFlight.isEmpty() && batchesInFlight.peek() <= acknowledged.last()) {
            batchesInFlight.remove();
        }
        lastAcknowledged = Math.max(lastAcknowledged, acknowledged.gapless());
    }

    private void removeAcknowledged(Map<Long, Reading> acknowledged) {
        acknowledged.values().forEach(reading -> latencies.accept(Duration.between(reading.takenAt(), Instant.now())));
        acknowledged.clear();
    }

    private final class Conversation extends ChannelInboundHandlerAdapter {
        private final FrameAssembler assembler = new FrameAssembler(WireLimits.MAX_FRAME_BYTES);

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            hello = ProtocolClient.hello(machine.name(), bootId, instanceId);
            say(hello);
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
            if (welcomed) {
                reconnects.incrementAndGet();
            }
            connectLater();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
