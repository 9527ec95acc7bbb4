package io.emberwatch.collector.alarm;

import io.emberwatch.collector.model.AlarmChange;
import io.emberwatch.collector.model.AlarmKey;
import io.emberwatch.collector.model.MachineLimits;
import io.emberwatch.collector.model.OpenAlarm;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Decides what an observation means for a machine's alarms, and who is notified. Pure and safe to share between
 * threads.
 *
 * <p>The rules:
 *
 * <ul>
 *   <li>An alarm is pending from the first value that reached the limit, fires once that has lasted long enough in the
 *       machine's own time, and is over once a value is back beyond the clear value. An unknown value changes nothing:
 *       it neither raises nor clears, and does not interrupt the waiting, unless nothing was known for too long (see
 *       {@link AlarmPolicy}).
 *   <li>An open alarm follows the limit now in force. If that is gone, the alarm is over; so it is if its GPU was taken
 *       out of the machine.
 *   <li>Who reports how far a part is from its own limit is judged by that, not by the fleet's limit on its temperature
 *       (see {@link MachineLimits}). One that is no hotter than it means to be is well by the fleet's limits.
 *   <li>Replayed history raises and clears, but is never mailed as if it were now. What ended untold is one mail about
 *       the past; what still fires at the first live reading is mailed then.
 *   <li>In a silence nobody is notified; what still fires afterwards is mailed then. That an alarm is over is mailed even
 *       in a silence, if the owner knows that it began.
 *   <li>An alarm that is cleared sooner than {@link AlarmPolicy#settle} after the last time that its condition was stays
 *       open, and is the same alarm if it returns; how often it did is counted. It is over when it has stayed cleared for
 *       as long. For the owner it goes on meanwhile: that it began was mailed, that it is over will be.
 *   <li>A machine has a budget of alarms, see {@link AlarmBudget}. Beyond it an alarm that fires is mailed later if it
 *       lasts, the most urgent first, and one that was not mailed is over later.
 *   <li>A critical alarm that the owner knows of speaks for the warning of the same condition too.
 * </ul>
 */
public final class AlarmEngine {
    private final AlarmPolicy policy;

    /**
     * The outcome of an observation.
     *
     * @param after the alarms now open: those before, with {@code changes} applied
     * @param changes in the order in which they are to be stored
     */
    public record Evaluation(MachineAlarms after, List<AlarmChange> changes) {
        public Evaluation {
            changes = List.copyOf(changes);
        }
    }

    public AlarmEngine(AlarmPolicy policy) {
        this.policy = policy;
    }

    public AlarmPolicy policy() {
        return policy;
    }

    /**
     * Judges one observation. Observations of a machine must come in the order in which they were taken.
     *
     * @param before the alarms open before it
     */
    public Evaluation evaluate(MachineAlarms before, MachineLimits limits, Observation observation) {
        List<AlarmChange> changes = new ArrayList<>(0);
        ConditionJudge judge = new ConditionJudge(policy, before, limits, observation, changes);
        judgeKnown(judge, "", observation.machine());
        for (Map.Entry<String, MetricValues> gpu : observation.gpusByUuid().entrySet()) {
            judgeKnown(judge, gpu.getKey(), gpu.getValue());
        }
        judgeKnown(judge, "", observation.link());
        if (!before.isEmpty()) {
            judgeUnknown(judge, before, observation);
        }
        return new Evaluation(before.after(changes).with(judge.left()), changes);
    }

    private static void judgeKnown(ConditionJudge judge, String component, MetricValues values) {
        values.forEachPresent((metric, raw) -> judge.judge(component, metric));
    }

    /** Open alarms whose value is unknown now: a limit may be gone, a mail may be due. */
    private static void judgeUnknown(ConditionJudge judge, MachineAlarms before, Observation observation) {
        for (OpenAlarm alarm : before.all()) {
            AlarmKey key = alarm.key();
            Metric metric = key.metric();
            boolean judgedWithCritical = key.severity() == Severity.WARNING
                    && before.find(key.with(Severity.CRITICAL)).isPresent();
            if (!judgedWithCritical
                    && observation.value(key.component(), metric).isEmpty()) {
                judge.judge(key.component(), metric);
            }
        }
    }
}
