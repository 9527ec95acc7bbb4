package io.emberwatch.collector.model;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * An alarm that is not over. The limit is not part of it: an open alarm follows the limit now in force.
 *
 * @param pendingSince first reading beyond the limit, in the machine's own time
 * @param raisedAt reading that raised it, in the machine's own time; empty while pending
 * @param notifiedAt when the owner was last notified of it, in the collector's time; empty if never
 * @param settling set while it is cleared but not over, because it may return
 */
public record OpenAlarm(
        AlarmKey key,
        Instant pendingSince,
        Optional<Instant> raisedAt,
        Optional<Instant> notifiedAt,
        Optional<Settling> settling) {
    /**
     * How an alarm was cleared that may return.
     *
     * @param at reading that cleared it, in the machine's own time; never before the alarm was raised
     * @param value value that cleared it; empty if the limit was switched off and the value is unknown
     */
    public record Settling(Instant at, OptionalDouble value) {}

    public OpenAlarm {
        Objects.requireNonNull(key);
        Objects.requireNonNull(pendingSince);
        if (notifiedAt.isPresent() && raisedAt.isEmpty()) {
            throw new IllegalArgumentException("notified, but not raised: " + key);
        }
        if (settling.isPresent() && raisedAt.isEmpty()) {
            throw new IllegalArgumentException("cleared, but not raised: " + key);
        }
    }

    /** One that is pending, or firing. */
    public OpenAlarm(AlarmKey key, Instant pendingSince, Optional<Instant> raisedAt, Optional<Instant> notifiedAt) {
        this(key, pendingSince, raisedAt, notifiedAt, Optional.empty());
    }

    public boolean isPending() {
        return raisedAt.isEmpty();
    }

    public boolean isFiring() {
        return raisedAt.isPresent() && settling.isEmpty();
    }

    /** Whether the owner knows of it. */
    public boolean isNotified() {
        return notifiedAt.isPresent();
    }
}
