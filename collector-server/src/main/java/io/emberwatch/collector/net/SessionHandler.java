package io.emberwatch.collector.net;

import io.emberwatch.collector.ingest.Ingest;
import io.emberwatch.collector.ingest.IngestItem;
import io.emberwatch.collector.ingest.Session;
import io.emberwatch.protocol.Ack;
import io.emberwatch.protocol.Bye;
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
import java.time.Instant;
import java.util.List;
import java.util.Locale;
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
    private List<String> gpuUuids = List.of();
    private long lastReceivedSequence;
    private long toAcknowledge;
    private boolean acknowledgementDue;
    private int batchesInFlight;
    private boolean waitingForSpace;
    private boolean saidGoodbye;
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
    void begin(Session begun, long lastDurableSequence) {
        session = begun;
        lastReceivedSequence = lastDurableSequence;
        lastHeardAt = clock.instant();
        sessions.begun(this);
    }

    Session session() {
        return session;
    }

    /** When the last frame arrived, by the collector's clock. Any thread. */
    Instant lastHeardAt() {
        return lastHeardAt;
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
            channel.writeAndFlush(new Pong(ping.nonce()));
        } else if (message instanceof Bye bye) {
            onBye(bye);
        } else if (!(message instanceof Pong)) {
            refuse(
                    RefusalCode.UNEXPECTED_MESSAGE,
                    message.getClass().getSimpleName().toUpperCase(Locale.ROOT));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        sessions.ended(this);
        if (!saidGoodbye) {
            LOG.info("{} is gone without a goodbye", Peers.nameOf(channel));
            ingest.addAlways(new IngestItem.Ended(session, false, lastHeardAt));
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof IdleStateEvent idle && idle.state() == IdleState.WRITER_IDLE) {
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

    /** A newer connection of the same machine has taken over. */
    void supersede() {
        onEventLoop(() -> refuse(RefusalCode.SUPERSEDED, "the machine has connected again"));
    }

    /** The collector stops: takes in nothing more, but still acknowledges. */
    void stopReading() {
        onEventLoop(() -> channel.config().setAutoRead(false));
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
        IngestItem.Batch batch = new IngestItem.Batch(session, gpuUuids, readings.readings());
        batchesInFlight++;
        submit(batch);
    }

    private void onBye(Bye bye) {
        saidGoodbye = true;
        LOG.info("{} said goodbye ({})", Peers.nameOf(channel), bye.reason());
        ingest.addAlways(new IngestItem.Ended(session, true, lastHeardAt));
        channel.close();
    }

    /** Hands an item over; while there is no room for it, nothing more is read. */
    private void submit(IngestItem item) {
        waitingForSpace = !ingest.offer(item, () -> onEventLoop(() -> submitAgain(item)));
        updateAutoRead();
    }

    private void submitAgain(IngestItem item) {
        if (channel.isActive()) {
            submit(item);
        }
    }

    private void updateAutoRead() {
        boolean hold = waitingForSpace || batchesInFlight >= maxBatchesInFlight;
        if (!Refusal.isRefused(channel)
                && !sessions.isStopping()
                && channel.config().isAutoRead() == hold) {
            channel.config().setAutoRead(!hold);
        }
    }

    private void flushAcknowledgement() {
        if (acknowledgementDue && channel.isWritable()) {
            acknowledgementDue = false;
            channel.writeAndFlush(new Ack(toAcknowledge));
        }
    }

    private void refuse(RefusalCode code, String text) {
        refusal.refuse(channel, Peers.nameOf(channel), code, text);
    }

    private void onEventLoop(Runnable action) {
        channel.eventLoop().execute(action);
    }
}
