package io.emberwatch.collector.alarm;

import io.emberwatch.collector.alarm.AlarmEngine.Evaluation;
import io.emberwatch.collector.model.AlarmChange;
import io.emberwatch.collector.model.AlarmChange.Cleared;
import io.emberwatch.collector.model.AlarmChange.Dropped;
import io.emberwatch.collector.model.AlarmChange.Flapped;
import io.emberwatch.collector.model.AlarmChange.Pending;
import io.emberwatch.collector.model.AlarmChange.Reason;
import io.emberwatch.collector.model.AlarmChange.SpansHistory;
import io.emberwatch.collector.model.AlarmKey;
import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.MachineLimits;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.collector.model.OpenAlarm;
import io.emberwatch.collector.model.OpenAlarm.Settling;
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
 *   <li>When the history ends, nothing of it goes on: what fires is over for the history, and mailed as past, unless it
 *       goes on live. What is beyond the machine's budget ends a little later.
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
     * @param history to those of the history
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
    public Beginning begin(MachineAlarms live, MachineLimits limits, long epoch) {
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
            if (alarm.isPending() && hasHistory(key)) {
                ofLive.add(new Dropped(key, Reason.CONTINUES_IN_HISTORY));
                spannedOut(limits, firing)
                        .find(key.component(), key.metric(), key.severity())
                        .filter(limit -> open.find(key).isEmpty())
                        .ifPresent(limit -> ofHistory.add(new Pending(key, limit, alarm.pendingSince())));
            }
        }
        return new Beginning(ofLive, ofHistory, firing);
    }

    /** The limits that the history is judged by: all but those that a live alarm speaks for. */
    public MachineLimits limits(MachineLimits all) {
        return spannedOut(all, spanned);
    }

    /** None open, with what is left of the budget of these. */
    public HistoryAlarms withoutOpen() {
        return new HistoryAlarms(open.withoutOpen(), Set.of());
    }

    /**
     * The history is over.
     *
     * @param live the live alarms now
     * @param lastTakenAt time of its last reading, by the machine's clock; empty if it had none
     * @param silenced whether mails about this machine are held back now
     * @param now the collector's time
     * @return the end of each open alarm; one that is beyond the budget stays, cleared, and ends at a later call
     */
    public Evaluation end(
            MachineAlarms live, Optional<Instant> lastTakenAt, boolean silenced, Instant now, AlarmPolicy policy) {
        if (open.isEmpty()) {
            return new Evaluation(open, List.of());
        }
        List<AlarmChange> changes = new ArrayList<>();
        AlarmBudget budget = open.budget().copy(now, policy);
        for (OpenAlarm alarm : open.all()) {
            if (alarm.isPending()) {
                changes.add(new Dropped(alarm.key(), Reason.HISTORY_IS_OVER));
                continue;
            }
            Settling end = alarm.settling().orElseGet(() -> cut(alarm, lastTakenAt));
            if (alarm.isNotified() || budget.payToEnd(alarm.key(), now, policy)) {
                changes.add(cleared(alarm, end, live, silenced, now));
            } else if (alarm.isFiring()) {
                changes.add(new Flapped(alarm.key(), 0, Optional.empty(), Optional.of(end)));
            }
        }
        return new Evaluation(open.after(changes).with(budget), changes);
    }

    private static Settling cut(OpenAlarm alarm, Optional<Instant> lastTakenAt) {
        Instant raisedAt = alarm.raisedAt().orElseThrow();
        return new Settling(lastTakenAt.filter(raisedAt::isBefore).orElse(raisedAt), OptionalDouble.empty());
    }

    private Cleared cleared(OpenAlarm alarm, Settling end, MachineAlarms live, boolean silenced, Instant now) {
        boolean goesOn = isFiring(live, alarm.key());
        // The mail of the critical alarm, which ends now too, leaves nothing for the warning's to say.
        boolean saidByCritical = alarm.key().severity() == Severity.WARNING
                && open.find(alarm.key().with(Severity.CRITICAL))
                        .filter(OpenAlarm::isFiring)
                        .isPresent();
        Optional<MailKind> mail = goesOn || silenced || saidByCritical ? Optional.empty() : Optional.of(MailKind.PAST);
        Reason reason = goesOn ? Reason.CONTINUES_LIVE : Reason.HISTORY_IS_OVER;
        return new Cleared(alarm.key(), end.at(), end.value(), reason, mail, now);
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
