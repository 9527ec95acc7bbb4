package io.emberwatch.collector.faults;

import java.time.Instant;

/**
 * Something that went on for a while, and by which a mail may honestly have been sent again.
 *
 * @param to the same as {@code from} if it took no time
 */
record Excuse(Kind kind, String what, Instant from, Instant to) {
    enum Kind {
        /** The answer to a mail may not have come back. */
        MAIL_LINK,
        /** The collector may have had an answer in hand that it had not noted yet. */
        COLLECTOR_DEATH,
        /** The collector could not note anything. */
        DATABASE_AWAY
    }

    boolean overlaps(Instant start, Instant end) {
        return !from.isAfter(end) && !to.isBefore(start);
    }
}
