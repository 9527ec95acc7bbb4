package io.emberwatch.collector.net;

import io.emberwatch.collector.ingest.Ingest;
import io.emberwatch.collector.ingest.IngestItem;
import io.emberwatch.collector.ingest.Session;
import io.emberwatch.collector.store.MachineCredentials;
import io.emberwatch.collector.store.Registry;
import io.emberwatch.protocol.Ack;
import io.emberwatch.protocol.Bye;
import io.emberwatch.protocol.Durable;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Ping;
import io.emberwatch.protocol.Pong;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.RefusalCode;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One probe's session: hands what it sends to ingest, tells it what is stored, and stops reading from its socket while
 * ingest has no room or the probe has too much unacknowledged. All state belongs to the channel's event loop; what other
 * threads say ({@link Session.Feedback}) is carried over there.
 */
final class SessionHandler extends ChannelInboundHandlerAdapter implements Session.Feedback {
    private static final Logger LOG = LoggerFactory.getLogger(SessionHandler.class);

    private final Channel channel;
    private final Ingest ingest;
    private final Sessions sessions;
    private final Refusal refusal;
    private final Clock clock;
    private final int maxBatchesInFlight;
    private Session session;
    private MachineCredentials credentials;
    private ClockOffset clockOffset;
    private Throttle throttle;
    private final Queue<IngestItem> waiting = new ArrayDeque<>();
    private List<String> gpuUuids = List.of();
    private long lastReceivedSequence;
    private long toAcknowledge;
    private boolean acknowledgementDue;
    private long beganAtNanos;
    private int batchesInFlight;
    private volatile Instant lastHeardAt = Instant.EPOCH;

    SessionHandler(
            Channel channel, Ingest ingest, Sessions sessions, Refusal refusal, Clock clock, int maxBatchesInFlight) {
        this.channel = channel;
        this.ingest = ingest;
        this.sessions = sessions;
        this.refusal = refusal;
        this.clock = clock;
        this.maxBatchesInFlight = maxBatchesInFlight;
    }

    /** The probe is believed; called once, before the handler joins the pipeline. */
    void begin(Session begun, MachineCredentials with, Duration clockOffsetAtHello, long lastDurableSequence) {
        session = begun;
        clockOffset = new ClockOffset(clockOffsetAtHello, clock.instant());
        credentials = with;
        throttle = sessions.newThrottle(channel, begun.machineId(), this::updateAutoRead);
        lastReceivedSequence = lastDurableSequence;
        lastHeardAt = clock.instant();
        beganAtNanos = System.nanoTime();
        sessions.begun(this);
    }

    Session session() {
        return session;
    }

    /** When the last frame arrived, by the collector's clock; now, while the collector itself does not listen. Any thread. */
    Instant lastHeardAt() {
        return channel.config().isAutoRead() ? lastHeardAt : clock.instant();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object received) {
        lastHeardAt = clock.instant();
        Message message = (Message) received;
        if (message instanceof Readings readings) {
            onReadings(readings);
        } else if (message instanceof Inventory inventory) {
            gpuUuids = inventory.gpus().stream().map(GpuInfo::uuid).toList();
            submit(new IngestItem.Report(session, inventory));
        } else if (message instanceof Ping ping) {
            // A peer that asks without end and takes in no answer gets none.
            if (channel.isWritable()) {
                channel.writeAndFlush(new Pong(ping.nonce()));
            }
        } else if (message instanceof Bye) {
            channel.close();
        } else if (!(message instanceof Pong)) {
            refuse(
                    RefusalCode.UNEXPECTED_MESSAGE,
                    message.getClass().getSimpleName().toUpperCase(Locale.ROOT));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        sessions.ended(this);
        boolean goodbye = Peers.hasSaidGoodbye(channel);
        LOG.info("{} is gone, {} a goodbye", Peers.nameOf(channel), goodbye ? "with" : "without");
        ingest.addAlways(new IngestItem.Ended(session, goodbye, lastHeardAt));
        ctx.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof FrameDecoder.FramesReceived frames) {
            throttle.count(frames.count(), 0);
        } else if (event instanceof IdleStateEvent idle && idle.state() == IdleState.WRITER_IDLE) {
            // Also while nothing is read, because ingest has no room: the probe must not take that for the end.
            channel.writeAndFlush(new Ping(0));
        } else if (event instanceof IdleStateEvent && channel.config().isAutoRead()) {
            refuse(RefusalCode.TIMEOUT, "nothing heard for too long");
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        flushAcknowledgement();
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void stored(IngestItem.Batch batch, long lastDurableSequence) {
        onEventLoop(() -> {
            batchesInFlight--;
            toAcknowledge = lastDurableSequence;
            acknowledgementDue = true;
            flushAcknowledgement();
            updateAutoRead();
        });
    }

    @Override
    public void fenced(String why) {
        onEventLoop(() -> refuse(RefusalCode.SUPERSEDED, why));
    }

    /** The registry was read, not before {@code readAtNanos}. A session that began since may know a newer key. */
    void recheck(Registry registry, long readAtNanos) {
        if (beganAtNanos - readAtNanos < 0 && !registry.stillAdmits(credentials)) {
            onEventLoop(() -> refuse(RefusalCode.NOT_AUTHENTICATED, "the machine was removed, or its key revoked"));
        }
    }

    /** A newer connection of the same machine has taken over. */
    void supersede() {
        onEventLoop(() -> refuse(RefusalCode.SUPERSEDED, "the machine has connected again"));
    }

    /** The collector stops: takes in nothing more, but still acknowledges. */
    void stopReading() {
        onEventLoop(this::updateAutoRead);
    }

    /**
     * The collector has stopped writing.
     *
     * @return done when the connection is closed
     */
    ChannelFuture sayGoodbye() {
        onEventLoop(
                () -> channel.writeAndFlush(new Bye(Bye.Reason.COLLECTOR_STOPPING, "the collector is being stopped"))
                        .addListener(ChannelFutureListener.CLOSE));
        return channel.closeFuture();
    }

    private void onReadings(Readings readings) {
        // Behind what is durable a probe may repeat itself, but within a session it only goes forward.
        if (readings.firstSequence() <= lastReceivedSequence) {
            refuse(RefusalCode.MALFORMED, "sequence " + readings.firstSequence() + " after " + lastReceivedSequence);
            return;
        }
        lastReceivedSequence = readings.lastSequence();
        Duration offset = clockOffset.observe(readings.sentAt(), clock.instant());
        IngestItem.Batch batch =
                new IngestItem.Batch(session, gpuUuids, readings.readings(), readings.sentAt(), offset);
        batchesInFlight++;
        throttle.count(0, readings.readings().size());
        submit(batch);
    }

    /** Hands an item over, behind those that wait already; while there is no room, nothing more is read. */
    private void submit(IngestItem item) {
        waiting.add(item);
        submitWaiting();
    }

    private void submitWaiting() {
        while (!waiting.isEmpty() && ingest.offer(waiting.peek(), () -> onEventLoop(this::submitWaitingIfOpen))) {
            waiting.remove();
        }
        updateAutoRead();
    }

    /** What waits of a connection that is gone was not acknowledged: the probe sends it again. */
    private void submitWaitingIfOpen() {
        if (channel.isActive()) {
            submitWaiting();
        }
    }

    /** Reads on, or stops reading, as things are now. */
    void updateAutoRead() {
        boolean read = waiting.isEmpty()
                && batchesInFlight < maxBatchesInFlight
                && !throttle.holds()
                && !sessions.isStopping()
                && !Refusal.isRefused(channel);
        if (channel.config().isAutoRead() != read) {
            channel.config().setAutoRead(read);
        }
    }

    private void flushAcknowledgement() {
        if (acknowledgementDue && channel.isWritable()) {
            acknowledgementDue = false;
            channel.writeAndFlush(new Ack(Durable.upTo(toAcknowledge)));
        }
    }

    private void refuse(RefusalCode code, String text) {
        refusal.refuse(channel, Peers.nameOf(channel), code, text);
    }

    private void onEventLoop(Runnable action) {
        channel.eventLoop().execute(action);
    }
}
