package io.emberwatch.probe.link;

import io.emberwatch.probe.spool.Spool;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Lost;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which losses the collector must hear of before the next readings, each once a session unless it grows. Holds at most
 * what the spool has to report. Not thread-safe.
 */
final class LossReport {
    private final Spool spool;
    /** By the first sequence, which is what the collector knows a loss by. */
    private final Map<Long, Lost> reported = new HashMap<>();

    LossReport(Spool spool) {
        this.spool = spool;
    }

    /**
     * What to say before a frame that speaks for everything to {@code upTo}. It must be asked after the frame's
     * readings were taken from the spool: what is lost after that is among them, and arrives all the same.
     *
     * @param first sequence of the frame's first reading; {@code upTo + 1} if it has none
     * @param last sequence of its last reading; {@code upTo} if it has none
     */
    List<Lost> before(long first, long last, long upTo) {
        List<Lost> due = new ArrayList<>();
        Optional<Lost> next = spool.lossBehind(0);
        while (next.isPresent() && next.get().firstSequence() <= upTo) {
            Lost loss = next.get();
            outside(loss, first, last).filter(this::isNews).ifPresent(due::add);
            next = spool.lossBehind(loss.lastSequence());
        }
        due.forEach(loss -> reported.put(loss.firstSequence(), loss));
        return due;
    }

    void acknowledged(AcknowledgedRange acknowledged) {
        reported.values().removeIf(loss -> loss.lastSequence() <= acknowledged.gapless());
    }

    private boolean isNews(Lost loss) {
        return !loss.equals(reported.get(loss.firstSequence()));
    }

    /**
     * All of it, even what lies behind the frame: a shorter one would replace what was reported of it with the other
     * kind.
     */
    private static Optional<Lost> outside(Lost loss, long first, long last) {
        boolean reachesBehind = loss.firstSequence() < first && loss.lastSequence() > last;
        if (last < first || loss.lastSequence() < first || loss.firstSequence() > last || reachesBehind) {
            return Optional.of(loss);
        }
        return loss.firstSequence() < first ? Optional.of(until(loss, first - 1)) : Optional.empty();
    }

    /** It has grown into what is being sent. */
    private static Lost until(Lost loss, long end) {
        long atMost = end - loss.firstSequence() + 1;
        return new Lost(
                loss.firstSequence(), end, Math.min(loss.count(), atMost), loss.from(), loss.to(), loss.reason());
    }
}
