package io.emberwatch.collector.alarm;

import io.emberwatch.collector.alarm.AlarmEngine.Evaluation;
import io.emberwatch.collector.model.AlarmChange;
import io.emberwatch.collector.model.AlarmKey;
import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.MachineLimits;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one machine goes through, second by second; each step returns the changes that it caused. */
final class Story implements MachineLimits {
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    static final String GPU = "GPU-5f1c";

    private final Map<AlarmKey, Limit> limits = new HashMap<>();
    private final AlarmEngine engine = new AlarmEngine(AlarmPolicy.standard());
    private MachineAlarms alarms = MachineAlarms.none();
    private boolean live = true;
    private boolean silenced;
    private boolean clockStandsStill;

    Story limit(Metric metric, Severity severity, double raiseAt, double clearAt, int holdForSeconds) {
        limits.put(new AlarmKey("", metric, severity), new Limit(raiseAt, clearAt, Duration.ofSeconds(holdForSeconds)));
        return this;
    }

    Story noLimit(Metric metric, Severity severity) {
        limits.remove(new AlarmKey("", metric, severity));
        return this;
    }

    Story replaying() {
        live = false;
        return this;
    }

    Story live() {
        live = true;
        return this;
    }

    Story machineClockStandsStill() {
        clockStandsStill = true;
        return this;
    }

    /** The collector knows what is in the table, and no more. */
    Story restarted() {
        alarms = MachineAlarms.of(alarms.all());
        return this;
    }

    Story silenced(boolean now) {
        silenced = now;
        return this;
    }

    /** A reading with one value of the machine, {@code second} seconds after the start. */
    List<AlarmChange> at(long second, Metric metric, double value) {
        return reading(
                second, MetricValues.builder(Scope.MACHINE).set(metric, value).build(), Map.of());
    }

    List<AlarmChange> gpuAt(long second, Metric metric, double value) {
        MetricValues gpu = MetricValues.builder(Scope.GPU).set(metric, value).build();
        return reading(second, MetricValues.empty(Scope.MACHINE), Map.of(GPU, gpu));
    }

    /** A reading of which {@link Metric#UPTIME_S} is all that could be measured. */
    List<AlarmChange> withoutValueAt(long second) {
        return at(second, Metric.UPTIME_S, 1);
    }

    List<AlarmChange> linkAt(long second, Metric metric, double value) {
        MetricValues link = MetricValues.builder(Scope.LINK).set(metric, value).build();
        return evaluate(Observation.ofLink(time(second), silenced, link));
    }

    MachineAlarms alarms() {
        return alarms;
    }

    static Instant time(long second) {
        return START.plusSeconds(second);
    }

    private List<AlarmChange> reading(long second, MetricValues machine, Map<String, MetricValues> gpus) {
        Instant now = live ? time(second) : time(second).plus(Duration.ofDays(1));
        Instant takenAt = clockStandsStill ? START : time(second);
        return evaluate(new Observation(takenAt, now, live, silenced, machine, gpus, MetricValues.empty(Scope.LINK)));
    }

    private List<AlarmChange> evaluate(Observation observation) {
        Evaluation evaluation = engine.evaluate(alarms, this, observation);
        alarms = evaluation.after();
        return evaluation.changes();
    }

    /** A limit of the machine holds for its GPUs too. */
    @Override
    public Optional<Limit> find(String component, Metric metric, Severity severity) {
        return Optional.ofNullable(limits.get(new AlarmKey("", metric, severity)));
    }
}
