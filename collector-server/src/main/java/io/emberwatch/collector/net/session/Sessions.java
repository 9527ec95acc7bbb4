package io.emberwatch.collector.net.session;

import io.emberwatch.collector.ingest.IngestItem;
import io.emberwatch.collector.ingest.IngestQueue;
import io.emberwatch.collector.ingest.Session;
import io.emberwatch.collector.ingest.SilenceWatch.Presence;
import io.emberwatch.collector.model.Registry;
import io.emberwatch.collector.net.connection.Refusal;
import io.emberwatch.collector.net.limits.MachineRateLimits;
import io.emberwatch.collector.net.limits.MachineRateLimits.Throttle;
import io.emberwatch.protocol.Hello;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sessions that are open here, at most one a machine: the newest. Thread-safe. */
public final class Sessions implements Presence, SessionHandler.Directory {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private static final int FETCHES_EACH_WRITER = 4;

    private final Map<Integer, SessionHandler> byMachine = new ConcurrentHashMap<>();
    private final IngestQueue queue;
    private final Refusal refusal;
    private final Clock clock;
    private final int maxBatchesInFlight;
    private final MachineRateLimits rates;
    private final FetchSchedule<SessionHandler> fetches;
    private volatile boolean stopping;

    public Sessions(IngestQueue queue, Refusal refusal, Clock clock, int maxBatchesInFlight, MachineRateLimits rates) {
        this.queue = queue;
        this.refusal = refusal;
        this.clock = clock;
        this.maxBatchesInFlight = maxBatchesInFlight;
        this.rates = rates;
        this.fetches = new FetchSchedule<>(
                FETCHES_EACH_WRITER * queue.writerCount(), queue::isHalfEmpty, System::nanoTime, SessionHandler::fetch);
    }

    @Override
    public FetchSchedule<SessionHandler> fetches() {
        return fetches;
    }

    /** Asks for history where there is room for it; to be called a few times a second. */
    public void askForHistory() {
        fetches.tick();
    }

    public SessionHandler newHandler(Channel channel, Hello hello) {
        LOG.debug("{} at {} wants in", hello.machineName(), channel.remoteAddress());
        return new SessionHandler(channel, queue, this, refusal, clock, maxBatchesInFlight);
    }

    @Override
    public Throttle throttle(int machineId, EventLoop loop, Runnable changed) {
        return rates.throttle(machineId, loop, changed);
    }

    /** Whether one more line may be logged about this machine's connections. */
    public boolean mayLog(Session session) {
        return rates.mayLog(session.machineId(), session.machineName());
    }

    @Override
    public void begun(SessionHandler handler) {
        if (handler.mayLog()) {
            LOG.info(
                    "{} connected (session {})",
                    handler.session().machineName(),
                    handler.session().epoch());
        }
        byMachine.merge(handler.session().machineId(), handler, Sessions::newerOf);
    }

    /** Two sessions may begin here in another order than in the database: the epoch decides. */
    private static SessionHandler newerOf(SessionHandler one, SessionHandler other) {
        boolean oneIsNewer = one.session().epoch() > other.session().epoch();
        (oneIsNewer ? other : one).supersede();
        return oneIsNewer ? one : other;
    }

    @Override
    public void ended(SessionHandler handler) {
        byMachine.remove(handler.session().machineId(), handler);
        fetches.remove(handler);
    }

    /**
     * Ends the sessions that the registry no longer admits. One that began after the registry was read may know better:
     * a machine may have enrolled in between. It is looked at the next time.
     *
     * @param readAtNanos {@code System.nanoTime} before the registry was read
     */
    public void recheck(Registry registry, long readAtNanos) {
        byMachine.values().forEach(session -> session.recheck(registry, readAtNanos));
    }

    /** The probe went away while it was being admitted. */
    public void abandoned(Session session) {
        queue.addAlways(new IngestItem.Ended(session, false, clock.instant()));
    }

    @Override
    public Optional<Instant> lastHeardAt(int machineId) {
        return Optional.ofNullable(byMachine.get(machineId)).map(SessionHandler::lastHeardAt);
    }

    public int count() {
        return byMachine.size();
    }

    @Override
    public boolean isStopping() {
        return stopping;
    }

    public void stopReading() {
        stopping = true;
        byMachine.values().forEach(SessionHandler::stopReading);
    }

    /**
     * Says goodbye to every probe.
     *
     * @return done when its connection is closed, for each
     */
    public List<ChannelFuture> sayGoodbye() {
        return byMachine.values().stream().map(SessionHandler::sayGoodbye).toList();
    }
}
