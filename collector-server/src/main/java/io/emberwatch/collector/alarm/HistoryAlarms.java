package io.emberwatch.collector.alarm;

import io.emberwatch.collector.model.AlarmChange;
import io.emberwatch.collector.model.AlarmChange.Cleared;
import io.emberwatch.collector.model.AlarmChange.Dropped;
import io.emberwatch.collector.model.AlarmChange.Pending;
import io.emberwatch.collector.model.AlarmChange.Reason;
import io.emberwatch.collector.model.AlarmChange.SpansHistory;
import io.emberwatch.collector.model.AlarmKey;
import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.MachineLimits;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.collector.model.OpenAlarm;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The alarms of a machine in the history that it deferred: judged by themselves while the live ones go on. Immutable.
 *
 * <ul>
 *   <li>What was firing when the history was deferred stays live. It speaks for the history too: the owner was notified that it
 *       began, and will be when it is over.
 *   <li>What was pending goes on in the history alone, because what comes next is known there first.
 *   <li>When the history ends, nothing of it stays open: what fires is over for the history, and mailed as past, unless it
 *       goes on live.
 * </ul>
 *
 * @param open the alarms open at the point that the history has reached
 * @param spanned what the live alarms are about that speak for the history too
 */
public record HistoryAlarms(MachineAlarms open, Set<AlarmKey> spanned) {
    /** No history. */
    public static final HistoryAlarms NONE = new HistoryAlarms(MachineAlarms.none(), Set.of());

    public HistoryAlarms {
        spanned = Set.copyOf(spanned);
    }

    /**
     * What it does to a machine's alarms that a history is deferred.
     *
     * @param live to the live ones
     * @param history to those of the history, which had none
     * @param spanned what the live alarms are about that speak for the history too
     */
    public record Beginning(List<AlarmChange> live, List<AlarmChange> history, Set<AlarmKey> spanned) {
        public Beginning {
            live = List.copyOf(live);
            history = List.copyOf(history);
            spanned = Set.copyOf(spanned);
        }
    }

    /**
     * A history is deferred. What the collector itself observes of the link has no history.
     *
     * @param epoch session that defers it
     */
    public static Beginning begin(MachineAlarms live, MachineLimits limits, long epoch) {
        Set<AlarmKey> firing = live.all().stream()
                .filter(OpenAlarm::isFiring)
                .map(OpenAlarm::key)
                .filter(HistoryAlarms::hasHistory)
                .collect(Collectors.toUnmodifiableSet());
        List<AlarmChange> ofLive = new ArrayList<>();
        List<AlarmChange> ofHistory = new ArrayList<>();
        firing.forEach(key -> ofLive.add(new SpansHistory(key, epoch)));
        for (OpenAlarm alarm : live.all()) {
            AlarmKey key = alarm.key();
            if (!alarm.isFiring() && hasHistory(key)) {
                ofLive.add(new Dropped(key, Reason.CONTINUES_IN_HISTORY));
                spannedOut(limits, firing)
                        .find(key.component(), key.metric(), key.severity())
                        .ifPresent(limit -> ofHistory.add(new Pending(key, limit, alarm.pendingSince())));
            }
        }
        return new Beginning(ofLive, ofHistory, firing);
    }

    /** The limits that the history is judged by: all but those that a live alarm speaks for. */
    public MachineLimits limits(MachineLimits all) {
        return spannedOut(all, spanned);
    }

    public HistoryAlarms after(List<AlarmChange> changes) {
        return new HistoryAlarms(open.after(changes), spanned);
    }

    /**
     * The history is over.
     *
     * @param live the live alarms now
     * @param lastTakenAt time of its last reading, by the machine's clock; empty if it had none
     * @param silenced whether mails about this machine are held back now
     * @param now the collector's time
     * @return the end of each open alarm
     */
    public List<AlarmChange> end(MachineAlarms live, Optional<Instant> lastTakenAt, boolean silenced, Instant now) {
        List<AlarmChange> changes = new ArrayList<>();
        for (OpenAlarm alarm : open.all()) {
            if (alarm.isFiring()) {
                changes.add(cleared(alarm, live, lastTakenAt, silenced, now));
            } else {
                changes.add(new Dropped(alarm.key(), Reason.HISTORY_IS_OVER));
            }
        }
        return changes;
    }

    private Cleared cleared(
            OpenAlarm alarm, MachineAlarms live, Optional<Instant> lastTakenAt, boolean silenced, Instant now) {
        Instant raisedAt = alarm.raisedAt().orElseThrow();
        Instant at = lastTakenAt.filter(raisedAt::isBefore).orElse(raisedAt);
        boolean goesOn = isFiring(live, alarm.key());
        // The mail of the critical alarm, which ends now too, leaves nothing for the warning's to say.
        boolean saidByCritical = alarm.key().severity() == Severity.WARNING
                && open.find(alarm.key().with(Severity.CRITICAL))
                        .filter(OpenAlarm::isFiring)
                        .isPresent();
        Optional<MailKind> mail = goesOn || silenced || saidByCritical ? Optional.empty() : Optional.of(MailKind.PAST);
        Reason reason = goesOn ? Reason.CONTINUES_LIVE : Reason.HISTORY_IS_OVER;
        return new Cleared(alarm.key(), at, OptionalDouble.empty(), reason, mail, now);
    }

    /** Whether an alarm speaks for this condition, be it the critical one for the warning. */
    private static boolean isFiring(MachineAlarms alarms, AlarmKey key) {
        return alarms.find(key).filter(OpenAlarm::isFiring).isPresent()
                || alarms.find(key.with(Severity.CRITICAL))
                        .filter(OpenAlarm::isFiring)
                        .isPresent();
    }

    private static MachineLimits spannedOut(MachineLimits all, Set<AlarmKey> spanned) {
        return spanned.isEmpty() ? all : new SpannedOut(all, spanned);
    }

    private record SpannedOut(MachineLimits all, Set<AlarmKey> spanned) implements MachineLimits {
        @Override
        public Optional<Limit> find(String component, Metric metric, Severity severity) {
            AlarmKey key = new AlarmKey(component, metric, severity);
            return spanned.contains(key) || spanned.contains(key.with(Severity.CRITICAL))
                    ? Optional.empty()
                    : all.find(component, metric, severity);
        }

        @Override
        public Optional<Metric> overriddenBy(String component, Metric metric, Severity severity) {
            return all.overriddenBy(component, metric, severity);
        }
    }

    private static boolean hasHistory(AlarmKey key) {
        return key.metric().scope() != Scope.LINK;
    }
}
