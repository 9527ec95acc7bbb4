package io.emberwatch.collector.alarm;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * An alarm that is not over. The limit is not part of it: an open alarm follows the limit now in force.
 *
 * @param pendingSince first reading beyond the limit, in the machine's own time
 * @param raisedAt reading that raised it, in the machine's own time; empty while pending
 * @param announcedAt when the owner was last told of it, in the collector's time; empty if never
 */
public record OpenAlarm(AlarmKey key, Instant pendingSince, Optional<Instant> raisedAt, Optional<Instant> announcedAt) {
    /** How far an open alarm has come. */
    public enum State {
        /** Beyond the limit, but not for long enough yet. */
        PENDING,
        FIRING
    }

    public OpenAlarm {
        Objects.requireNonNull(key);
        Objects.requireNonNull(pendingSince);
        if (announcedAt.isPresent() && raisedAt.isEmpty()) {
            throw new IllegalArgumentException("announced, but not raised: " + key);
        }
    }

    public State state() {
        return raisedAt.isPresent() ? State.FIRING : State.PENDING;
    }

    boolean isFiring() {
        return raisedAt.isPresent();
    }

    /** Whether the owner knows of it. */
    boolean isTold() {
        return announcedAt.isPresent();
    }
}
