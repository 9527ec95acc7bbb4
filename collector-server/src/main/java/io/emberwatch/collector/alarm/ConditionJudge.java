package io.emberwatch.collector.alarm;

import io.emberwatch.collector.model.AlarmChange;
import io.emberwatch.collector.model.AlarmChange.Cleared;
import io.emberwatch.collector.model.AlarmChange.Dropped;
import io.emberwatch.collector.model.AlarmChange.Flapped;
import io.emberwatch.collector.model.AlarmChange.Notification;
import io.emberwatch.collector.model.AlarmChange.Notified;
import io.emberwatch.collector.model.AlarmChange.Pending;
import io.emberwatch.collector.model.AlarmChange.Raised;
import io.emberwatch.collector.model.AlarmChange.Reason;
import io.emberwatch.collector.model.AlarmKey;
import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.MachineLimits;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.collector.model.OpenAlarm;
import io.emberwatch.collector.model.OpenAlarm.Settling;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Metric.Direction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Judges one metric of one component in one observation: the critical alarm first, for it may speak for the warning.
 */
final class ConditionJudge {
    /** Where an alarm goes from here, regardless of who is notified. */
    private enum Step {
        /** As it was: still fine, still waiting, or nothing known. */
        NONE,
        PEND,
        DROP,
        RAISE,
        /** Firing, and goes on. */
        STAY,
        /** Cleared, and firing again. */
        RETURN,
        CLEAR
    }

    /** What the margin of a GPU at its target may be off, degrees. */
    private static final double MARGIN_ERROR_C = 2;

    private final AlarmPolicy policy;
    private final MachineAlarms before;
    private final MachineLimits limits;
    private final Observation observation;
    private final List<AlarmChange> changes;
    private AlarmBudget budget;
    private boolean isBudgetOwn;

    ConditionJudge(
            AlarmPolicy policy,
            MachineAlarms before,
            MachineLimits limits,
            Observation observation,
            List<AlarmChange> changes) {
        this.policy = policy;
        this.before = before;
        this.limits = limits;
        this.observation = observation;
        this.changes = changes;
        this.budget = before.budget();
    }

    /** What is left of the budget. */
    AlarmBudget left() {
        return budget;
    }

    /** To be changed. */
    private AlarmBudget budget() {
        if (!isBudgetOwn) {
            budget = budget.copy(observation.now(), policy);
            isBudgetOwn = true;
        }
        return budget;
    }

    void judge(String component, Metric metric) {
        OptionalDouble value = observation.value(component, metric);
        Optional<AlarmChange> critical = change(component, metric, Severity.CRITICAL, value, Optional.empty());
        critical.ifPresent(changes::add);
        change(component, metric, Severity.WARNING, value, critical).ifPresent(changes::add);
    }

    private Optional<AlarmChange> change(
            String component, Metric metric, Severity severity, OptionalDouble value, Optional<AlarmChange> critical) {
        Optional<Limit> limit = limits.find(component, metric, severity);
        if (limit.isEmpty() && before.isEmpty()) {
            return Optional.empty(); // by far the most frequent case
        }
        AlarmKey key = new AlarmKey(component, metric, severity);
        Optional<OpenAlarm> alarm = before.find(key);
        if (alarm.isEmpty() && !component.isEmpty() && before.isFull()) {
            return Optional.empty();
        }
        if (limit.isEmpty() || isOverridden(key)) {
            Reason reason = outOfForce(component, limit);
            return alarm.flatMap(open ->
                    open.isPending() ? Optional.of(new Dropped(key, reason)) : over(open, value, reason, critical));
        }
        Instant at = observation.timeOf(key.metric());
        return switch (step(alarm, limit.get(), key.metric().direction(), judged(key, limit.get(), value), at)) {
            case NONE -> Optional.empty();
            case PEND -> Optional.of(new Pending(key, limit.get(), at));
            case DROP -> Optional.of(new Dropped(key, Reason.BACK_TO_NORMAL));
            case RAISE -> Optional.of(raised(key, limit.get(), alarm, value.getAsDouble(), critical));
            case STAY -> notified(alarm.orElseThrow(), value, critical);
            case RETURN -> returned(alarm.orElseThrow(), value, critical);
            case CLEAR -> over(alarm.orElseThrow(), value, Reason.BACK_TO_NORMAL, critical);
        };
    }

    private Step step(Optional<OpenAlarm> alarm, Limit limit, Direction direction, OptionalDouble value, Instant at) {
        if (alarm.isEmpty()) {
            return value.isPresent() && direction.reached(value.getAsDouble(), limit.raiseAt())
                    ? limit.holdFor().isZero() ? Step.RAISE : Step.PEND
                    : Step.NONE;
        }
        if (alarm.get().isFiring()) {
            return value.isPresent() && isOver(limit, direction, value.getAsDouble()) ? Step.CLEAR : Step.STAY;
        }
        boolean reached = value.isPresent() && direction.reached(value.getAsDouble(), limit.raiseAt());
        if (alarm.get().settling().isPresent()) {
            // It has waited once, and is not over for the owner: what returns is not made to wait again.
            return reached ? Step.RETURN : Step.CLEAR;
        }
        if (value.isEmpty()) {
            return Step.NONE;
        }
        return reached ? waited(alarm.get().pendingSince(), limit.holdFor(), at) : Step.DROP;
    }

    /**
     * A pending alarm fires at the first known value after {@code holdFor}; one that comes much later than that was
     * preceded by a gap as long, in which anything may have been.
     */
    private Step waited(Instant since, Duration holdFor, Instant at) {
        if (holdFor.isZero()) {
            return Step.RAISE;
        }
        Duration held = Duration.between(since, at);
        Duration tolerated = holdFor.plus(policy.longestGap());
        if (held.isNegative() || held.compareTo(tolerated) > 0) {
            return Step.PEND;
        }
        return held.compareTo(holdFor) >= 0 ? Step.RAISE : Step.NONE;
    }

    /** Where both values of a limit are the same, one value must not both raise and clear. */
    private static boolean isOver(Limit limit, Direction direction, double value) {
        boolean atOrBelowClear =
                direction == Direction.HIGH_IS_BAD ? value <= limit.clearAt() : value >= limit.clearAt();
        return atOrBelowClear && !direction.reached(value, limit.raiseAt());
    }

    /**
     * The value, but of a GPU that is no hotter than it means to be one that is fine. The margin at its target is known
     * to a degree or two only, so that a value may be beyond a limit that was moved for the target while the GPU is
     * still there. A margin that is less than that indicates a spot that is hotter than the core.
     */
    private OptionalDouble judged(AlarmKey key, Limit limit, OptionalDouble value) {
        if (limit.targetTempC().isEmpty() || value.isEmpty()) {
            return value;
        }
        OptionalDouble temp = observation.value(key.component(), Metric.GPU_TEMP_C);
        boolean isAtTarget = temp.isPresent()
                && temp.getAsDouble() <= limit.targetTempC().getAsInt()
                && value.getAsDouble() >= limit.clearAt() - MARGIN_ERROR_C;
        return isAtTarget ? OptionalDouble.of(Double.MAX_VALUE) : value;
    }

    private Reason outOfForce(String component, Optional<Limit> limit) {
        if (limit.isPresent()) {
            return Reason.JUDGED_BY_MARGIN;
        }
        return limits.isRetired(component) ? Reason.GPU_RETIRED : Reason.LIMIT_SWITCHED_OFF;
    }

    /** Whether the limit does not count now because it is reported how far the part is from its own limit. */
    private boolean isOverridden(AlarmKey key) {
        return limits.overriddenBy(key.component(), key.metric(), key.severity())
                .filter(margin -> observation.value(key.component(), margin).isPresent())
                .isPresent();
    }

    private Raised raised(
            AlarmKey key, Limit limit, Optional<OpenAlarm> pending, double value, Optional<AlarmChange> critical) {
        Instant at = observation.timeOf(key.metric());
        Instant since = pending.map(OpenAlarm::pendingSince).orElse(at);
        return new Raised(key, limit, since, at, value, notification(key, Duration.ZERO, critical), observation.now());
    }

    private Optional<AlarmChange> returned(OpenAlarm alarm, OptionalDouble value, Optional<AlarmChange> critical) {
        AlarmKey key = alarm.key();
        changes.add(new Flapped(key, 1, Optional.of(observation.timeOf(key.metric())), Optional.empty()));
        return notified(alarm, value, critical);
    }

    private Optional<AlarmChange> notified(OpenAlarm alarm, OptionalDouble value, Optional<AlarmChange> critical) {
        AlarmKey key = alarm.key();
        if (!isDue(alarm)) {
            return Optional.empty();
        }
        Duration firingFor = Duration.between(alarm.raisedAt().orElseThrow(), observation.timeOf(key.metric()));
        Notification notification = notification(key, firingFor.abs(), critical);
        if (!notification.reachesOwner()) {
            return Optional.empty();
        }
        MailKind kind = alarm.isNotified() ? MailKind.REPEATED : MailKind.RAISED;
        return Optional.of(new Notified(key, kind, notification, value, observation.now()));
    }

    private boolean isDue(OpenAlarm alarm) {
        return alarm.notifiedAt()
                .map(last -> Duration.between(last, observation.now())
                                .compareTo(policy.repeatEvery(alarm.key().severity()))
                        >= 0)
                .orElse(true);
    }

    private Notification notification(AlarmKey key, Duration firingFor, Optional<AlarmChange> critical) {
        if (!observation.mayNotify(key.metric())) {
            return Notification.SUPPRESSED;
        }
        if (!budget().payToTell(key, firingFor, observation.now(), policy)) {
            return Notification.SUPPRESSED;
        }
        return key.severity() == Severity.WARNING && isCriticalNotified(key, critical)
                ? Notification.COVERED
                : Notification.MAILED;
    }

    /** Whether the owner knows, once this observation is judged, that the critical alarm is firing. */
    private boolean isCriticalNotified(AlarmKey warning, Optional<AlarmChange> change) {
        if (change.isPresent()) {
            return change.get() instanceof Notified
                    || (change.get() instanceof Raised raised
                            && raised.notification().reachesOwner());
        }
        return before.find(warning.with(Severity.CRITICAL))
                .map(OpenAlarm::isNotified)
                .orElse(false);
    }

    /** The end of an alarm; one that may return, or that is not paid for, is cleared and stays open. */
    private Optional<AlarmChange> over(
            OpenAlarm alarm, OptionalDouble value, Reason reason, Optional<AlarmChange> critical) {
        AlarmKey key = alarm.key();
        Instant at = observation.timeOf(key.metric());
        Instant now = observation.now();
        Instant raisedAt = alarm.raisedAt().orElseThrow();
        Settling end = alarm.settling().orElseGet(() -> new Settling(at.isBefore(raisedAt) ? raisedAt : at, value));
        boolean isOver = !budget().mustSettle(key, at, now, policy)
                && (alarm.isNotified() || budget().payToEnd(key, now, policy));
        if (alarm.isFiring()) {
            budget().cleared(key, at, now);
        }
        if (!isOver) {
            if (alarm.isFiring()) {
                changes.add(new Flapped(key, 0, Optional.empty(), Optional.of(end)));
            }
            return Optional.empty();
        }
        Optional<MailKind> mail = closingMail(alarm, reason).filter(own -> !isSaidBy(critical, own));
        return Optional.of(new Cleared(key, end.at(), end.value(), reason, mail, now));
    }

    private Optional<MailKind> closingMail(OpenAlarm alarm, Reason reason) {
        if (alarm.isNotified()) {
            return Optional.of(MailKind.CLEARED);
        }
        return observation.silenced() || reason == Reason.LIMIT_SWITCHED_OFF
                ? Optional.empty()
                : Optional.of(MailKind.PAST);
    }

    /** Whether the critical alarm is over at the same time and its mail leaves nothing for the warning's to say. */
    private static boolean isSaidBy(Optional<AlarmChange> critical, MailKind own) {
        return critical.filter(Cleared.class::isInstance)
                .map(Cleared.class::cast)
                .flatMap(Cleared::mail)
                .filter(mail -> mail == MailKind.CLEARED || mail == own)
                .isPresent();
    }
}
