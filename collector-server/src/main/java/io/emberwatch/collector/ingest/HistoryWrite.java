package io.emberwatch.collector.ingest;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one transaction does to the alarms of the history that a machine deferred. They have a state of their own,
 * because the live ones have gone on: one state that jumps to and fro in time would raise and clear without end. Not
 * thread-safe.
 */
final class HistoryWrite {
    private final int machineId;
    private final Judgement by;
    private final List<MachineChange> changes;
    private HistoryAlarms alarms;
    private HistoryRow row;

    /** @param changes takes what is to be stored of alarms */
    HistoryWrite(int machineId, Judgement by, HistoryAlarms alarms, HistoryRow row, List<MachineChange> changes) {
        this.machineId = machineId;
        this.by = by;
        this.alarms = alarms;
        this.row = row;
        this.changes = changes;
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
     * @return the live alarms after that
     */
    MachineAlarms begin(long epoch, Optional<Instant> since, MachineAlarms live, MachineLimits limits) {
        HistoryAlarms.Beginning beginning = HistoryAlarms.begin(live, limits, epoch);
        row = new HistoryRow(epoch, since, Optional.empty());
        alarms = new HistoryAlarms(MachineAlarms.none().after(beginning.history()), beginning.spanned());
        beginning.live().forEach(change -> changes.add(new MachineChange(machineId, false, change)));
        beginning.history().forEach(this::write);
        return live.after(beginning.live());
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
        take(by.engine()
                .evaluate(alarms.open(), alarms.limits(limits), observation)
                .changes());
    }

    /** This reading of it is stored, or set aside. */
    void passed(Reading reading) {
        row = new HistoryRow(row.epoch(), row.since(), Optional.of(reading.takenAt()));
    }

    /** No more of it will come. */
    void end(MachineAlarms live) {
        take(alarms.end(live, row.takenAt(), by.isSilenced(machineId), by.now()));
        alarms = HistoryAlarms.NONE;
    }

    private void take(List<AlarmChange> ofHistory) {
        alarms = alarms.after(ofHistory);
        ofHistory.forEach(this::write);
    }

    private void write(AlarmChange ofHistory) {
        changes.add(new MachineChange(machineId, true, ofHistory));
    }
}
