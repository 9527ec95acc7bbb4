package io.emberwatch.collector.net.session;

import io.emberwatch.collector.ingest.IngestItem;
import io.emberwatch.collector.ingest.IngestItem.AnnouncedGpus;
import io.emberwatch.collector.ingest.Session;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.GpuProcesses;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Lost;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Defer;
import io.emberwatch.protocol.Message.History;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.RefusalCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * What one probe says in its session: checks that it may say it now, and makes items for ingest of it. READINGS only go
 * forward, and so does HISTORY, each by itself; behind what is acknowledged a probe may repeat itself in its next
 * session, not in this one. Belongs to the channel's event loop.
 */
final class InboundMessages {
    private final Session session;
    private final Clock clock;
    private final ClockOffset clockOffset;
    private final Consumer<IngestItem> items;
    private final ProcessReports processes;
    private final Queue<Integer> unansweredFetches = new ArrayDeque<>();
    private final boolean mayDefer;
    private AnnouncedGpus gpus = AnnouncedGpus.NONE;
    private boolean hasInventory;
    private boolean hasReadings;
    private boolean hasDeferred;
    private Optional<IngestItem.Deferral> deferral = Optional.empty();
    /** Sequence of the last live reading. */
    private long live;
    /** Everything up to here has come of the history, if there is any. */
    private long history;

    private long historyTo;

    /**
     * For one session.
     *
     * @param clockOffset the machine's clock minus the collector's, as HELLO showed it
     * @param acknowledged what WELCOME said
     * @param items takes what is to be written, in order
     */
    InboundMessages(
            Session session,
            Duration clockOffset,
            AcknowledgedRange acknowledged,
            Clock clock,
            Consumer<IngestItem> items) {
        this.session = session;
        this.clock = clock;
        this.clockOffset = new ClockOffset(clockOffset, clock.instant());
        this.items = items;
        this.processes = new ProcessReports(session, clock);
        this.mayDefer = !acknowledged.lacksHistory();
        this.live = acknowledged.last();
        this.history = acknowledged.gapless();
        this.historyTo = acknowledged.historyTo();
    }

    /** Whether the probe has history that it can be asked for: readings need the inventory that they refer to. */
    boolean canFetch() {
        return hasInventory && history < historyTo;
    }

    /** How many FETCHes have no answer yet. */
    int unansweredFetches() {
        return unansweredFetches.size();
    }

    /** A FETCH for so many readings goes out. */
    void fetches(int maxReadings) {
        unansweredFetches.add(maxReadings);
    }

    /**
     * Takes a message.
     *
     * @throws ProtocolException if the probe may not say that, or not now
     */
    void receive(Message message) throws ProtocolException {
        if (message instanceof Readings readings) {
            take(readings);
        } else if (message instanceof History answer) {
            take(answer);
        } else if (message instanceof Inventory inventory) {
            gpus = AnnouncedGpus.of(inventory);
            hasInventory = true;
            items.accept(new IngestItem.Report(session, inventory));
        } else if (message instanceof Defer defer) {
            take(defer);
        } else if (message instanceof Lost lost) {
            // Wherever it stands: what a probe says that it has lost is better known than not.
            items.accept(new IngestItem.Gap(session, lost));
        } else if (message instanceof GpuProcesses running) {
            // Optional, so never refused: before an inventory it means nothing.
            if (hasInventory) {
                processes.take(running, gpus.uuids());
            }
        } else {
            throw unexpected(message.getClass().getSimpleName().toUpperCase(Locale.ROOT));
        }
        processes.due().ifPresent(items);
    }

    private void take(Readings readings) throws ProtocolException {
        if (readings.firstSequence() <= live) {
            throw malformed("sequence " + readings.firstSequence() + " after " + live);
        }
        live = readings.lastSequence();
        hasReadings = true;
        // Not before the first live readings: until then the probe could still go back on it.
        deferral.ifPresent(items);
        deferral = Optional.empty();
        Duration offset = clockOffset.observe(readings.sentAt(), clock.instant());
        items.accept(new IngestItem.LiveBatch(session, gpus, readings.readings(), readings.sentAt(), offset));
    }

    private void take(Defer defer) throws ProtocolException {
        if (hasReadings || hasDeferred || !mayDefer) {
            throw unexpected("DEFER after READINGS, a second time, or while history is to come");
        }
        if (defer.liveFrom() < live + 2) {
            throw malformed("DEFER to " + defer.liveFrom() + " leaves nothing behind " + live);
        }
        hasDeferred = true;
        history = live;
        historyTo = defer.liveFrom() - 1;
        live = historyTo;
        deferral = Optional.of(new IngestItem.Deferral(session, defer.liveFrom()));
    }

    private void take(History answer) throws ProtocolException {
        Integer maxReadings = unansweredFetches.poll();
        if (maxReadings == null) {
            throw unexpected("HISTORY that nobody asked for");
        }
        if (answer.readings().size() > maxReadings) {
            throw malformed(answer.readings().size() + " readings when at most " + maxReadings + " were asked");
        }
        boolean repeats =
                !answer.readings().isEmpty() && answer.readings().get(0).sequence() <= history;
        if (repeats || answer.upTo() < history || answer.upTo() > historyTo) {
            throw malformed(
                    "HISTORY up to " + answer.upTo() + ", but what lacks is " + (history + 1) + " to " + historyTo);
        }
        history = answer.upTo();
        items.accept(new IngestItem.HistoryBatch(session, gpus, answer.readings(), answer.upTo()));
    }

    private static ProtocolException malformed(String text) {
        return new ProtocolException(RefusalCode.MALFORMED, text);
    }

    private static ProtocolException unexpected(String text) {
        return new ProtocolException(RefusalCode.UNEXPECTED_MESSAGE, text);
    }

    /**
     * How far a machine's clock is ahead of the collector's, from the times at which the machine sends. A frame that
     * was delayed on its way makes the clock seem slow, never fast: so the largest difference of the last minutes is
     * the best estimate.
     */
    private static final class ClockOffset {
        private static final Duration PERIOD = Duration.ofMinutes(2);

        private Instant periodStart;
        private Duration best;
        private Duration bestBefore;

        /** Begins with what HELLO showed. */
        ClockOffset(Duration first, Instant now) {
            this.periodStart = now;
            this.best = first;
            this.bestBefore = first;
        }

        /** Takes a further difference, and returns the estimate: over this period and the one before. */
        Duration observe(Instant sentAt, Instant now) {
            Duration difference = Duration.between(now, sentAt);
            if (Duration.between(periodStart, now).abs().compareTo(PERIOD) > 0) {
                periodStart = now;
                bestBefore = best;
                best = difference;
            } else {
                best = larger(best, difference);
            }
            return larger(best, bestBefore);
        }

        private static Duration larger(Duration one, Duration other) {
            return one.compareTo(other) >= 0 ? one : other;
        }
    }
}
