package io.emberwatch.probe.link;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How the link does at one moment, for people. Times are by the machine's clock.
 *
 * @param since when this state began
 * @param address of the collector, only in {@link State#CONNECTED}
 * @param attempt which attempt to connect it is since a session was welcomed last, 1 for the first; in {@link
 *     State#CONNECTED} the one that succeeded
 * @param untilNextAttempt only in {@link State#WAITING}
 * @param sessions how many were welcomed since the probe started
 * @param historyUpTo how many sequences of the deferred history are still to come, 0 if none is; not each may be a
 *     reading
 */
public record LinkStatus(
        State state,
        Instant since,
        Optional<String> address,
        long attempt,
        Optional<Duration> untilNextAttempt,
        Optional<Problem> lastError,
        Optional<Acknowledgement> lastAck,
        long sessions,
        long historyUpTo) {
    public enum State {
        CONNECTING,
        CONNECTED,
        WAITING,
        /** Sampling hangs, so the link stays away from the collector. */
        STAYING_AWAY,
        STOPPED
    }

    /**
     * What went wrong last.
     *
     * @param text may hold a collector's words, harmless to print
     */
    public record Problem(String text, Instant at) {}

    /**
     * What the collector said last.
     *
     * @param sequence the last one that it has stored
     */
    public record Acknowledgement(long sequence, Instant at) {}
}
