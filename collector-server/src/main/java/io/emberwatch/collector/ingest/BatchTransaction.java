package io.emberwatch.collector.ingest;

import io.emberwatch.collector.alarm.AlarmEngine;
import io.emberwatch.collector.ingest.IngestItem.AnnouncedGpus;
import io.emberwatch.collector.ingest.MachineContexts.MachineContext;
import io.emberwatch.collector.ingest.MachineWrite.Judgement;
import io.emberwatch.collector.model.MachineGpus;
import io.emberwatch.collector.model.Registry;
import io.emberwatch.collector.problem.ServiceProblem;
import io.emberwatch.collector.problem.ServiceProblems;
import io.emberwatch.collector.store.AlarmStore;
import io.emberwatch.collector.store.AlarmStore.MachineChange;
import io.emberwatch.collector.store.GpuProcessStore;
import io.emberwatch.collector.store.InventoryStore;
import io.emberwatch.collector.store.ProbeSessionStore;
import io.emberwatch.collector.store.ProbeSessionStore.ProbeSessionRow;
import io.emberwatch.collector.store.ReadingGapStore;
import io.emberwatch.collector.store.ReadingStore;
import io.emberwatch.collector.store.ReadingStore.ReadingRow;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Reading;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The one rule in code: readings, the alarm changes that they cause and the mails about those, in one transaction.
 *
 * <ol>
 *   <li>Lock the sessions of the machines concerned. From here on nobody else writes for them.
 *   <li>Turn away items of sessions that are no longer the newest.
 *   <li>Skip readings that are stored already: a retransmission, or a commit whose outcome was not known.
 *   <li>Let the alarm engine judge the rest, each in its own time; history that comes in beside live readings by itself.
 *   <li>Write readings, alarms, mails, and how far each machine now is.
 * </ol>
 *
 * The caller commits, and only then passes on the acknowledgements. Thread-safe: all state of an attempt is local to
 * it.
 */
final class BatchTransaction {
    private final ProbeSessionStore sessions = new ProbeSessionStore();
    private final ReadingStore readings = new ReadingStore();
    private final InventoryStore inventories = new InventoryStore();
    private final ReadingGapStore gaps = new ReadingGapStore();
    private final GpuProcessStore processes = new GpuProcessStore();
    private final AlarmStore alarms;
    private final AlarmEngine engine;
    private final Supplier<Registry> registry;
    private final DuplicateProbes duplicates;
    private final Duration liveWithin;
    private final ServiceProblems problems;
    private final Clock clock;

    BatchTransaction(
            AlarmStore alarms,
            AlarmEngine engine,
            Supplier<Registry> registry,
            DuplicateProbes duplicates,
            Duration liveWithin,
            ServiceProblems problems,
            Clock clock) {
        this.alarms = alarms;
        this.engine = engine;
        this.registry = registry;
        this.duplicates = duplicates;
        this.liveWithin = liveWithin;
        this.problems = problems;
        this.clock = clock;
    }

    /**
     * What became of the items of one transaction; true once it is committed.
     *
     * @param contexts what to remember of the machines concerned
     * @param feedback what to say to sessions, in order
     * @param readings number of readings stored
     * @param alarmChanges number of steps that alarms took
     */
    record Result(Map<Integer, MachineContext> contexts, List<Runnable> feedback, int readings, int alarmChanges) {
        Result {
            contexts = Map.copyOf(contexts);
            feedback = List.copyOf(feedback);
        }
    }

    /**
     * Writes items.
     *
     * @param contexts what is remembered of the machines
     */
    Result write(Connection connection, List<IngestItem> items, MachineContexts contexts) throws SQLException {
        Attempt attempt = begin(connection, items, contexts);
        for (IngestItem item : items) {
            if (attempt.admits(item)) {
                item.writeTo(attempt);
            }
        }
        return attempt.finish();
    }

    /** Puts a batch's only reading where the rejected ones go; the machine moves on past it. */
    Result reject(Connection connection, IngestItem.Batch batch, String reason, MachineContexts contexts)
            throws SQLException {
        Attempt attempt = begin(connection, List.of(batch), contexts);
        if (attempt.admits(batch)) {
            attempt.reject(batch, reason);
        }
        return attempt.finish();
    }

    private Attempt begin(Connection connection, List<IngestItem> items, MachineContexts contexts) throws SQLException {
        Set<Integer> machineIds = new TreeSet<>();
        items.forEach(item -> machineIds.add(item.machineId()));
        Map<Integer, ProbeSessionRow> stored = sessions.lock(connection, machineIds);
        Map<Integer, MachineContext> known = contexts.of(connection, stored);
        Instant now = clock.instant();
        Judgement by = new Judgement(engine, registry.get(), liveWithin, now);
        Map<Integer, MachineWrite> machines = new TreeMap<>();
        stored.forEach((machineId, row) -> {
            OptionalInt turnedAway = duplicates.count(machineId, now);
            machines.put(machineId, new MachineWrite(row, known.get(machineId), by, turnedAway));
        });
        return new Attempt(connection, machines, now);
    }

    /** One attempt to write one transaction: each kind of item has its method. */
    final class Attempt {
        private final Connection connection;
        private final Map<Integer, MachineWrite> machines;
        private final Instant now;
        private final List<Runnable> feedback = new ArrayList<>();

        private Attempt(Connection connection, Map<Integer, MachineWrite> machines, Instant now) {
            this.connection = connection;
            this.now = now;
            this.machines = machines;
        }

        /** Whether the item is to be written; else its session, if it has one, is over for the database. */
        private boolean admits(IngestItem item) {
            MachineWrite machine = machines.get(item.machineId());
            if (!(item instanceof IngestItem.OfSession ofSession)) {
                return machine != null;
            }
            Session session = ofSession.session();
            if (machine == null) {
                feedback.add(() -> session.feedback().fenced("the machine is no longer registered"));
                return false;
            }
            if (!machine.isCurrent(session.epoch())) {
                feedback.add(() -> session.feedback().fenced("the machine has a newer session"));
                return false;
            }
            return true;
        }

        void write(IngestItem.Batch batch) {
            machine(batch).add(batch);
            acknowledge(batch);
            reportAhead(batch);
        }

        private void reject(IngestItem.Batch batch, String reason) throws SQLException {
            MachineWrite machine = machine(batch);
            for (Reading reading : batch.readings()) {
                if (machine.isNew(reading, batch)) {
                    readings.reject(
                            connection, batch.machineId(), batch.session().bootId(), reading, reason);
                }
            }
            machine.skip(batch);
            acknowledge(batch);
        }

        void write(IngestItem.Deferral deferral) {
            machine(deferral).add(deferral);
        }

        void write(IngestItem.Gap gap) throws SQLException {
            gaps.put(connection, gap.machineId(), gap.session().bootId(), gap.lost());
        }

        void write(IngestItem.Report report) throws SQLException {
            int machineId = report.machineId();
            inventories.put(connection, machineId, report.inventory());
            MachineGpus gpus =
                    inventories.gpus(connection, List.of(machineId)).getOrDefault(machineId, MachineGpus.NONE);
            machine(report).gpusAre(gpus);
            Set<String> shown = AnnouncedGpus.of(report.inventory()).shown();
            processes.endOnOthers(connection, gpus.ids(), shown);
        }

        void write(IngestItem.Processes seen) throws SQLException {
            processes.put(connection, machine(seen).gpus().ids(), seen.takenAt(), seen.running());
        }

        /** Of a session that is no longer the newest it changes nothing. */
        void write(IngestItem.Ended ended) throws SQLException {
            sessions.end(
                    connection,
                    ended.machineId(),
                    ended.session().epoch(),
                    ended.goodbye() ? ProbeSessionStore.End.STOPPED : ProbeSessionStore.End.LOST,
                    Duration.between(ended.lastHeardAt(), clock.instant()));
        }

        void write(IngestItem.SilenceCheck check) {
            MachineWrite machine = machine(check);
            if (machine.isCurrent(check.epoch())) {
                machine.silent(check.silentFor());
            }
        }

        void write(IngestItem.DuplicateCheck check) throws SQLException {
            sessions.turnedAway(connection, check.machineId(), check.from());
            machine(check).duplicate();
        }

        private Result finish() throws SQLException {
            List<ReadingRow> rows = new ArrayList<>();
            List<ProbeSessionStore.Advance> advances = new ArrayList<>();
            List<MachineChange> alarmChanges = new ArrayList<>();
            Map<Integer, MachineContext> after = new HashMap<>();
            machines.forEach((machineId, machine) -> {
                rows.addAll(machine.rows());
                machine.advance().ifPresent(advances::add);
                alarmChanges.addAll(machine.alarmChanges());
                after.put(machineId, machine.context());
            });
            readings.insert(connection, rows, now);
            alarms.apply(connection, alarmChanges);
            sessions.advance(connection, advances);
            return new Result(after, feedback, rows.size(), alarmChanges.size());
        }

        private void reportAhead(IngestItem.Batch batch) {
            batch.readings().stream()
                    .map(Reading::takenAt)
                    .filter(takenAt -> ReadingStore.isAhead(takenAt, now))
                    .max(Comparator.naturalOrder())
                    .ifPresent(latest -> feedback.add(() -> problems.report(
                            ServiceProblem.Kind.READINGS_AHEAD,
                            batch.session().machineName(),
                            "dated up to " + latest + "; they are in the tables reading_ahead and gpu_reading_ahead;"
                                    + " set the machine's clock, or the collector's if many machines are ahead")));
        }

        private MachineWrite machine(IngestItem item) {
            return machines.get(item.machineId());
        }

        /** As far as the machine is stored with this batch, once all of it is committed. */
        private void acknowledge(IngestItem.Batch batch) {
            AcknowledgedRange acknowledged = machine(batch).acknowledged();
            feedback.add(() -> batch.session().feedback().stored(batch, acknowledged));
        }
    }
}
