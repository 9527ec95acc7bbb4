package io.emberwatch.collector.alarm;

import io.emberwatch.collector.alarm.AlarmChange.Announced;
import io.emberwatch.collector.alarm.AlarmChange.Cleared;
import io.emberwatch.collector.alarm.AlarmChange.ClosingMail;
import io.emberwatch.collector.alarm.AlarmChange.Occasion;
import io.emberwatch.collector.alarm.AlarmChange.Pending;
import io.emberwatch.collector.alarm.AlarmChange.Raised;
import io.emberwatch.collector.alarm.AlarmChange.Reason;
import io.emberwatch.collector.alarm.AlarmChange.Telling;
import io.emberwatch.collector.model.AlarmCondition;
import io.emberwatch.collector.model.AlarmRow;
import io.emberwatch.collector.model.AlarmWrite;
import io.emberwatch.collector.model.MailKind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Between alarms as they are decided and alarms as they are stored. */
public final class StoredAlarms {
    private StoredAlarms() {}

    /** The open live alarms of one machine from its rows. */
    public static MachineAlarms live(List<AlarmRow> rows) {
        return fromRows(rows, false);
    }

    /** The open alarms of its history, and what the live ones are about that speak for it. */
    public static HistoryAlarms history(List<AlarmRow> rows, List<AlarmCondition> spanned) {
        return new HistoryAlarms(
                fromRows(rows, true),
                spanned.stream()
                        .map(condition -> new AlarmKey(condition.component(), condition.metric(), condition.severity()))
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /**
     * What is to be stored of these changes.
     *
     * @param isHistory whether they are of alarms of a history
     */
    public static List<AlarmWrite> toWrites(int machineId, boolean isHistory, List<AlarmChange> changes) {
        return changes.stream()
                .map(change -> toWrite(condition(machineId, isHistory, change.key()), change))
                .toList();
    }

    /** Notes which live alarms speak for the history of this epoch. */
    public static List<AlarmWrite> toSpans(int machineId, Set<AlarmKey> spanned, long historyEpoch) {
        return spanned.stream()
                .<AlarmWrite>map(key -> new AlarmWrite.Span(condition(machineId, false, key), historyEpoch))
                .toList();
    }

    private static AlarmCondition condition(int machineId, boolean isHistory, AlarmKey key) {
        return new AlarmCondition(machineId, key.component(), key.metric(), key.severity(), isHistory);
    }

    private static MachineAlarms fromRows(List<AlarmRow> rows, boolean isHistory) {
        return MachineAlarms.of(rows.stream()
                .filter(row -> row.condition().isHistory() == isHistory)
                .map(StoredAlarms::fromRow)
                .toList());
    }

    private static OpenAlarm fromRow(AlarmRow row) {
        AlarmCondition condition = row.condition();
        AlarmKey key = new AlarmKey(condition.component(), condition.metric(), condition.severity());
        // Somebody with SQL may have written that a mail went out before the alarm was raised: then it did not.
        Optional<Instant> announcedAt = row.raisedAt().isPresent() ? row.mailedAt() : Optional.empty();
        return new OpenAlarm(key, row.pendingSince(), row.raisedAt(), announcedAt);
    }

    private static AlarmWrite toWrite(AlarmCondition condition, AlarmChange change) {
        if (change instanceof Pending pending) {
            return new AlarmWrite.Pend(condition, pending.limit(), pending.since());
        }
        if (change instanceof Raised raised) {
            return raise(condition, raised);
        }
        if (change instanceof Announced announced) {
            return tell(condition, announced);
        }
        return change instanceof Cleared cleared ? clear(condition, cleared) : new AlarmWrite.Drop(condition);
    }

    private static AlarmWrite raise(AlarmCondition condition, Raised raised) {
        Optional<Instant> toldAt = raised.telling().tells() ? Optional.of(raised.now()) : Optional.empty();
        return new AlarmWrite.Raise(
                condition,
                raised.limit(),
                raised.pendingSince(),
                raised.at(),
                raised.value(),
                toldAt,
                raised.telling() == Telling.MAILED);
    }

    private static AlarmWrite tell(AlarmCondition condition, Announced announced) {
        MailKind kind = announced.occasion() == Occasion.REPEAT ? MailKind.REPEATED : MailKind.RAISED;
        Optional<MailKind> mail = announced.telling() == Telling.MAILED ? Optional.of(kind) : Optional.empty();
        return new AlarmWrite.Tell(condition, announced.now(), announced.value(), mail);
    }

    private static AlarmWrite clear(AlarmCondition condition, Cleared cleared) {
        Optional<MailKind> mail =
                cleared.mail().map(kind -> kind == ClosingMail.CLEARED ? MailKind.CLEARED : MailKind.PAST);
        return new AlarmWrite.Clear(
                condition, cleared.at(), cleared.value(), note(cleared.reason()), mail, cleared.now());
    }

    private static Optional<String> note(Reason reason) {
        return switch (reason) {
            case LIMIT_SWITCHED_OFF -> Optional.of("limit was switched off");
            case JUDGED_BY_MARGIN -> Optional.of("limit gave way to the card's own margin");
            case CARD_TAKEN_OUT -> Optional.of("card was taken out");
            case GOES_ON_LIVE -> Optional.of("goes on in a live alarm");
            case HISTORY_IS_OVER -> Optional.of("all that was put off has come");
            case BACK_TO_NORMAL, GOES_ON_IN_HISTORY -> Optional.empty();
        };
    }
}
