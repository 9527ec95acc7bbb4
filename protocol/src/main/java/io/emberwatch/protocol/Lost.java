package io.emberwatch.protocol;

import java.time.Instant;
import java.util.Objects;

/**
 * Readings that the probe took, or may have taken, and will never send. It stands before the first READINGS or HISTORY
 * with a later sequence, and is acknowledged with that.
 *
 * @param firstSequence 1 to {@code lastSequence}
 * @param lastSequence to {@link WireLimits#MAX_SEQUENCE}
 * @param count how many readings, at most one for each sequence; 0 if that is not known
 * @param from time of the first of them, or of the last one before where that is not known
 * @param to time of the last of them, or of the first one after where that is not known; before {@code from} if a clock
 *     was set back
 */
public record Lost(long firstSequence, long lastSequence, long count, Instant from, Instant to, Reason reason)
        implements Message {
    public Lost {
        if (firstSequence < 1 || lastSequence < firstSequence || lastSequence > WireLimits.MAX_SEQUENCE) {
            throw new IllegalArgumentException("sequences out of range: " + firstSequence + " to " + lastSequence);
        }
        if (count < 0 || count > lastSequence - firstSequence + 1) {
            throw new IllegalArgumentException(
                    count + " readings cannot have the sequences " + firstSequence + " to " + lastSequence);
        }
        from = Times.requireTime("time of a loss", from);
        to = Times.requireTime("time of a loss", to);
        Objects.requireNonNull(reason);
    }

    /** Why readings are lost. The number is the wire form and never changes. */
    public enum Reason {
        /** A newer peer's reason that this build does not know. */
        UNKNOWN(0),
        /** The spool had no room for more; the oldest went. */
        SPOOL_FULL(1),
        /** They were older than the spool keeps. */
        TOO_OLD(2),
        /** They could not be read back. */
        DAMAGED(3),
        /** The machine went down before they were on disk. */
        POWER_LOSS(4);

        private final int wireCode;

        Reason(int wireCode) {
            this.wireCode = wireCode;
        }

        public int wireCode() {
            return wireCode;
        }

        static Reason ofWireCode(long wireCode) {
            for (Reason reason : values()) {
                if (reason.wireCode == wireCode) {
                    return reason;
                }
            }
            return UNKNOWN;
        }
    }
}
