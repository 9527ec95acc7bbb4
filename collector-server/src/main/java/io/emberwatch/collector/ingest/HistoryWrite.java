package io.emberwatch.collector.ingest;

import io.emberwatch.collector.alarm.AlarmEngine.Evaluation;
import io.emberwatch.collector.alarm.HistoryAlarms;
import io.emberwatch.collector.alarm.MachineAlarms;
import io.emberwatch.collector.alarm.Observation;
import io.emberwatch.collector.ingest.MachineWrite.Judgement;
import io.emberwatch.collector.model.AlarmChange;
import io.emberwatch.collector.model.MachineLimits;
import io.emberwatch.collector.store.AlarmStore.MachineChange;
import io.emberwatch.collector.store.ProbeSessionStore.HistoryRow;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What one transaction does to the alarms of the history that a machine deferred. They have a state of their own,
 * because the live ones have gone on: one state that jumps to and fro in time would raise and clear without end. Not
 * thread-safe.
 */
final class HistoryWrite {
    private final int machineId;
    private final Judgement by;
    private final HistoryAlarms stored;
    private final List<AlarmChange> changes = new ArrayList<>();
    private HistoryAlarms alarms;
    private HistoryRow row;

    HistoryWrite(int machineId, Judgement by, HistoryAlarms stored, HistoryRow row) {
        this.machineId = machineId;
        this.by = by;
        this.stored = stored;
        this.alarms = stored;
        this.row = row;
    }

    HistoryAlarms alarms() {
        return alarms;
    }

    HistoryRow row() {
        return row;
    }

    /**
     * A history is deferred.
     *
     * @param since time of the last reading before it
     * @param limits of the machine
     * @return what that does to the live alarms
     */
    List<AlarmChange> begin(long epoch, Optional<Instant> since, MachineAlarms live, MachineLimits limits) {
        HistoryAlarms.Beginning beginning = alarms.begin(live, limits, epoch);
        row = new HistoryRow(epoch, since, Optional.empty());
        alarms = new HistoryAlarms(alarms.open().after(beginning.history()), beginning.spanned());
        changes.addAll(beginning.history());
        return beginning.live();
    }

    void judge(Reading reading, Map<String, MetricValues> gpusByUuid, MachineLimits limits) {
        passed(reading);
        Observation observation = new Observation(
                reading.takenAt(),
                by.now(),
                false,
                by.isSilenced(machineId),
                reading.machine(),
                gpusByUuid,
                MetricValues.empty(Scope.LINK));
        take(by.engine().evaluate(alarms.open(), alarms.limits(limits), observation));
    }

    /** This reading of it is stored, or set aside. */
    void passed(Reading reading) {
        row = new HistoryRow(row.epoch(), row.since(), Optional.of(reading.takenAt()));
    }

    /** No more of it will come. */
    void end(MachineAlarms live) {
        take(alarms.end(
                live,
                row.takenAt(),
                by.isSilenced(machineId),
                by.now(),
                by.engine().policy()));
        alarms = new HistoryAlarms(alarms.open(), Set.of());
    }

    private void take(Evaluation evaluation) {
        alarms = new HistoryAlarms(evaluation.after(), alarms.spanned());
        changes.addAll(evaluation.changes());
    }

    /** What is to be stored of its alarms. */
    Stream<MachineChange> changes() {
        return stored.open().condense(changes).stream().map(change -> new MachineChange(machineId, true, change));
    }
}
