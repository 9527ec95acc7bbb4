package io.emberwatch.collector.ingest;

import io.emberwatch.collector.alarm.AlarmEngine;
import io.emberwatch.collector.alarm.AlarmEngine.Evaluation;
import io.emberwatch.collector.alarm.MachineAlarms;
import io.emberwatch.collector.alarm.Observation;
import io.emberwatch.collector.ingest.IngestItem.AnnouncedGpus;
import io.emberwatch.collector.ingest.MachineContexts.MachineContext;
import io.emberwatch.collector.model.AlarmChange;
import io.emberwatch.collector.model.AlarmKey;
import io.emberwatch.collector.model.MachineGpus;
import io.emberwatch.collector.model.MachineLimits;
import io.emberwatch.collector.model.Registry;
import io.emberwatch.collector.store.AlarmStore.MachineChange;
import io.emberwatch.collector.store.ProbeSessionStore;
import io.emberwatch.collector.store.ProbeSessionStore.ProbeSessionRow;
import io.emberwatch.collector.store.ReadingStore.ReadingRow;
import io.emberwatch.collector.store.ReadingStore.RejectedReading;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.GpuValues;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one transaction adds to one machine: starts from what is stored, takes readings in their order, and collects
 * rows and alarm changes. Decides, but does no I/O; used for one attempt and thrown away.
 */
final class MachineWrite {
    private static final Logger LOG = LoggerFactory.getLogger(MachineWrite.class);

    /** Between looking for silent machines and writing that one is. */
    private static final Duration HEARD_SLACK = Duration.ofSeconds(1);
    /** Once so many alarms have changed, further readings wait for the next transaction. */
    static final int MAX_ALARMS_CHANGED = 500;
    /** The same once so many open alarms were looked at: each reading has all of them judged. */
    static final int MAX_ALARMS_JUDGED = 20_000;
    /** Who changes more goes by itself: each change is several statements. */
    static final int MANY_ALARM_CHANGES = 100;
    /** GPUs that a machine may have in its life; values of further ones are judged, but not stored. */
    static final int MAX_GPUS_KNOWN = 256;

    private final ProbeSessionRow stored;
    private final Judgement by;
    private final OptionalInt turnedAway;
    private final int maxXids;
    private final List<RejectedReading> rejected = new ArrayList<>();
    private final List<ReadingRow> rows = new ArrayList<>();
    private final List<AlarmChange> alarmChanges = new ArrayList<>();
    private final Set<AlarmKey> alarmsChanged = new HashSet<>();
    private long alarmsJudged;
    private final HistoryWrite history;
    private final MachineAlarms storedAlarms;
    private MachineAlarms alarms;
    private MachineGpus gpus;
    private AcknowledgedRange acknowledged;
    private Optional<Instant> lastTakenAt;
    private int xids;
    private int xidsLeftOut;
    private int gpusLeftOut;

    /**
     * @param turnedAway how many probes were turned away lately because of another with the same key, if that is known
     * @param maxXids XID errors that may be stored; more are only counted
     */
    MachineWrite(ProbeSessionRow stored, MachineContext context, Judgement by, OptionalInt turnedAway, int maxXids) {
        this.stored = stored;
        this.by = by;
        this.turnedAway = turnedAway;
        this.maxXids = maxXids;
        this.gpus = context.gpus();
        this.history = new HistoryWrite(stored.machineId(), by, context.history(), stored.history());
        this.storedAlarms = context.alarms();
        this.alarms = storedAlarms;
        this.acknowledged = stored.acknowledged();
        this.lastTakenAt = stored.lastTakenAt();
        if (!acknowledged.lacksHistory()) {
            // A history that was dropped, because the machine began to count anew.
            history.end(alarms);
        }
    }

    /** Whether a session of this epoch may still write. */
    boolean isCurrent(long epoch) {
        return stored.epoch() == epoch;
    }

    /** After an inventory. */
    void gpusAre(MachineGpus known) {
        gpus = known;
    }

    /** From here on the machine's history is still to come, unless that is known already. */
    void add(IngestItem.Deferral deferral) {
        if (!acknowledged.lacksHistory() && deferral.liveFrom() > acknowledged.last() + 1) {
            List<AlarmChange> ofLive = history.begin(stored.epoch(), lastTakenAt, alarms, limits());
            alarms = alarms.after(ofLive);
            alarmChanges.addAll(ofLive);
            acknowledged = acknowledged.deferredTo(deferral.liveFrom());
        }
    }

    /** The inventory as far as it may be stored: without the GPUs that are one too many. */
    Inventory withinQuota(Inventory inventory) {
        Set<String> known = new HashSet<>(gpus.ids().keySet());
        List<GpuInfo> kept = inventory.gpus().stream()
                .filter(gpu -> known.contains(gpu.uuid()) || (known.size() < MAX_GPUS_KNOWN && known.add(gpu.uuid())))
                .toList();
        gpusLeftOut += inventory.gpus().size() - kept.size();
        return kept.size() == inventory.gpus().size() ? inventory : inventory.withGpus(kept);
    }

    /**
     * Takes what is new of a batch. What is stored already was sent again, and changes nothing.
     *
     * @return how many of its readings are dealt with; the others change more alarms than one transaction is to store
     */
    int add(IngestItem.Batch batch) {
        int count = 0;
        for (Reading reading : batch.readings()) {
            if (alarmsChanged.size() >= MAX_ALARMS_CHANGED || alarmsJudged >= MAX_ALARMS_JUDGED) {
                if (count > 0) {
                    passTo(batch.quietly(0, count));
                }
                return count;
            }
            if (isNew(reading, batch)) {
                addOrReject(reading, batch);
            }
            count++;
        }
        passTo(batch);
        return count;
    }

    /** What one reading brings to light, be it a defect of our own, must not hold up the others. */
    private void addOrReject(Reading reading, IngestItem.Batch batch) {
        int rowsBefore = rows.size();
        try {
            add(reading, batch);
        } catch (RuntimeException e) {
            LOG.debug("machine {}: reading {} cannot be judged", machineId(), reading.sequence(), e);
            rows.subList(rowsBefore, rows.size()).clear();
            reject(reading, batch, e instanceof IllegalArgumentException ? e.getMessage() : e.toString());
        }
    }

    /** Sets the new readings of a batch aside. */
    void reject(IngestItem.Batch batch, String reason) {
        for (Reading reading : batch.readings()) {
            if (isNew(reading, batch)) {
                reject(reading, batch, reason);
            }
        }
        passTo(batch);
    }

    private void reject(Reading reading, IngestItem.Batch batch, String reason) {
        rejected.add(new RejectedReading(machineId(), batch.session().bootId(), reading, reason));
        pass(reading, batch);
    }

    /** Passes over the readings of a batch that cannot be stored. */
    void skip(IngestItem.Batch batch) {
        for (Reading reading : batch.readings()) {
            if (isNew(reading, batch)) {
                pass(reading, batch);
            }
        }
        passTo(batch);
    }

    /** Whether the reading is neither stored nor set aside yet. */
    private boolean isNew(Reading reading, IngestItem.Batch batch) {
        long sequence = reading.sequence();
        return batch instanceof IngestItem.LiveBatch
                ? sequence > acknowledged.last()
                : sequence <= acknowledged.historyTo() && !acknowledged.has(sequence);
    }

    /** The machine has not been heard of for so long, unless something of it was stored since that was found out. */
    void silent(Duration silentFor) {
        boolean heardSince =
                !rows.isEmpty() || stored.heardAgo().plus(HEARD_SLACK).compareTo(silentFor) < 0;
        if (heardSince) {
            return;
        }
        judge(MetricValues.builder(Scope.LINK).setRaw(Metric.SILENT_S, silentFor.toSeconds()));
    }

    /** Another probe with the machine's key was turned away. */
    void duplicate() {
        judge(withDuplicates(MetricValues.builder(Scope.LINK)));
    }

    /** What says nothing of GPUs does not say either that one was taken out. */
    private void judge(MetricValues.Builder link) {
        evaluate(Observation.ofLink(by.now(), by.isSilenced(machineId()), link.build()), limits());
    }

    private void add(Reading sent, IngestItem.Batch batch) {
        Reading reading = counted(sent);
        Map<String, MetricValues> gpusByUuid = addRow(reading, batch.gpus().uuids());
        pass(reading, batch);
        if (batch instanceof IngestItem.LiveBatch live) {
            judge(reading, gpusByUuid, live);
        } else {
            history.judge(reading, gpusByUuid, limits());
        }
    }

    /**
     * A probe of before says nothing of values that it left out. Then those count that were found since, or none: an
     * unknown count would never be over.
     */
    private static Reading counted(Reading reading) {
        MetricValues machine = reading.machine();
        return machine.has(Metric.REJECTED_VALUE_COUNT)
                ? reading
                : new Reading(reading.sequence(), reading.takenAt(), machine.plusRejected(0), reading.gpus());
    }

    private void judge(Reading reading, Map<String, MetricValues> gpusByUuid, IngestItem.LiveBatch batch) {
        boolean isLive = isLive(reading, batch);
        MetricValues.Builder link = link(batch);
        if (isLive && namesAllGpus(reading)) {
            int missing = gpus.countMissing(batch.gpus().shown(), by.registry().retiredGpus());
            link.setRaw(Metric.GPU_MISSING_COUNT, missing);
        }
        link.setRaw(
                Metric.GPU_CONFLICT_COUNT,
                gpus.countConflicts(batch.gpus().shown(), by.registry().gpusClaimedTwice()));
        Observation observation = new Observation(
                reading.takenAt(),
                by.now(),
                isLive,
                by.isSilenced(machineId()),
                reading.machine(),
                gpusByUuid,
                link.build());
        evaluate(observation, limits(batch.gpus()));
    }

    /** Whether the inventory before this reading names every GPU: not while a driver is in trouble. */
    private static boolean namesAllGpus(Reading reading) {
        MetricValues machine = reading.machine();
        return machine.has(Metric.GPU_DRIVER_FAULT) && machine.raw(Metric.GPU_DRIVER_FAULT) == GpuFault.NONE.code();
    }

    /**
     * Adds a reading to what is to be stored.
     *
     * @param gpuUuids the GPUs that it refers to by position
     * @return the values of its GPUs by UUID
     * @throws IllegalArgumentException if it refers to another GPU
     */
    private Map<String, MetricValues> addRow(Reading reading, List<String> gpuUuids) {
        Map<String, MetricValues> byUuid = new LinkedHashMap<>();
        Map<Integer, MetricValues> byId = new HashMap<>();
        Map<Integer, List<Integer>> xidsById = new HashMap<>();
        for (GpuValues gpu : reading.gpus()) {
            if (gpu.index() >= gpuUuids.size()) {
                throw new IllegalArgumentException("the reading refers to GPU " + gpu.index()
                        + ", but the inventory before it names " + gpuUuids.size());
            }
            String uuid = gpuUuids.get(gpu.index());
            byUuid.put(uuid, gpu.values());
            Integer id = gpus.ids().get(uuid);
            if (id == null) {
                gpusLeftOut++;
                continue;
            }
            byId.put(id, gpu.values());
            List<Integer> kept = gpu.xids().subList(0, Math.min(gpu.xids().size(), maxXids - xids));
            xids += kept.size();
            xidsLeftOut += gpu.xids().size() - kept.size();
            if (!kept.isEmpty()) {
                // Nobody but a hostile probe names a GPU twice; its errors are kept all the same.
                xidsById.computeIfAbsent(id, any -> new ArrayList<>()).addAll(kept);
            }
        }
        rows.add(new ReadingRow(machineId(), reading.sequence(), reading.takenAt(), reading.machine(), byId, xidsById));
        return byUuid;
    }

    private void pass(Reading reading, IngestItem.Batch batch) {
        if (batch instanceof IngestItem.LiveBatch) {
            acknowledged = acknowledged.withLive(reading.sequence());
            lastTakenAt = Optional.of(reading.takenAt());
        } else {
            history.passed(reading);
        }
    }

    /** History moves on by whole batches: what lies between its readings is lost, and not to be waited for. */
    private void passTo(IngestItem.Batch batch) {
        if (batch instanceof IngestItem.HistoryBatch ofHistory && acknowledged.lacksHistory()) {
            acknowledged = acknowledged.withHistory(Math.min(ofHistory.upTo(), acknowledged.historyTo()));
            if (!acknowledged.lacksHistory()) {
                history.end(alarms);
            }
        }
    }

    /** By one clock alone, the machine's: it overheats all the same if that clock is wrong, or is set. */
    private boolean isLive(Reading reading, IngestItem.LiveBatch batch) {
        Duration age = Duration.between(reading.takenAt(), batch.sentAt());
        Duration rarely = by.registry().samplingInterval(machineId()).multipliedBy(2);
        return age.compareTo(by.liveWithin()) <= 0 || age.compareTo(rarely) <= 0;
    }

    private MetricValues.Builder link(IngestItem.LiveBatch batch) {
        double skewSeconds = batch.clockOffset().abs().toMillis() / 1000.0;
        return withDuplicates(
                MetricValues.builder(Scope.LINK).set(Metric.SILENT_S, 0).set(Metric.CLOCK_SKEW_S, skewSeconds));
    }

    private MetricValues.Builder withDuplicates(MetricValues.Builder link) {
        turnedAway.ifPresent(count -> link.setRaw(Metric.DUPLICATE_PROBES, count));
        return link;
    }

    private void evaluate(Observation observation, MachineLimits limits) {
        Evaluation evaluation = by.engine().evaluate(alarms, limits, observation);
        alarms = evaluation.after();
        alarmsJudged += alarms.count();
        alarmChanges.addAll(evaluation.changes());
        evaluation.changes().forEach(change -> alarmsChanged.add(change.key()));
    }

    private MachineLimits limits() {
        return by.registry().limitsOf(machineId()).withTargets(gpus.targets());
    }

    /** @param announced of the machine's last inventory: a GPU that it shows may be without values for a while */
    private MachineLimits limits(AnnouncedGpus announced) {
        Set<Integer> retired = by.registry().retiredGpus();
        // Nothing to end, and no reading of a GPU that is gone: by far the most frequent case.
        boolean isPlain = alarms.isEmpty()
                && announced.shown().size() == announced.uuids().size();
        return isPlain || retired.isEmpty() ? limits() : gpus.limitsOfInstalled(limits(), announced.shown(), retired);
    }

    MachineGpus gpus() {
        return gpus;
    }

    int machineId() {
        return stored.machineId();
    }

    /** What is stored once this is committed. */
    AcknowledgedRange acknowledged() {
        return acknowledged;
    }

    List<ReadingRow> rows() {
        return rows;
    }

    /** Readings that cannot be stored, to be set aside. */
    List<RejectedReading> rejected() {
        return rejected;
    }

    /** XID errors among the rows. */
    int xids() {
        return xids;
    }

    /** What is not stored, or not mailed yet, because the machine has had more than its share of it; empty if nothing. */
    Optional<String> leftOut() {
        if (xidsLeftOut > 0) {
            return Optional.of(xidsLeftOut + " XID errors are not stored: it has had " + MachineBudgets.XIDS_AT_ONCE
                    + " of them lately. Everything else of it is stored and judged");
        }
        if (gpusLeftOut > 0) {
            return Optional.of("values of GPUs are judged, but not stored: it has named more than " + MAX_GPUS_KNOWN
                    + " different GPUs so far");
        }
        return !alarmChanges.isEmpty() && alarms.isBudgetShort()
                ? Optional.of("so many of its alarms come and go that they are mailed later, the most urgent first")
                : Optional.empty();
    }

    /** Whether its alarms are more work than it may make in a transaction with other machines. */
    boolean storms() {
        return alarmsJudged >= MAX_ALARMS_JUDGED || alarmChanges().size() > MANY_ALARM_CHANGES;
    }

    /** What is to be stored of alarms, in no more steps than it takes. */
    List<MachineChange> alarmChanges() {
        Stream<MachineChange> live = storedAlarms.condense(alarmChanges).stream()
                .map(change -> new MachineChange(machineId(), false, change));
        return Stream.concat(live, history.changes()).toList();
    }

    /** How far the machine is stored now; empty if there was nothing new. */
    Optional<ProbeSessionStore.Advance> advance() {
        return acknowledged.equals(stored.acknowledged())
                ? Optional.empty()
                : Optional.of(new ProbeSessionStore.Advance(machineId(), acknowledged, lastTakenAt, history.row()));
    }

    MachineContext context() {
        return new MachineContext(stored.epoch(), alarms, history.alarms(), gpus);
    }

    /**
     * What all readings of one transaction are judged by.
     *
     * @param registry limits and silences as they are now
     * @param liveWithin a reading older than this (and than twice the sampling interval) when its probe sent it is not
     *     judged as one of now
     * @param now the collector's time
     */
    record Judgement(AlarmEngine engine, Registry registry, Duration liveWithin, Instant now) {
        /** Whether mails about this machine are held back. */
        boolean isSilenced(int machineId) {
            return registry.silenced().contains(machineId);
        }
    }
}
