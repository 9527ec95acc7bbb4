package io.emberwatch.probe.link;

import io.emberwatch.probe.link.LinkStatus.State;
import io.emberwatch.protocol.AcknowledgedRange;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Keeps what the link does, for those who ask. Thread-safe: the link thread reports, any thread asks. */
final class LinkMonitor {
    private final Clock clock;
    private final LongSupplier nanoTime;
    private State state = State.CONNECTING;
    private Instant since;
    private Optional<String> address = Optional.empty();
    private long attempt;
    private long nextAttemptNanos;
    private Optional<LinkStatus.Problem> lastError = Optional.empty();
    private Optional<LinkStatus.Acknowledgement> lastAck = Optional.empty();
    private long sessions;
    private long historyUpTo;

    LinkMonitor(Clock clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        since = clock.instant();
    }

    synchronized void connecting() {
        attempt = state == State.CONNECTED ? 1 : attempt + 1;
        change(State.CONNECTING);
    }

    /** @param where the collector's address */
    synchronized void connected(String where) {
        sessions++;
        change(State.CONNECTED);
        address = Optional.of(where);
    }

    /** Waits before the next attempt. */
    synchronized void waiting(Duration wait) {
        attempt = state == State.CONNECTED ? 0 : attempt;
        nextAttemptNanos = nanoTime.getAsLong() + wait.toNanos();
        change(State.WAITING);
    }

    synchronized void stayingAway() {
        attempt = state == State.CONNECTED ? 0 : attempt;
        if (state != State.STAYING_AWAY) {
            change(State.STAYING_AWAY);
        }
    }

    synchronized void stopped() {
        change(State.STOPPED);
    }

    /** @param text harmless to print */
    synchronized void failed(String text) {
        lastError = Optional.of(new LinkStatus.Problem(text, clock.instant()));
    }

    synchronized void acknowledged(AcknowledgedRange acknowledged) {
        lastAck = Optional.of(new LinkStatus.Acknowledgement(acknowledged.last(), clock.instant()));
        lacks(acknowledged);
    }

    /** What the collector will have to fetch. */
    synchronized void lacks(AcknowledgedRange acknowledged) {
        historyUpTo = acknowledged.lacksHistory() ? acknowledged.historyTo() - acknowledged.historyFrom() + 1 : 0;
    }

    synchronized LinkStatus status() {
        Optional<Duration> left = state == State.WAITING
                ? Optional.of(Duration.ofNanos(Math.max(0, nextAttemptNanos - nanoTime.getAsLong())))
                : Optional.empty();
        return new LinkStatus(state, since, address, attempt, left, lastError, lastAck, sessions, historyUpTo);
    }

    private void change(State next) {
        state = next;
        address = Optional.empty();
        since = clock.instant();
    }
}
