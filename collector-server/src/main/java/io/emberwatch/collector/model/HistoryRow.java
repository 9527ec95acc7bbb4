package io.emberwatch.collector.model;

import java.time.Instant;
import java.util.Optional;

/**
 * What {@code probe_session} holds of the machine's latest history, besides how far it is stored.
 *
 * @param epoch of the session that put it off; 0 if none ever did
 * @param since time of the last reading before it, by the machine's clock; empty if there is none
 * @param takenAt time of the last reading of it that is stored; empty if none is
 */
public record HistoryRow(long epoch, Optional<Instant> since, Optional<Instant> takenAt) {
    /** A machine that never put anything off. */
    public static final HistoryRow NONE = new HistoryRow(0, Optional.empty(), Optional.empty());
}
