package io.emberwatch.collector.model;

import io.emberwatch.collector.model.OpenAlarm.Settling;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One step in the life of an alarm: decided by the engine, written by the store together with the readings that caused
 * it. Times named {@code at} and {@code since} are the machine's own (the collector's for metrics of the link); {@code
 * now} is the collector's.
 */
public sealed interface AlarmChange {
    AlarmKey key();

    /**
     * Beyond the limit, but not for long enough yet; also when the waiting begins anew, because the machine's clock
     * went backwards or nothing was known for too long.
     */
    record Pending(AlarmKey key, Limit limit, Instant since) implements AlarmChange {}

    /** A pending alarm that was gone before it fired; it leaves no trace. */
    record Dropped(AlarmKey key, Reason reason) implements AlarmChange {}

    /** Beyond {@code limit} for long enough. Without effect if it is firing already. */
    record Raised(
            AlarmKey key,
            Limit limit,
            Instant pendingSince,
            Instant at,
            double value,
            Notification notification,
            Instant now)
            implements AlarmChange {
        /** When the owner was notified, if so. */
        public Optional<Instant> notifiedAt() {
            return notification.reachesOwner() ? Optional.of(now) : Optional.empty();
        }
    }

    /**
     * A firing alarm whose owner is notified now.
     *
     * @param kind {@link MailKind#RAISED} if nobody was notified before; {@link MailKind#REPEATED} if it lasts: that is
     *     left out if somebody has acknowledged the alarm, which the store knows
     */
    record Notified(AlarmKey key, MailKind kind, Notification notification, OptionalDouble value, Instant now)
            implements AlarmChange {}

    /**
     * A raised alarm that is cleared and may return, has returned, or both, several times: it stays the same alarm, which
     * counts how often. Nobody is notified.
     *
     * @param times how often it returned
     * @param lastAt reading with which it last did; empty if {@code times} is 0
     * @param settling how it is now: cleared, or firing if empty
     */
    record Flapped(AlarmKey key, int times, Optional<Instant> lastAt, Optional<Settling> settling)
            implements AlarmChange {
        /** This and then {@code next}, as one. */
        public Flapped then(Flapped next) {
            return new Flapped(key, times + next.times, next.lastAt.or(() -> lastAt), next.settling);
        }
    }

    /**
     * Firing when a history is deferred: the owner was notified and will be when it is over, so it speaks for that
     * time.
     *
     * @param historyEpoch session that deferred it
     */
    record SpansHistory(AlarmKey key, long historyEpoch) implements AlarmChange {}

    /**
     * Over.
     *
     * @param at never before the alarm was raised, even if the machine's clock went backwards
     * @param value value that cleared it; empty if the limit was switched off and the value is unknown
     * @param mail {@link MailKind#CLEARED} to an owner who was notified that it began, {@link MailKind#PAST} to one who
     *     was not (it was so from … to …); empty if nothing is to be mailed
     */
    record Cleared(AlarmKey key, Instant at, OptionalDouble value, Reason reason, Optional<MailKind> mail, Instant now)
            implements AlarmChange {}

    /** Why an alarm is no longer open. */
    enum Reason {
        /** The value is back on the harmless side. */
        BACK_TO_NORMAL(""),
        LIMIT_SWITCHED_OFF("limit was switched off"),
        /** The GPU or the machine reports how far the part is from its own limit: that is judged instead. */
        JUDGED_BY_MARGIN("margin to its maker's limit is judged instead"),
        /** The GPU was taken out of the machine: nothing will ever be known of it again. */
        GPU_RETIRED("card was taken out"),
        /** The machine has deferred what comes next: that is judged as history. */
        CONTINUES_IN_HISTORY(""),
        /** The history is over, and the live alarm of the same condition is firing: the owner is notified by that. */
        CONTINUES_LIVE("goes on in a live alarm"),
        /** The history is over, and with it all that was open in it. */
        HISTORY_IS_OVER("all deferred readings have arrived");

        private final String note;

        Reason(String note) {
            this.note = note;
        }

        /** What stands with the alarm for people; empty if its end says enough. */
        public Optional<String> note() {
            return note.isEmpty() ? Optional.empty() : Optional.of(note);
        }
    }

    /** How the owner learns of a firing alarm. */
    enum Notification {
        /** By a mail of its own, due now. */
        MAILED,
        /** By the mail of the critical alarm of the same condition. */
        COVERED,
        /** Not yet: this is replayed history, the machine is silenced or has too much to say. */
        SUPPRESSED;

        public boolean reachesOwner() {
            return this != SUPPRESSED;
        }
    }
}
