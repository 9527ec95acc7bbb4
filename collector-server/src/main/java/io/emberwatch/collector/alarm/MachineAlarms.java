package io.emberwatch.collector.alarm;

import io.emberwatch.collector.model.AlarmChange;
import io.emberwatch.collector.model.AlarmChange.Cleared;
import io.emberwatch.collector.model.AlarmChange.Dropped;
import io.emberwatch.collector.model.AlarmChange.Flapped;
import io.emberwatch.collector.model.AlarmChange.Notified;
import io.emberwatch.collector.model.AlarmChange.Pending;
import io.emberwatch.collector.model.AlarmChange.Raised;
import io.emberwatch.collector.model.AlarmKey;
import io.emberwatch.collector.model.OpenAlarm;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The open alarms of one machine, and how many more may come and go. Immutable; equal if the same alarms are open in the
 * same state.
 */
public final class MachineAlarms {
    private static final MachineAlarms NONE = new MachineAlarms(Map.of(), AlarmBudget.FULL);

    /** Not the order of insertion: decisions must not depend on whether the alarms were loaded or grown. */
    private static final Comparator<AlarmKey> ORDER = Comparator.comparing(AlarmKey::component)
            .thenComparing(AlarmKey::metric)
            .thenComparing(AlarmKey::severity);

    private final Map<AlarmKey, OpenAlarm> open;
    private final AlarmBudget budget;

    private MachineAlarms(Map<AlarmKey, OpenAlarm> open, AlarmBudget budget) {
        this.open = open;
        this.budget = budget;
    }

    public static MachineAlarms none() {
        return NONE;
    }

    public static MachineAlarms of(Collection<OpenAlarm> alarms) {
        Map<AlarmKey, OpenAlarm> open = sorted(Map.of());
        alarms.forEach(alarm -> open.put(alarm.key(), alarm));
        return new MachineAlarms(open, AlarmBudget.FULL);
    }

    /** None open, with what is left of the budget of these. */
    public MachineAlarms withoutOpen() {
        return budget == AlarmBudget.FULL ? NONE : NONE.with(budget);
    }

    /** With what is left of the budget of {@code others}, which are the same machine's. */
    public MachineAlarms withBudgetOf(MachineAlarms others) {
        return with(others.budget);
    }

    /** Whether so many have come and gone that even a new warning is not mailed yet. */
    public boolean isBudgetShort() {
        return budget.isShort();
    }

    /** How many are open. */
    public int count() {
        return open.size();
    }

    /** Whether no GPU may have another one. */
    boolean isFull() {
        return open.size() >= AlarmBudget.MAX_OPEN;
    }

    MachineAlarms with(AlarmBudget left) {
        return budget == left ? this : new MachineAlarms(open, left);
    }

    AlarmBudget budget() {
        return budget;
    }

    public Optional<OpenAlarm> find(AlarmKey key) {
        return Optional.ofNullable(open.get(key));
    }

    public List<OpenAlarm> all() {
        return List.copyOf(open.values());
    }

    public boolean isEmpty() {
        return open.isEmpty();
    }

    /** The alarms after these changes, in their order. */
    public MachineAlarms after(List<AlarmChange> changes) {
        if (changes.isEmpty()) {
            return this;
        }
        Map<AlarmKey, OpenAlarm> changed = sorted(open);
        changes.forEach(change -> apply(changed, change));
        return new MachineAlarms(changed, budget);
    }

    /**
     * Changes that lead from these alarms to the same end by fewer steps: what was only pending leaves no trace, and one
     * that flaps is a single step. The steps of one condition stay in order.
     */
    public List<AlarmChange> condense(List<AlarmChange> changes) {
        Map<AlarmKey, Deque<AlarmChange>> byCondition = new LinkedHashMap<>();
        for (AlarmChange change : changes) {
            condense(byCondition.computeIfAbsent(change.key(), key -> new ArrayDeque<>()), change);
        }
        return byCondition.values().stream().flatMap(Deque::stream).toList();
    }

    private void condense(Deque<AlarmChange> steps, AlarmChange next) {
        AlarmChange last = steps.peekLast();
        if (last instanceof Flapped flapped && next instanceof Flapped again) {
            steps.removeLast();
            steps.add(flapped.then(again));
            return;
        }
        boolean replaces = next instanceof Pending || next instanceof Dropped || next instanceof Raised;
        if (last instanceof Pending && replaces) {
            steps.removeLast();
        }
        boolean wasPending = steps.isEmpty() && find(next.key()).isPresent();
        if (!(last instanceof Pending && next instanceof Dropped) || wasPending) {
            steps.add(next);
        }
    }

    private static Map<AlarmKey, OpenAlarm> sorted(Map<AlarmKey, OpenAlarm> alarms) {
        Map<AlarmKey, OpenAlarm> sorted = new TreeMap<>(ORDER);
        sorted.putAll(alarms);
        return sorted;
    }

    private static void apply(Map<AlarmKey, OpenAlarm> open, AlarmChange change) {
        AlarmKey key = change.key();
        if (change instanceof Pending pending) {
            open.put(key, new OpenAlarm(key, pending.since(), Optional.empty(), Optional.empty()));
        } else if (change instanceof Raised raised) {
            open.put(key, new OpenAlarm(key, raised.pendingSince(), Optional.of(raised.at()), raised.notifiedAt()));
        } else if (change instanceof Notified notified) {
            open.computeIfPresent(
                    key,
                    (k, alarm) -> new OpenAlarm(
                            k, alarm.pendingSince(), alarm.raisedAt(), Optional.of(notified.now()), alarm.settling()));
        } else if (change instanceof Flapped flapped) {
            open.computeIfPresent(
                    key,
                    (k, alarm) -> new OpenAlarm(
                            k, alarm.pendingSince(), alarm.raisedAt(), alarm.notifiedAt(), flapped.settling()));
        } else if (change instanceof Dropped || change instanceof Cleared) {
            open.remove(key);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MachineAlarms that && open.equals(that.open);
    }

    @Override
    public int hashCode() {
        return open.hashCode();
    }

    @Override
    public String toString() {
        return open.values().toString();
    }
}
