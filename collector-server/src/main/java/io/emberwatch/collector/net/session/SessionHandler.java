package io.emberwatch.collector.net.session;

import io.emberwatch.collector.ingest.IngestItem;
import io.emberwatch.collector.ingest.IngestQueue;
import io.emberwatch.collector.ingest.Session;
import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.model.Registry;
import io.emberwatch.collector.net.connection.FrameDecoder;
import io.emberwatch.collector.net.connection.Peer;
import io.emberwatch.collector.net.connection.Refusal;
import io.emberwatch.collector.net.limits.MachineRateLimits.Throttle;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Bye;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Fetch;
import io.emberwatch.protocol.Message.History;
import io.emberwatch.protocol.Message.Ping;
import io.emberwatch.protocol.Message.Pong;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.auth.Bytes32;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One probe's session: hands what it sends to ingest, acknowledges what is stored, and stops reading from its socket
 * while ingest has no room or the probe has too much unacknowledged. All state belongs to the channel's event loop;
 * what other threads say ({@link Session.Feedback}) is carried over there.
 */
public final class SessionHandler extends ChannelInboundHandlerAdapter implements Session.Feedback {
    private static final Logger LOG = LoggerFactory.getLogger(SessionHandler.class);
    /** With what is read at once, 1.6 MB/s: more than a second or two of it no socket holds. */
    private static final long LOOK_AHEAD_MILLIS = 10;

    /**
     * What a probe is let in with.
     *
     * @param session as it was begun in the database
     * @param credentials what the probe has proven to have
     * @param clockOffset the machine's clock minus the collector's, as HELLO showed it
     * @param acknowledged what of the numbering is stored
     * @param collectorProof shows the probe that this collector knows the machine
     */
    public record Start(
            Session session,
            Machine.Credentials credentials,
            Duration clockOffset,
            AcknowledgedRange acknowledged,
            Bytes32 collectorProof) {}

    /** All sessions of this collector, as far as one of them must know. Thread-safe. */
    interface Directory {
        void begun(SessionHandler session);

        void ended(SessionHandler session);

        /** Whether the collector stops, and takes in nothing more. */
        boolean isStopping();

        /** Whose turn it is to bring history. */
        FetchSchedule<SessionHandler> fetches();

        /** How much the machine may send; {@code changed} is called when that begins or ceases to hold back. */
        Throttle throttle(int machineId, EventLoop loop, Runnable changed);
    }

    private final Channel channel;
    private final IngestQueue queue;
    private final Directory sessions;
    private final Refusal refusal;
    private final Clock clock;
    private final int maxBatchesInFlight;
    /** For ingest, in order, while that has no room; as long as anything is here nothing more is read. */
    private final Queue<IngestItem> waiting = new ArrayDeque<>();

    private Session session;
    private Machine.Credentials credentials;
    private Throttle throttle;
    private InboundMessages inbound;
    private AcknowledgedRange toAcknowledge = AcknowledgedRange.NOTHING;
    private boolean acknowledgementDue;
    private boolean isFetching;
    private boolean isStopping;
    private boolean looksAhead;
    private long beganAtNanos;
    private int batchesInFlight;
    private volatile Instant lastHeardAt = Instant.EPOCH;

    SessionHandler(
            Channel channel,
            IngestQueue queue,
            Directory sessions,
            Refusal refusal,
            Clock clock,
            int maxBatchesInFlight) {
        this.channel = channel;
        this.queue = queue;
        this.sessions = sessions;
        this.refusal = refusal;
        this.clock = clock;
        this.maxBatchesInFlight = maxBatchesInFlight;
    }

    /** The probe is believed, and welcomed; called once, before the handler joins the pipeline. */
    public void begin(Start start) {
        session = start.session();
        credentials = start.credentials();
        throttle = sessions.throttle(session.machineId(), channel.eventLoop(), this::updateAutoRead);
        inbound = new InboundMessages(session, start.clockOffset(), start.acknowledged(), clock, this::submit);
        toAcknowledge = start.acknowledged();
        lastHeardAt = clock.instant();
        beganAtNanos = System.nanoTime();
        channel.writeAndFlush(new Welcome(
                Message.VERSION,
                credentials.samplingInterval(),
                WireLimits.MAX_FRAME_BYTES,
                maxBatchesInFlight,
                clock.instant(),
                start.acknowledged(),
                start.collectorProof()));
        sessions.begun(this);
        // Who is in the directory is asked to stop; who came a moment later has to look.
        isStopping = sessions.isStopping();
    }

    Session session() {
        return session;
    }

    /** Whether one more line may be logged about this machine's connections. */
    boolean mayLog() {
        return Peer.mayLog(channel);
    }

    /**
     * When the last frame arrived, by the collector's clock; now, while the collector itself does not listen. Any
     * thread.
     */
    Instant lastHeardAt() {
        return channel.config().isAutoRead() ? lastHeardAt : clock.instant();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object received) {
        lastHeardAt = clock.instant();
        Message message = (Message) received;
        if (message instanceof Ping ping) {
            // A peer that asks without end and takes in no answer gets none.
            if (channel.isWritable()) {
                channel.writeAndFlush(new Pong(ping.nonce()));
            }
        } else if (message instanceof Bye) {
            channel.close();
        } else if (!(message instanceof Pong)) {
            receive(message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        sessions.ended(this);
        boolean goodbye = Peer.hasSaidGoodbye(channel);
        if (mayLog()) {
            LOG.info("{} is gone, {} a goodbye", Peer.nameOf(channel), goodbye ? "with" : "without");
        }
        queue.addAlways(new IngestItem.Ended(session, goodbye, lastHeardAt));
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
    public void stored(IngestItem.Batch batch, AcknowledgedRange acknowledged) {
        onEventLoop(() -> {
            if (batch instanceof IngestItem.LiveBatch) {
                batchesInFlight--;
            } else {
                sessions.fetches().written(this);
            }
            toAcknowledge = acknowledged;
            acknowledgementDue = true;
            flushAcknowledgement();
            planFetches();
            updateAutoRead();
        });
    }

    @Override
    public void fenced(String why) {
        onEventLoop(() -> refuse(RefusalCode.SUPERSEDED, why));
    }

    /** It is this session's turn to bring some history. Any thread. */
    void fetch() {
        onEventLoop(() -> {
            if (!inbound.canFetch() || Refusal.isRefused(channel)) {
                stopFetching();
            } else if (inbound.unansweredFetches() < FetchSchedule.MAX_EACH) {
                inbound.fetches(WireLimits.MAX_READINGS_PER_FRAME);
                channel.writeAndFlush(new Fetch(WireLimits.MAX_READINGS_PER_FRAME));
            }
            // Else the answer to an earlier one is late, and is awaited anew.
        });
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
        onEventLoop(() -> {
            isStopping = true;
            updateAutoRead();
        });
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

    private void receive(Message message) {
        try {
            inbound.receive(message);
        } catch (ProtocolException e) {
            refuse(e.code(), e.getMessage());
            return;
        }
        if (message instanceof Readings readings) {
            batchesInFlight++;
            throttle.count(0, readings.readings().size());
        } else if (message instanceof History) {
            // Not counted as readings against the machine's rate: they were asked for.
            sessions.fetches().answered(this);
        }
        planFetches();
        updateAutoRead();
    }

    private void submit(IngestItem item) {
        waiting.add(item);
        submitWaiting();
    }

    private void submitWaiting() {
        while (!waiting.isEmpty() && queue.offer(waiting.peek(), () -> onEventLoop(this::ingestHasRoom))) {
            waiting.remove();
        }
    }

    /** What waits of a connection that is gone was not acknowledged: the probe sends it again. */
    private void ingestHasRoom() {
        if (channel.isActive()) {
            submitWaiting();
            updateAutoRead();
        }
    }

    /** Only what the database says is still to come is fetched: so history is never written before it was deferred. */
    private void planFetches() {
        if (!toAcknowledge.lacksHistory() || !channel.isActive()) {
            stopFetching();
        } else if (inbound.canFetch()) {
            isFetching = true;
            sessions.fetches().add(this);
        }
    }

    /** Nearly always nobody has history, and all readings come by here: not all of them through the schedule's lock. */
    private void stopFetching() {
        if (isFetching) {
            isFetching = false;
            sessions.fetches().remove(this);
        }
    }

    /** Reads on, or stops reading, as things are now. */
    public void updateAutoRead() {
        boolean read = waiting.isEmpty()
                && batchesInFlight < maxBatchesInFlight
                && !throttle.holds()
                && !isStopping
                && !Refusal.isRefused(channel);
        if (channel.config().isAutoRead() != read) {
            channel.config().setAutoRead(read);
        }
        if (throttle.holds() && !looksAhead) {
            looksAhead = true;
            lookAhead();
        }
    }

    /**
     * While the machine may send nothing more, what it has sent is looked through for its end, at a pace that costs
     * little: else a BYE behind a flood would be found so late that the machine's own return is taken for another's.
     */
    private void lookAhead() {
        ChannelHandlerContext frames = channel.pipeline().context(FrameDecoder.class);
        looksAhead = throttle.holds() && channel.isActive() && !Refusal.isRefused(channel) && frames != null;
        if (looksAhead) {
            ((FrameDecoder) frames.handler()).lookAhead(frames);
            channel.eventLoop().schedule(this::lookAhead, LOOK_AHEAD_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void flushAcknowledgement() {
        if (acknowledgementDue && channel.isWritable()) {
            acknowledgementDue = false;
            channel.writeAndFlush(new Ack(toAcknowledge));
        }
    }

    private void refuse(RefusalCode code, String text) {
        refusal.refuse(channel, Peer.nameOf(channel), code, text);
    }

    private void onEventLoop(Runnable action) {
        channel.eventLoop().execute(action);
    }
}
