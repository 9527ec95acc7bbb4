package io.emberwatch.collector.net.session;

import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Defer;
import io.emberwatch.protocol.History;
import io.emberwatch.protocol.Readings;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/**
 * How far one session has come, and so which message may be next: READINGS only go forward, and so does HISTORY, each by
 * itself. Behind what is acknowledged a probe may repeat itself in its next session, not in this one. Not thread-safe.
 */
final class SequenceOrder {
    private final Queue<Integer> fetches = new ArrayDeque<>();
    private final boolean mayDefer;
    private long live;
    private boolean hasReadings;
    private boolean hasDeferred;
    /** Everything up to here has come of the history, if there is any. */
    private long history;

    private long historyTo;

    /** @param acknowledged what WELCOME said */
    SequenceOrder(AcknowledgedRange acknowledged) {
        mayDefer = !acknowledged.lacksHistory();
        live = acknowledged.last();
        history = acknowledged.gapless();
        historyTo = acknowledged.historyTo();
    }

    /** Whether there is history that has not come yet. */
    boolean lacksHistory() {
        return history < historyTo;
    }

    /** How many FETCHes have no answer yet. */
    int unanswered() {
        return fetches.size();
    }

    /** A FETCH goes out for so many readings. */
    void fetches(int maxReadings) {
        fetches.add(maxReadings);
    }

    Optional<ProtocolViolation> next(Readings readings) {
        if (readings.firstSequence() <= live) {
            return Optional.of(ProtocolViolation.malformed("sequence " + readings.firstSequence() + " after " + live));
        }
        live = readings.lastSequence();
        hasReadings = true;
        return Optional.empty();
    }

    Optional<ProtocolViolation> next(Defer defer) {
        if (hasReadings || hasDeferred || !mayDefer) {
            return Optional.of(
                    ProtocolViolation.unexpected("DEFER after READINGS, a second time, or while history is to come"));
        }
        if (defer.liveFrom() < live + 2) {
            return Optional.of(
                    ProtocolViolation.malformed("DEFER to " + defer.liveFrom() + " leaves nothing behind " + live));
        }
        hasDeferred = true;
        history = live;
        historyTo = defer.liveFrom() - 1;
        live = historyTo;
        return Optional.empty();
    }

    Optional<ProtocolViolation> next(History answer) {
        Integer maxReadings = fetches.poll();
        if (maxReadings == null) {
            return Optional.of(ProtocolViolation.unexpected("HISTORY that nobody asked for"));
        }
        if (answer.readings().size() > maxReadings) {
            return Optional.of(ProtocolViolation.malformed(
                    answer.readings().size() + " readings when at most " + maxReadings + " were asked"));
        }
        boolean repeats =
                !answer.readings().isEmpty() && answer.readings().get(0).sequence() <= history;
        if (repeats || answer.upTo() < history || answer.upTo() > historyTo) {
            return Optional.of(ProtocolViolation.malformed(
                    "HISTORY up to " + answer.upTo() + ", but what lacks is " + (history + 1) + " to " + historyTo));
        }
        history = answer.upTo();
        return Optional.empty();
    }
}
