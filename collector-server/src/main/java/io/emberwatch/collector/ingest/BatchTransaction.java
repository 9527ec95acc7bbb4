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
import io.emberwatch.collector.store.MachineStore;
import io.emberwatch.collector.store.ProbeSessionStore;
import io.emberwatch.collector.store.ProbeSessionStore.ProbeSessionRow;
import io.emberwatch.collector.store.ReadingGapStore;
import io.emberwatch.collector.store.ReadingGapStore.LostReadings;
import io.emberwatch.collector.store.ReadingStore;
import io.emberwatch.collector.store.ReadingStore.ReadingRow;
import io.emberwatch.collector.store.ReadingStore.RejectedReading;
import io.emberwatch.collector.store.SqlFailure;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;

/**
 * The one rule in code: readings, the alarm changes that they cause and the mails about those, in one transaction.
 *
 * <ol>
 *   <li>Lock the sessions of the machines concerned, and their own rows where something is to refer to them. From here on
 *       nobody else writes for them. Nothing is waited for: where somebody else has a lock, nothing is written, and it
 *       is said for whom.
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
    private final MachineStore machineRows = new MachineStore();
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
     * @param machines by {@code machine.id}
     * @param feedback what to say to sessions, in order
     * @param leftOver items that are still to be written, in order: they make too much work for one transaction
     * @param storming machines of which nothing was written, for they change so many alarms that they are to go alone;
     *     their items are left over
     * @param readings number of readings stored
     * @param alarmChanges number of steps that alarms took
     */
    record Result(
            Map<Integer, OfMachine> machines,
            List<Runnable> feedback,
            List<IngestItem> leftOver,
            Set<Integer> storming,
            int readings,
            int alarmChanges) {
        Result {
            machines = Map.copyOf(machines);
            feedback = List.copyOf(feedback);
            leftOver = List.copyOf(leftOver);
            storming = Set.copyOf(storming);
        }
    }

    /**
     * What became of one machine's items.
     *
     * @param context what to remember of it
     * @param storms whether its alarms were more work than it may make in a transaction with others
     * @param xids XID errors stored
     * @param rejected readings that could not be stored
     * @param leftOut what is not stored because the machine has had its share of it
     */
    record OfMachine(
            MachineContext context,
            boolean storms,
            int xids,
            List<RejectedReading> rejected,
            Optional<String> leftOut) {}

    /** Somebody else holds a lock that the items of some machines need; nothing was written. */
    static final class MachinesLockedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Set<Integer> machineIds;
        private final boolean isTested;

        private MachinesLockedException(Set<Integer> machineIds) {
            super("somebody has locked rows of machines " + machineIds);
            this.machineIds = machineIds;
            this.isTested = true;
        }

        private MachinesLockedException(Set<Integer> machineIds, SQLException timeout) {
            super(timeout.getMessage(), timeout);
            this.machineIds = machineIds;
            this.isTested = false;
        }

        Set<Integer> machineIds() {
            return machineIds;
        }

        /** Whether all of them are known to be locked, and not only one of them. */
        boolean isTested() {
            return isTested;
        }
    }

    /**
     * Writes items.
     *
     * @param contexts what is remembered of the machines
     * @param maxXids how many XID errors of a machine may be stored
     * @throws MachinesLockedException if machines are locked
     */
    Result write(Connection connection, List<IngestItem> items, MachineContexts contexts, IntUnaryOperator maxXids)
            throws SQLException {
        Attempt attempt = begin(connection, items, contexts, maxXids);
        for (IngestItem item : items) {
            if (attempt.admits(item)) {
                item.writeTo(attempt);
            }
        }
        return attempt.finish();
    }

    /**
     * Puts a batch's readings where the rejected ones go; the machine moves on past them.
     *
     * @param reason what speaks against them; empty: they are not even put there
     * @throws MachinesLockedException if its machine is locked
     */
    Result reject(Connection connection, IngestItem.Batch batch, Optional<String> reason, MachineContexts contexts)
            throws SQLException {
        Attempt attempt = begin(connection, List.of(batch), contexts, machineId -> 0);
        if (attempt.admits(batch)) {
            attempt.reject(batch, reason);
        }
        return attempt.finish();
    }

    private Attempt begin(
            Connection connection, List<IngestItem> items, MachineContexts contexts, IntUnaryOperator maxXids)
            throws SQLException {
        Set<Integer> machineIds = new TreeSet<>();
        Set<Integer> referring = new TreeSet<>();
        for (IngestItem item : items) {
            machineIds.add(item.machineId());
            if (item instanceof IngestItem.Report || item instanceof IngestItem.Gap) {
                referring.add(item.machineId());
            }
        }
        Map<Integer, ProbeSessionRow> stored = sessions.lockFree(connection, machineIds);
        machineIds.removeAll(stored.keySet());
        if (!machineIds.isEmpty()) {
            requireNone(sessions.existing(connection, machineIds));
        }
        referring.retainAll(stored.keySet());
        lockRows(connection, referring);
        Map<Integer, MachineContext> known = contexts.of(connection, stored);
        Instant now = clock.instant();
        Judgement by = new Judgement(engine, registry.get(), liveWithin, now);
        Map<Integer, MachineWrite> machines = new TreeMap<>();
        stored.forEach((machineId, row) -> {
            OptionalInt turnedAway = duplicates.count(machineId, now);
            machines.put(
                    machineId,
                    new MachineWrite(row, known.get(machineId), by, turnedAway, maxXids.applyAsInt(machineId)));
        });
        return new Attempt(connection, items, machines, referring, now);
    }

    /** What refers to a machine, such as a new alarm, needs its row, which an admin may be changing. */
    private void lockRows(Connection connection, Set<Integer> machineIds) throws SQLException {
        if (!machineIds.isEmpty()) {
            Set<Integer> locked = new TreeSet<>(machineIds);
            locked.removeAll(machineRows.lockFree(connection, machineIds));
            requireNone(locked);
        }
    }

    private static void requireNone(Set<Integer> locked) {
        if (!locked.isEmpty()) {
            throw new MachinesLockedException(locked);
        }
    }

    /** A part of the transaction that may wait for locks of nobody but these machines. */
    private static void doFor(Set<Integer> machineIds, Part part) throws SQLException {
        try {
            part.write();
        } catch (SQLException e) {
            if (SqlFailure.isLockWaitTimeout(e)) {
                throw new MachinesLockedException(machineIds, e);
            }
            throw e;
        }
    }

    @FunctionalInterface
    private interface Part {
        void write() throws SQLException;
    }

    private record Feedback(int machineId, Runnable words) {}

    /** One attempt to write one transaction: each kind of item has its method. */
    final class Attempt {
        private final Connection connection;
        private final Map<Integer, MachineWrite> machines;
        private final Set<Integer> withLockedRow;
        private final Instant now;
        private final List<IngestItem> items;
        private final List<Feedback> feedback = new ArrayList<>();
        private final List<LostReadings> lost = new ArrayList<>();
        private final List<IngestItem> leftOver = new ArrayList<>();
        private final Set<Integer> withLeftOver = new HashSet<>();

        private Attempt(
                Connection connection,
                List<IngestItem> items,
                Map<Integer, MachineWrite> machines,
                Set<Integer> withLockedRow,
                Instant now) {
            this.connection = connection;
            this.items = items;
            this.now = now;
            this.machines = machines;
            this.withLockedRow = withLockedRow;
        }

        /** Whether the item is to be written; else its session, if it has one, is over for the database. */
        private boolean admits(IngestItem item) {
            if (withLeftOver.contains(item.machineId())) {
                leftOver.add(item);
                return false;
            }
            MachineWrite machine = machines.get(item.machineId());
            if (!(item instanceof IngestItem.OfSession ofSession)) {
                return machine != null;
            }
            Session session = ofSession.session();
            if (machine == null) {
                say(item, () -> session.feedback().fenced("the machine is no longer registered"));
                return false;
            }
            if (!machine.isCurrent(session.epoch())) {
                say(item, () -> session.feedback().fenced("the machine has a newer session"));
                return false;
            }
            return true;
        }

        void write(IngestItem.Batch batch) {
            int count = machine(batch).add(batch);
            if (count < batch.readings().size()) {
                leftOver.add(batch.from(count));
                withLeftOver.add(batch.machineId());
            } else {
                acknowledge(batch);
            }
            reportAhead(batch);
        }

        private void reject(IngestItem.Batch batch, Optional<String> reason) {
            reason.ifPresentOrElse(
                    known -> machine(batch).reject(batch, known),
                    () -> machine(batch).skip(batch));
            acknowledge(batch);
        }

        void write(IngestItem.Deferral deferral) {
            machine(deferral).add(deferral);
        }

        void write(IngestItem.Gap gap) {
            lost.add(new LostReadings(gap.machineId(), gap.session().bootId(), gap.lost()));
        }

        void write(IngestItem.Report report) throws SQLException {
            int machineId = report.machineId();
            doFor(Set.of(machineId), () -> {
                inventories.put(connection, machineId, machine(report).withinQuota(report.inventory()));
                MachineGpus gpus =
                        inventories.gpus(connection, List.of(machineId)).getOrDefault(machineId, MachineGpus.NONE);
                machine(report).gpusAre(gpus);
                Set<String> shown = AnnouncedGpus.of(report.inventory()).shown();
                processes.endOnOthers(connection, gpus.ids(), shown);
            });
        }

        void write(IngestItem.Processes seen) throws SQLException {
            doFor(
                    Set.of(seen.machineId()),
                    () -> processes.put(connection, machine(seen).gpus().ids(), seen.takenAt(), seen.running()));
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

        /**
         * All other machines wait for what the alarms of one are to judge and to write: whose are very much work is written
         * by itself, as if it had not been here.
         */
        private Set<Integer> putBackStorms() {
            if (machines.size() == 1) {
                return Set.of();
            }
            Set<Integer> storming = new TreeSet<>();
            machines.forEach((machineId, machine) -> {
                if (machine.storms()) {
                    storming.add(machineId);
                }
            });
            if (!storming.isEmpty()) {
                machines.keySet().removeAll(storming);
                withLockedRow.removeAll(storming);
                feedback.removeIf(said -> storming.contains(said.machineId()));
                lost.removeIf(readings -> storming.contains(readings.machineId()));
                leftOver.removeIf(item -> storming.contains(item.machineId()));
                items.stream()
                        .filter(item -> storming.contains(item.machineId()))
                        .forEach(leftOver::add);
            }
            return storming;
        }

        private void say(IngestItem item, Runnable words) {
            feedback.add(new Feedback(item.machineId(), words));
        }

        private Result finish() throws SQLException {
            Set<Integer> storming = putBackStorms();
            List<ReadingRow> rows = new ArrayList<>();
            List<RejectedReading> rejected = new ArrayList<>();
            List<ProbeSessionStore.Advance> advances = new ArrayList<>();
            List<MachineChange> alarmChanges = new ArrayList<>();
            Set<Integer> withAlarms = new TreeSet<>();
            Map<Integer, OfMachine> results = new HashMap<>();
            machines.forEach((machineId, machine) -> {
                rows.addAll(machine.rows());
                rejected.addAll(machine.rejected());
                machine.advance().ifPresent(advances::add);
                List<MachineChange> ofMachine = machine.alarmChanges();
                if (!ofMachine.isEmpty()) {
                    withAlarms.add(machineId);
                    alarmChanges.addAll(ofMachine);
                }
                results.put(
                        machineId,
                        new OfMachine(
                                machine.context(),
                                machine.storms(),
                                machine.xids(),
                                machine.rejected(),
                                machine.leftOut()));
            });
            Set<Integer> toLock = new TreeSet<>(withAlarms);
            toLock.removeAll(withLockedRow);
            lockRows(connection, toLock);
            if (machines.size() == 1) {
                lockAlarms(withAlarms);
            }
            readings.insert(connection, rows, now);
            readings.reject(connection, rejected);
            doFor(withLockedRow, () -> gaps.put(connection, lost));
            doFor(withAlarms, () -> alarms.apply(connection, alarmChanges));
            sessions.advance(connection, advances);
            List<Runnable> said = feedback.stream().map(Feedback::words).toList();
            return new Result(results, said, leftOver, storming, rows.size(), alarmChanges.size());
        }

        /** Of one machine this is quick; of many, the wait for a lock finds out, and then each goes by itself. */
        private void lockAlarms(Set<Integer> machineIds) throws SQLException {
            for (int machineId : machineIds) {
                if (!alarms.lockFree(connection, machineId)) {
                    throw new MachinesLockedException(machineIds);
                }
            }
        }

        private void reportAhead(IngestItem.Batch batch) {
            batch.readings().stream()
                    .map(Reading::takenAt)
                    .filter(takenAt -> ReadingStore.isAhead(takenAt, now))
                    .max(Comparator.naturalOrder())
                    .ifPresent(
                            latest -> say(
                                    batch,
                                    () -> problems.report(
                                            ServiceProblem.Kind.READINGS_AHEAD,
                                            batch.session().machineName(),
                                            "dated up to " + latest
                                                    + "; they are in the tables reading_ahead and gpu_reading_ahead;"
                                                    + " set the machine's clock, or the collector's if many machines are ahead")));
        }

        private MachineWrite machine(IngestItem item) {
            return machines.get(item.machineId());
        }

        /** As far as the machine is stored with this batch, once all of it is committed. */
        private void acknowledge(IngestItem.Batch batch) {
            AcknowledgedRange acknowledged = machine(batch).acknowledged();
            say(batch, () -> batch.session().feedback().stored(batch, acknowledged));
        }
    }
}
