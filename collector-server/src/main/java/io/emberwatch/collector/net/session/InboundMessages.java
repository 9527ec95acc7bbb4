package io.emberwatch.collector.net.session;

import io.emberwatch.collector.ingest.AnnouncedGpus;
import io.emberwatch.collector.ingest.IngestItem;
import io.emberwatch.collector.ingest.Session;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Defer;
import io.emberwatch.protocol.GpuProcesses;
import io.emberwatch.protocol.History;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Lost;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Readings;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes items for ingest of what a probe says, if it may say that now. Belongs to the channel's event loop.
 */
final class InboundMessages {
    private final Session session;
    private final Clock clock;
    private final ClockOffset clockOffset;
    private final SequenceOrder order;
    private final Consumer<IngestItem> items;
    private final ProcessReports processes;
    private AnnouncedGpus cards = AnnouncedGpus.NONE;
    private boolean hasInventory;
    private Optional<IngestItem.Deferral> deferral = Optional.empty();

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
        this.order = new SequenceOrder(acknowledged);
        this.items = items;
        this.processes = new ProcessReports(session, clock);
    }

    /** Whether the probe has history that it can be asked for: readings need the inventory that they refer to. */
    boolean canFetch() {
        return hasInventory && order.lacksHistory();
    }

    /** How many FETCHes have no answer yet. */
    int unanswered() {
        return order.unanswered();
    }

    /** A FETCH for so many readings goes out. */
    void fetches(int maxReadings) {
        order.fetches(maxReadings);
    }

    /** Takes a message; returns what is wrong with it, if so. */
    Optional<ProtocolViolation> receive(Message message) {
        Optional<ProtocolViolation> breach = take(message);
        if (breach.isEmpty()) {
            processes.due().ifPresent(items);
        }
        return breach;
    }

    private Optional<ProtocolViolation> take(Message message) {
        if (message instanceof Readings readings) {
            return order.next(readings).or(() -> take(readings));
        }
        if (message instanceof History history) {
            return order.next(history).or(() -> take(history));
        }
        if (message instanceof Inventory inventory) {
            return take(inventory);
        }
        if (message instanceof Defer defer) {
            return order.next(defer).or(() -> take(defer));
        }
        if (message instanceof Lost lost) {
            // Wherever it stands: what a probe says that it has lost is better known than not.
            return take(lost);
        }
        if (message instanceof GpuProcesses running) {
            return take(running);
        }
        return Optional.of(
                ProtocolViolation.unexpected(message.getClass().getSimpleName().toUpperCase(Locale.ROOT)));
    }

    private Optional<ProtocolViolation> take(Readings readings) {
        // Not before the first live readings: until then the probe could still go back on it.
        deferral.ifPresent(items);
        deferral = Optional.empty();
        Duration offset = clockOffset.observe(readings.sentAt(), clock.instant());
        items.accept(new IngestItem.LiveBatch(session, cards, readings.readings(), readings.sentAt(), offset));
        return Optional.empty();
    }

    private Optional<ProtocolViolation> take(History history) {
        items.accept(new IngestItem.HistoryBatch(session, cards, history.readings(), history.upTo()));
        return Optional.empty();
    }

    private Optional<ProtocolViolation> take(Inventory inventory) {
        cards = AnnouncedGpus.of(inventory);
        hasInventory = true;
        items.accept(new IngestItem.Report(session, inventory));
        return Optional.empty();
    }

    /** Optional, so never a breach: before an inventory it means nothing. */
    private Optional<ProtocolViolation> take(GpuProcesses running) {
        if (hasInventory) {
            processes.take(running, cards.uuids());
        }
        return Optional.empty();
    }

    private Optional<ProtocolViolation> take(Defer defer) {
        deferral = Optional.of(new IngestItem.Deferral(session, defer.liveFrom()));
        return Optional.empty();
    }

    private Optional<ProtocolViolation> take(Lost lost) {
        items.accept(new IngestItem.Gap(session, lost));
        return Optional.empty();
    }
}
