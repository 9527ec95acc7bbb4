package io.emberwatch.collector.model;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * An alarm that is not over. The limit is not part of it: an open alarm follows the limit now in force.
 *
 * @param pendingSince first reading beyond the limit, in the machine's own time
 * @param raisedAt reading that raised it, in the machine's own time; empty while pending
 * @param notifiedAt when the owner was last notified of it, in the collector's time; empty if never
 */
public record OpenAlarm(AlarmKey key, Instant pendingSince, Optional<Instant> raisedAt, Optional<Instant> notifiedAt) {
    public OpenAlarm {
        Objects.requireNonNull(key);
        Objects.requireNonNull(pendingSince);
        if (notifiedAt.isPresent() && raisedAt.isEmpty()) {
            throw new IllegalArgumentException("notified, but not raised: " + key);
        }
    }

    public boolean isFiring() {
        return raisedAt.isPresent();
    }

    /** Whether the owner knows of it. */
    public boolean isNotified() {
        return notifiedAt.isPresent();
    }
}
