package io.emberwatch.collector.model;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/** One change of one alarm, to be stored with the readings that caused it. */
public sealed interface AlarmWrite {
    AlarmCondition condition();

    /** Beyond the limit, not for long enough yet; if it is pending already, the waiting begins anew. */
    record Pend(AlarmCondition condition, Limit limit, Instant since) implements AlarmWrite {}

    /** No longer pending; leaves no trace. */
    record Drop(AlarmCondition condition) implements AlarmWrite {}

    /**
     * Firing; without effect if it is already.
     *
     * @param toldAt when the owner was told, if so: by this mail or by that of another alarm
     */
    record Raise(
            AlarmCondition condition,
            Limit limit,
            Instant pendingSince,
            Instant at,
            double value,
            Optional<Instant> toldAt,
            boolean mail)
            implements AlarmWrite {}

    /**
     * The owner is told, late or again.
     *
     * @param mail {@link MailKind#RAISED} or {@link MailKind#REPEATED}; empty if the mail of another alarm tells it. A
     *     repeat is left out if somebody has acknowledged the alarm.
     */
    record Tell(AlarmCondition condition, Instant at, OptionalDouble value, Optional<MailKind> mail)
            implements AlarmWrite {}

    /**
     * Firing, when a history is put off: the owner was told and will be told when it is over, so it speaks for that time.
     *
     * @param historyEpoch names the history, see {@link HistoryRow#epoch}
     */
    record Span(AlarmCondition condition, long historyEpoch) implements AlarmWrite {}

    /**
     * Over.
     *
     * @param note for people; empty if the value is simply back to normal
     * @param mail {@link MailKind#CLEARED} or {@link MailKind#PAST}, if one is owed
     * @param now the collector's time
     */
    record Clear(
            AlarmCondition condition,
            Instant at,
            OptionalDouble value,
            Optional<String> note,
            Optional<MailKind> mail,
            Instant now)
            implements AlarmWrite {}
}
