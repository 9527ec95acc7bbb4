package io.emberwatch.probe.link;

import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.spool.Spool;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Defer;
import io.emberwatch.protocol.Message.Fetch;
import io.emberwatch.protocol.Message.History;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.WireLimits;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides what a session says from WELCOME on, and in which order. No thread, socket or clock of its own: the same
 * calls give the same messages.
 *
 * <p>There are two streams. <em>Live</em> goes on behind what was sent last, while the collector has acknowledged
 * enough.
 * <em>History</em> is what DEFER, of this or an earlier session, has deferred; it goes only when the collector fetches
 * it, and when there is nothing live to send. In each, sequences rise. A loss is reported before the first frame behind
 * it.
 *
 * <p>Not thread-safe, but the spool may change meanwhile: readings are added, and the oldest may go.
 */
public final class Outgoing {
    private final Spool spool;
    private final GpuIndex gpus;
    private final Welcome welcome;
    private final LinkSettings.CatchUp limits;
    private final LossReport losses;
    private final ArrayDeque<Long> lastOfBatch = new ArrayDeque<>();
    private final ArrayDeque<Fetch> fetches = new ArrayDeque<>();
    /** What the collector has, or was sent on this session. */
    private AcknowledgedRange sent;
    /** What the collector has said that it has, but for what this session deferred since. */
    private AcknowledgedRange stored;
    /** Where the history of this session ends; 0 if it has none. */
    private long historyTo;
    /** The collector counts a history as deferred from the first READINGS on, and can take none before. */
    private boolean historyIsOpen;

    private boolean begun;

    /**
     * Begins a session: frees the spool of what is stored.
     *
     * @param gpus carried from session to session
     * @param welcome whose acknowledged sequences the spool has given away, see {@link #isFromTheFuture}
     */
    public Outgoing(Spool spool, GpuIndex gpus, Welcome welcome, LinkSettings.CatchUp limits) {
        if (isFromTheFuture(welcome.acknowledged(), spool)) {
            throw new IllegalArgumentException(welcome.acknowledged() + " is more than " + spool.lastSequence());
        }
        this.spool = spool;
        this.gpus = gpus;
        this.welcome = welcome;
        this.limits = limits;
        this.losses = new LossReport(spool);
        sent = welcome.acknowledged();
        stored = sent;
        historyTo = sent.historyTo();
        historyIsOpen = sent.lacksHistory();
        gpus.forgetSession();
        spool.acknowledge(sent);
    }

    /** Whether the collector has sequences that this spool never gave away: it has gone back in time. */
    public static boolean isFromTheFuture(AcknowledgedRange acknowledged, Spool spool) {
        return acknowledged.last() > spool.lastSequence();
    }

    /**
     * What to send now, in this order; it counts as sent. Empty if there is nothing to say, or too much on its way.
     *
     * @param machine what the machine consists of now
     * @param now the machine's clock
     */
    public List<Message> next(Inventory machine, Instant now) {
        if (gpus.isNews(machine)) {
            return List.of(gpus.announce(machine, List.of()));
        }
        List<Message> messages = new ArrayList<>();
        if (!begun) {
            begun = true;
            deferral().ifPresent(messages::add);
        }
        if (!addLive(messages, machine, now)) {
            addHistory(messages, machine, now);
        }
        return messages;
    }

    /**
     * The collector has stored this.
     *
     * @throws ProtocolException if that is more than it was sent
     */
    public void acknowledged(AcknowledgedRange acknowledged) throws ProtocolException {
        if (claimsMore(acknowledged, sent)) {
            throw unexpected("the collector acknowledges readings to " + words(acknowledged) + ", but was sent them to "
                    + words(sent));
        }
        while (!lastOfBatch.isEmpty() && lastOfBatch.getFirst() <= acknowledged.last()) {
            lastOfBatch.removeFirst();
        }
        stored = acknowledged;
        losses.acknowledged(acknowledged);
        spool.acknowledge(acknowledged);
    }

    /**
     * The collector wants history.
     *
     * @throws ProtocolException if there never was any, or it asks for more and more without waiting
     */
    public void fetched(Fetch fetch) throws ProtocolException {
        if (historyTo == 0) {
            throw unexpected("the collector fetches history, but none was deferred");
        }
        if (fetches.size() >= limits.maxFetches()) {
            throw unexpected("the collector fetches again, but " + fetches.size() + " answers are still due");
        }
        fetches.addLast(fetch);
    }

    /** Whether nothing live is left to send or to be acknowledged. History may be. */
    public boolean liveIsDone() {
        return lastOfBatch.isEmpty()
                && spool.peek(sent.last(), WireLimits.MAX_SEQUENCE, 1).isEmpty();
    }

    /** What the collector has; deferred history that is not acknowledged is left out. */
    public AcknowledgedRange stored() {
        return stored;
    }

    /** Whether history was deferred and is not acknowledged as a whole. */
    public boolean lacksHistory() {
        return stored.lacksHistory() || stored.last() < historyTo;
    }

    private Optional<Defer> deferral() {
        if (sent.lacksHistory() || spool.depth() <= limits.deferAbove()) {
            return Optional.empty();
        }
        Optional<Long> liveFrom = spool.startOfNewest(limits.keepLive(), sent.last())
                // Nothing to defer where the sequences before it were never given to a reading that is still here.
                .filter(from -> from > sent.last() + 1);
        liveFrom.ifPresent(from -> {
            sent = sent.deferredTo(from);
            stored = sent;
            historyTo = sent.historyTo();
        });
        return liveFrom.map(Defer::new);
    }

    private boolean addLive(List<Message> messages, Inventory machine, Instant now) {
        if (lastOfBatch.size() >= welcome.maxBatchesInFlight()) {
            return false;
        }
        List<Sample.Numbered> held =
                spool.peek(sent.last(), WireLimits.MAX_SEQUENCE, WireLimits.MAX_READINGS_PER_FRAME);
        if (held.isEmpty()) {
            return false;
        }
        announceGpus(held, messages, machine);
        Readings batch = new Readings(now, Batcher.fill(held, gpus, welcome.maxFrameBytes()));
        messages.addAll(losses.before(batch.firstSequence(), batch.lastSequence(), batch.lastSequence()));
        messages.add(batch);
        sent = sent.withLive(batch.lastSequence());
        lastOfBatch.addLast(batch.lastSequence());
        historyIsOpen = historyTo > 0;
        return true;
    }

    private void addHistory(List<Message> messages, Inventory machine, Instant now) {
        if (fetches.isEmpty() || !historyIsOpen) {
            return;
        }
        int atMost = fetches.removeFirst().maxReadings();
        long behind = sent.lacksHistory() ? sent.historyFrom() - 1 : historyTo;
        List<Sample.Numbered> held = spool.peek(behind, historyTo, atMost);
        announceGpus(held, messages, machine);
        List<Reading> readings = held.isEmpty() ? List.of() : Batcher.fill(held, gpus, welcome.maxFrameBytes());
        long last =
                readings.isEmpty() ? behind : readings.get(readings.size() - 1).sequence();
        // Without more behind it the history is at its end, or it would wait for sequences that nobody has.
        long upTo = spool.peek(last, historyTo, 1).isEmpty() ? historyTo : last;
        messages.addAll(
                readings.isEmpty()
                        ? losses.before(upTo + 1, upTo, upTo)
                        : losses.before(readings.get(0).sequence(), last, upTo));
        messages.add(new History(upTo, now, readings));
        sent = sent.withHistory(upTo);
    }

    private void announceGpus(List<Sample.Numbered> readings, List<Message> messages, Inventory machine) {
        List<String> uuids = readings.stream()
                .flatMap(reading -> reading.sample().gpus().stream())
                .map(GpuSample::uuid)
                .distinct()
                .toList();
        if (!gpus.unknown(uuids).isEmpty()) {
            messages.add(gpus.announce(machine, uuids));
        }
    }

    /** Whether a sequence counts as stored that was not sent. */
    private static boolean claimsMore(AcknowledgedRange claimed, AcknowledgedRange sent) {
        if (claimed.last() > sent.last()) {
            return true;
        }
        boolean reachesIntoHistory = sent.lacksHistory() && claimed.last() >= sent.historyFrom();
        boolean leavesItOut = claimed.lacksHistory()
                && claimed.historyFrom() <= sent.historyFrom()
                && claimed.historyTo() >= Math.min(sent.historyTo(), claimed.last());
        return reachesIntoHistory && !leavesItOut;
    }

    private static String words(AcknowledgedRange acknowledged) {
        return acknowledged.last()
                + (acknowledged.lacksHistory()
                        ? " without " + acknowledged.historyFrom() + " to " + acknowledged.historyTo()
                        : "");
    }

    private static ProtocolException unexpected(String message) {
        return new ProtocolException(RefusalCode.UNEXPECTED_MESSAGE, message);
    }
}
