package io.emberwatch.collector.ingest;

import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.collector.ingest.MachineContexts.MachineContext;
import io.emberwatch.collector.ingest.MachineWrite.Judgement;
import io.emberwatch.collector.ingest.IngestItem.AnnouncedGpus;
import io.emberwatch.collector.alarm.AlarmEngine;
import io.emberwatch.collector.model.MachineGpus;
import io.emberwatch.collector.model.ProbeSessionRow;
import io.emberwatch.collector.model.ReadingRow;
import io.emberwatch.collector.model.Registry;
import io.emberwatch.collector.store.AlarmStore;
import io.emberwatch.collector.store.AlarmStore.MachineChange;
import io.emberwatch.collector.store.GpuProcessStore;
import io.emberwatch.collector.store.InventoryStore;
import io.emberwatch.collector.store.ProbeSessionStore;
import io.emberwatch.collector.store.ReadingGapStore;
import io.emberwatch.collector.store.ReadingStore;
import io.emberwatch.collector.store.RejectedReadingStore;
import io.emberwatch.protocol.Reading;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The one rule in code: readings, the alarm changes that they cause and the mails that those owe, in one transaction.
 *
 * <ol>
 *   <li>Lock the sessions of the machines concerned. From here on nobody else writes for them.
 *   <li>Turn away items of sessions that are no longer the newest.
 *   <li>Skip readings that are stored already: a retransmission, or a commit whose outcome was not known.
 *   <li>Let the alarm engine judge the rest, each in its own time; history that comes in beside live readings by itself.
 *   <li>Write readings, alarms, mails, and how far each machine now is.
 * </ol>
 *
 * Thread-safe: all state of an attempt is local to it.
 */
final class BatchTransaction {
    private final ProbeSessionStore sessions = new ProbeSessionStore();
    private final ReadingStore readings = new ReadingStore();
    private final RejectedReadingStore rejected = new RejectedReadingStore();
    private final InventoryStore inventories = new InventoryStore();
    private final ReadingGapStore gaps = new ReadingGapStore();
    private final GpuProcessStore processes = new GpuProcessStore();
    private final MachineContexts contexts;
    private final AlarmStore alarms;
    private final AlarmEngine engine;
    private final Supplier<Registry> registry;
    private final DuplicateProbes duplicates;
    private final Duration liveWithin;
    private final Clock clock;

    BatchTransaction(
            AlarmStore alarms,
            AlarmEngine engine,
            Supplier<Registry> registry,
            DuplicateProbes duplicates,
            Duration liveWithin,
            Clock clock) {
        this.alarms = alarms;
        this.contexts = new MachineContexts(alarms, inventories);
        this.engine = engine;
        this.registry = registry;
        this.duplicates = duplicates;
        this.liveWithin = liveWithin;
        this.clock = clock;
    }

    /**
     * Writes items; the caller commits.
     *
     * @param known what is remembered of the machines
     */
    Result write(Connection connection, List<IngestItem> items, Map<Integer, MachineContext> known)
            throws SQLException {
        Map<Integer, MachineWrite> machines = begin(connection, items, known);
        List<Result.Notice> notices = new ArrayList<>();
        for (IngestItem item : items) {
            write(connection, item, machines.get(item.machineId()), notices);
        }
        return finish(connection, machines.values(), notices);
    }

    /** Puts a batch's only reading where the rejected ones go; the machine moves on past it. */
    Result reject(Connection connection, IngestItem.Batch batch, String reason, Map<Integer, MachineContext> known)
            throws SQLException {
        Map<Integer, MachineWrite> machines = begin(connection, List.of(batch), known);
        MachineWrite machine = machines.get(batch.machineId());
        List<Result.Notice> notices = new ArrayList<>();
        if (admits(machine, batch.session(), notices)) {
            for (Reading reading : batch.readings()) {
                if (!machine.isNew(reading, batch)) {
                    continue;
                }
                rejected.insert(
                        connection,
                        new RejectedReadingStore.RejectedReading(
                                batch.machineId(),
                                batch.session().bootId(),
                                reading.sequence(),
                                reading.takenAt(),
                                reason,
                                reading.toString()));
            }
            machine.skip(batch);
            notices.add(new Result.Notice.Stored(batch, machine.acknowledged()));
        }
        return finish(connection, machines.values(), notices);
    }

    private Map<Integer, MachineWrite> begin(
            Connection connection, List<IngestItem> items, Map<Integer, MachineContext> known) throws SQLException {
        Set<Integer> machineIds = new TreeSet<>();
        items.forEach(item -> machineIds.add(item.machineId()));
        Map<Integer, ProbeSessionRow> stored = sessions.lock(connection, machineIds);
        Map<Integer, MachineContext> of = contexts.of(connection, stored, known);
        Instant now = clock.instant();
        Judgement by = new Judgement(engine, registry.get(), liveWithin, now);
        Map<Integer, MachineWrite> machines = new TreeMap<>();
        stored.forEach((machineId, row) -> {
            OptionalInt turnedAway = duplicates.count(machineId, now);
            machines.put(machineId, new MachineWrite(row, of.get(machineId), by, turnedAway));
        });
        return machines;
    }

    private void write(Connection connection, IngestItem item, MachineWrite machine, List<Result.Notice> notices)
            throws SQLException {
        if (item instanceof IngestItem.Batch batch) {
            if (admits(machine, batch.session(), notices)) {
                machine.add(batch);
                notices.add(new Result.Notice.Stored(batch, machine.acknowledged()));
            }
        } else if (item instanceof IngestItem.Deferral deferral) {
            if (admits(machine, deferral.session(), notices)) {
                machine.add(deferral);
            }
        } else if (item instanceof IngestItem.Gap gap) {
            if (admits(machine, gap.session(), notices)) {
                gaps.put(connection, gap.machineId(), gap.session().bootId(), gap.lost());
            }
        } else if (item instanceof IngestItem.Report report) {
            if (admits(machine, report.session(), notices)) {
                inventories.put(connection, report.machineId(), report.inventory());
                machine.cardsAre(inventories
                        .cards(connection, List.of(report.machineId()))
                        .getOrDefault(report.machineId(), MachineGpus.NONE));
                processes.endOnOthers(
                        connection,
                        machine.gpuIds(),
                        AnnouncedGpus.of(report.inventory()).shown());
            }
        } else if (item instanceof IngestItem.Processes seen) {
            if (admits(machine, seen.session(), notices)) {
                processes.put(connection, machine.gpuIds(), seen.takenAt(), seen.running());
            }
        } else if (item instanceof IngestItem.Ended ended) {
            sessions.end(
                    connection,
                    ended.machineId(),
                    ended.session().epoch(),
                    ended.goodbye() ? ProbeSessionStore.End.STOPPED : ProbeSessionStore.End.LOST,
                    Duration.between(ended.lastHeardAt(), clock.instant()));
        } else if (item instanceof IngestItem.SilenceCheck check) {
            if (machine != null && machine.isCurrent(check.epoch())) {
                machine.silent(check.silentFor());
            }
        } else if (item instanceof IngestItem.DuplicateCheck check && machine != null) {
            sessions.turnedAway(connection, check.machineId(), check.from());
            machine.duplicate();
        }
    }

    private static boolean admits(MachineWrite machine, Session session, List<Result.Notice> notices) {
        if (machine == null) {
            notices.add(new Result.Notice.Fenced(session, "the machine is no longer registered"));
            return false;
        }
        if (!machine.isCurrent(session.epoch())) {
            notices.add(new Result.Notice.Fenced(session, "the machine has a newer session"));
            return false;
        }
        return true;
    }

    private Result finish(
            Connection connection, Collection<MachineWrite> machines, List<Result.Notice> notices)
            throws SQLException {
        List<ReadingRow> rows = new ArrayList<>();
        List<ProbeSessionStore.Advance> advances = new ArrayList<>();
        List<MachineChange> alarmChanges = new ArrayList<>();
        Map<Integer, MachineContext> after = new HashMap<>();
        for (MachineWrite machine : machines) {
            rows.addAll(machine.rows());
            machine.advance().ifPresent(advances::add);
            after.put(machine.machineId(), machine.context());
            alarmChanges.addAll(machine.alarmChanges());
        }
        readings.insert(connection, rows);
        alarms.apply(connection, alarmChanges);
        sessions.advance(connection, advances);
        return new Result(after, notices, rows.size(), alarmChanges.size());
    }

    /**
     * What became of the items of one transaction; true once it is committed.
     *
     * @param contexts what to remember of the machines concerned
     * @param notices what to tell sessions, in order
     * @param readings number of readings stored
     * @param alarmChanges number of steps that alarms took
     */
    record Result(Map<Integer, MachineContext> contexts, List<Notice> notices, int readings, int alarmChanges) {
        Result {
            contexts = Map.copyOf(contexts);
            notices = List.copyOf(notices);
        }

        /** Something to tell a session. */
        sealed interface Notice {
            void tell();

            record Stored(IngestItem.Batch batch, AcknowledgedRange acknowledged) implements Notice {
                @Override
                public void tell() {
                    batch.session().feedback().stored(batch, acknowledged);
                }
            }

            record Fenced(Session session, String why) implements Notice {
                @Override
                public void tell() {
                    session.feedback().fenced(why);
                }
            }
        }
    }
}
