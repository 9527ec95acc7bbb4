package io.emberwatch.collector.alarm;

import io.emberwatch.collector.model.Limit;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One step in the life of an alarm. Times named {@code at} and {@code since} are the machine's own (the collector's for
 * metrics of the link); {@code now} is the collector's.
 */
public sealed interface AlarmChange {
    AlarmKey key();

    /**
     * Beyond the limit, but not for long enough yet; also when the waiting begins anew, because the machine's clock
     * went backwards or nothing was known for too long.
     */
    record Pending(AlarmKey key, Limit limit, Instant since) implements AlarmChange {}

    /** A pending alarm that was gone before it fired; nobody need ever know. */
    record Dropped(AlarmKey key, Reason reason) implements AlarmChange {}

    /** Beyond {@code limit} for long enough. */
    record Raised(
            AlarmKey key, Limit limit, Instant pendingSince, Instant at, double value, Telling telling, Instant now)
            implements AlarmChange {}

    /** A firing alarm whose owner is told now: late, because nobody could be told when it was raised, or again. */
    record Announced(AlarmKey key, Occasion occasion, Telling telling, OptionalDouble value, Instant now)
            implements AlarmChange {}

    /**
     * Over.
     *
     * @param at never before the alarm was raised, even if the machine's clock went backwards
     * @param value value that cleared it; empty if the limit was switched off and the value is unknown
     * @param mail the mail that is owed for it, if any
     */
    record Cleared(
            AlarmKey key, Instant at, OptionalDouble value, Reason reason, Optional<ClosingMail> mail, Instant now)
            implements AlarmChange {}

    /** Why an alarm is no longer open. */
    enum Reason {
        /** The value is back on the harmless side. */
        BACK_TO_NORMAL,
        /** The limit was removed or switched off. */
        LIMIT_SWITCHED_OFF,
        /** The card tells how far it is from its own limit: that is judged instead. */
        JUDGED_BY_MARGIN,
        /** The card was taken out of the machine: nothing will ever be known of it again. */
        CARD_TAKEN_OUT,
        /** The machine has put off what comes next: that is judged as history. */
        GOES_ON_IN_HISTORY,
        /** The history is over, and the live alarm of the same condition is firing: the owner knows, or will. */
        GOES_ON_LIVE,
        /** The history is over, and with it all that was open in it. */
        HISTORY_IS_OVER
    }

    /** How the owner learns of a firing alarm. */
    enum Telling {
        /** By a mail of its own, due now. */
        MAILED,
        /** By the mail of the critical alarm of the same condition. */
        COVERED,
        /** Not yet: this is replayed history or the machine is silenced. */
        WITHHELD;

        boolean tells() {
            return this != WITHHELD;
        }
    }

    /** Why the owner is told of an alarm that has been firing for a while. */
    enum Occasion {
        /** Nobody was told before. */
        FIRST_TIME,
        /** It lasts. The mail is due only if nobody has acknowledged the alarm, which the store knows. */
        REPEAT
    }

    /** The mail at the end of an alarm. */
    enum ClosingMail {
        /** To an owner who was told that it began: it is over. */
        CLEARED,
        /** To an owner who was not: it was so from … to …. */
        PAST
    }
}
