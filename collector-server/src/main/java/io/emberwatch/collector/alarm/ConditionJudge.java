package io.emberwatch.collector.alarm;

import io.emberwatch.collector.alarm.AlarmChange.Announced;
import io.emberwatch.collector.alarm.AlarmChange.Cleared;
import io.emberwatch.collector.alarm.AlarmChange.ClosingMail;
import io.emberwatch.collector.alarm.AlarmChange.Dropped;
import io.emberwatch.collector.alarm.AlarmChange.Occasion;
import io.emberwatch.collector.alarm.AlarmChange.Pending;
import io.emberwatch.collector.alarm.AlarmChange.Raised;
import io.emberwatch.collector.alarm.AlarmChange.Reason;
import io.emberwatch.collector.alarm.AlarmChange.Telling;
import io.emberwatch.collector.model.GpuMargin;
import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.MachineLimits;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.protocol.Metric;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Judges one metric of one component in one observation: the critical alarm first, for it may speak for the warning. */
final class ConditionJudge {
    /** What the margin of a card at its target may be off, degrees. */
    private static final double MARGIN_ERROR_C = 2;

    private final AlarmPolicy policy;
    private final Hysteresis hysteresis;
    private final MachineAlarms before;
    private final MachineLimits limits;
    private final Observation observation;
    private final List<AlarmChange> changes;

    ConditionJudge(
            AlarmPolicy policy,
            Hysteresis hysteresis,
            MachineAlarms before,
            MachineLimits limits,
            Observation observation,
            List<AlarmChange> changes) {
        this.policy = policy;
        this.hysteresis = hysteresis;
        this.before = before;
        this.limits = limits;
        this.observation = observation;
        this.changes = changes;
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
        if (limit.isEmpty() || tellsMargin(key)) {
            Reason reason = outOfForce(component, limit);
            return alarm.map(
                    open -> open.isFiring() ? cleared(open, value, reason, critical) : new Dropped(key, reason));
        }
        Instant at = observation.timeOf(key.metric());
        return switch (hysteresis.step(
                alarm, limit.get(), key.metric().direction(), judged(key, limit.get(), value), at)) {
            case NONE -> Optional.empty();
            case PEND -> Optional.of(new Pending(key, limit.get(), at));
            case DROP -> Optional.of(new Dropped(key, Reason.BACK_TO_NORMAL));
            case RAISE -> Optional.of(raised(key, limit.get(), alarm, value.getAsDouble(), critical));
            case STAY -> announced(alarm.orElseThrow(), value, critical);
            case CLEAR -> Optional.of(cleared(alarm.orElseThrow(), value, Reason.BACK_TO_NORMAL, critical));
        };
    }

    /**
     * The value, but of a card that is no hotter than it means to be one that is fine. The margin at its target is known to a
     * degree or two only, so that a value may be beyond a limit that was moved for the target while the card is still there. A
     * margin that is less than that tells of a spot that is hotter than the core.
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
        return limits.isTakenOut(component) ? Reason.CARD_TAKEN_OUT : Reason.LIMIT_SWITCHED_OFF;
    }

    /** Whether the limit gives way, now, because the card tells how far it is from its own. */
    private boolean tellsMargin(AlarmKey key) {
        return GpuMargin.of(key.metric())
                .filter(margin -> observation.value(key.component(), margin).isPresent())
                .filter(margin -> limits.yieldsToMargin(key.component(), key.metric(), key.severity()))
                .isPresent();
    }

    private Raised raised(
            AlarmKey key, Limit limit, Optional<OpenAlarm> pending, double value, Optional<AlarmChange> critical) {
        Instant at = observation.timeOf(key.metric());
        Instant since = pending.map(OpenAlarm::pendingSince).orElse(at);
        return new Raised(key, limit, since, at, value, telling(key, critical), observation.now());
    }

    private Optional<AlarmChange> announced(OpenAlarm alarm, OptionalDouble value, Optional<AlarmChange> critical) {
        AlarmKey key = alarm.key();
        Telling telling = telling(key, critical);
        if (!telling.tells() || !isDue(alarm)) {
            return Optional.empty();
        }
        Occasion occasion = alarm.isTold() ? Occasion.REPEAT : Occasion.FIRST_TIME;
        return Optional.of(new Announced(key, occasion, telling, value, observation.now()));
    }

    private boolean isDue(OpenAlarm alarm) {
        return alarm.announcedAt()
                .map(last -> Duration.between(last, observation.now())
                                .compareTo(policy.repeatEvery(alarm.key().severity()))
                        >= 0)
                .orElse(true);
    }

    private Telling telling(AlarmKey key, Optional<AlarmChange> critical) {
        if (!observation.maySay(key.metric())) {
            return Telling.WITHHELD;
        }
        return key.severity() == Severity.WARNING && isCriticalTold(key, critical) ? Telling.COVERED : Telling.MAILED;
    }

    /** Whether the owner knows, once this observation is judged, that the critical alarm is firing. */
    private boolean isCriticalTold(AlarmKey warning, Optional<AlarmChange> change) {
        if (change.isPresent()) {
            return change.get() instanceof Announced
                    || (change.get() instanceof Raised raised
                            && raised.telling().tells());
        }
        return before.find(warning.with(Severity.CRITICAL))
                .map(OpenAlarm::isTold)
                .orElse(false);
    }

    private Cleared cleared(OpenAlarm alarm, OptionalDouble value, Reason reason, Optional<AlarmChange> critical) {
        Instant raisedAt = alarm.raisedAt().orElseThrow();
        Instant at = observation.timeOf(alarm.key().metric());
        Optional<ClosingMail> mail = closingMail(alarm, reason).filter(own -> !isSaidBy(critical, own));
        return new Cleared(alarm.key(), at.isBefore(raisedAt) ? raisedAt : at, value, reason, mail, observation.now());
    }

    private Optional<ClosingMail> closingMail(OpenAlarm alarm, Reason reason) {
        if (alarm.isTold()) {
            return Optional.of(ClosingMail.CLEARED);
        }
        return observation.silenced() || reason == Reason.LIMIT_SWITCHED_OFF
                ? Optional.empty()
                : Optional.of(ClosingMail.PAST);
    }

    /** Whether the critical alarm is over at the same time and its mail leaves nothing for the warning's to say. */
    private static boolean isSaidBy(Optional<AlarmChange> critical, ClosingMail own) {
        return critical.filter(Cleared.class::isInstance)
                .map(Cleared.class::cast)
                .flatMap(Cleared::mail)
                .filter(mail -> mail == ClosingMail.CLEARED || mail == own)
                .isPresent();
    }
}
