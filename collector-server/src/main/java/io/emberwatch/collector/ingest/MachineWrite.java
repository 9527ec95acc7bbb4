package io.emberwatch.collector.ingest;

import io.emberwatch.collector.alarm.AlarmChange;
import io.emberwatch.collector.alarm.AlarmEngine;
import io.emberwatch.collector.alarm.Evaluation;
import io.emberwatch.collector.alarm.MachineAlarms;
import io.emberwatch.collector.alarm.Observation;
import io.emberwatch.collector.store.ProbeSessionRow;
import io.emberwatch.collector.store.ProbeSessionStore;
import io.emberwatch.collector.store.ReadingRow;
import io.emberwatch.collector.store.Registry;
import io.emberwatch.protocol.GpuValues;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one transaction adds to one machine: starts from what is stored, takes readings in their order, and collects rows
 * and alarm changes. Decides, but does no I/O; used for one attempt and thrown away.
 */
final class MachineWrite {
    /** Between looking for silent machines and writing that one is. */
    private static final Duration HEARD_SLACK = Duration.ofSeconds(1);

    private final ProbeSessionRow stored;
    private final AlarmEngine engine;
    private final Registry registry;
    private final OptionalInt turnedAway;
    private final Duration liveWithin;
    private final Instant now;
    private final List<ReadingRow> rows = new ArrayList<>();
    private final List<AlarmChange> changes = new ArrayList<>();
    private Map<String, Integer> gpuIds;
    private MachineAlarms alarms;
    private long lastSequence;
    private Optional<Instant> lastTakenAt = Optional.empty();

    MachineWrite(
            ProbeSessionRow stored,
            MachineContext context,
            AlarmEngine engine,
            Registry registry,
            OptionalInt turnedAway,
            Duration liveWithin,
            Instant now) {
        this.stored = stored;
        this.engine = engine;
        this.registry = registry;
        this.turnedAway = turnedAway;
        this.liveWithin = liveWithin;
        this.now = now;
        this.gpuIds = context.gpuIds();
        this.alarms = context.alarms();
        this.lastSequence = stored.durable().last();
    }

    /** Whether a session of this epoch may still write. */
    boolean isCurrent(long epoch) {
        return stored.epoch() == epoch;
    }

    void gpusAre(Map<String, Integer> ids) {
        gpuIds = Map.copyOf(ids);
    }

    /** Takes what is new of a batch. What is stored already was sent again, and changes nothing. */
    void add(IngestItem.Batch batch) {
        for (Reading reading : batch.readings()) {
            if (reading.sequence() > lastSequence) {
                try {
                    add(reading, batch);
                } catch (RuntimeException e) {
                    // A defect of our own that one reading brings to light must not hold up the others either.
                    throw new UnusableReadingException(e.toString(), e);
                }
            }
        }
    }

    /** Passes over a reading that cannot be stored, unless it was passed before. */
    void skip(Reading reading) {
        if (reading.sequence() > lastSequence) {
            lastSequence = reading.sequence();
            lastTakenAt = Optional.of(reading.takenAt());
        }
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

    private void judge(MetricValues.Builder link) {
        evaluate(Observation.ofLink(now, registry.silenced().contains(stored.machineId()), link.build()));
    }

    private void add(Reading reading, IngestItem.Batch batch) {
        Map<String, MetricValues> gpusByUuid = new LinkedHashMap<>();
        Map<Integer, MetricValues> gpusById = new HashMap<>();
        for (GpuValues gpu : reading.gpus()) {
            String uuid = uuid(gpu.index(), batch.gpuUuids());
            gpusByUuid.put(uuid, gpu.values());
            gpusById.put(gpuId(uuid), gpu.values());
        }
        rows.add(
                new ReadingRow(stored.machineId(), reading.sequence(), reading.takenAt(), reading.machine(), gpusById));
        lastSequence = reading.sequence();
        lastTakenAt = Optional.of(reading.takenAt());
        evaluate(new Observation(
                reading.takenAt(),
                now,
                isLive(reading, batch),
                registry.silenced().contains(stored.machineId()),
                reading.machine(),
                gpusByUuid,
                link(batch)));
    }

    private static String uuid(int index, List<String> gpuUuids) {
        if (index >= gpuUuids.size()) {
            throw new IllegalArgumentException("the reading refers to GPU " + index + ", but the inventory before it"
                    + " names " + gpuUuids.size());
        }
        return gpuUuids.get(index);
    }

    private int gpuId(String uuid) {
        Integer id = gpuIds.get(uuid);
        if (id == null) {
            throw new IllegalStateException("GPU " + uuid + " is not in the inventory of the machine");
        }
        return id;
    }

    /** By one clock alone, the machine's: it overheats all the same if that clock is wrong, or is set. */
    private boolean isLive(Reading reading, IngestItem.Batch batch) {
        Duration age = Duration.between(reading.takenAt(), batch.sentAt());
        Duration rarely = registry.samplingInterval(stored.machineId()).multipliedBy(2);
        return age.compareTo(liveWithin) <= 0 || age.compareTo(rarely) <= 0;
    }

    private MetricValues link(IngestItem.Batch batch) {
        double skewSeconds = batch.clockOffset().abs().toMillis() / 1000.0;
        return withDuplicates(
                        MetricValues.builder(Scope.LINK).set(Metric.SILENT_S, 0).set(Metric.CLOCK_SKEW_S, skewSeconds))
                .build();
    }

    private MetricValues.Builder withDuplicates(MetricValues.Builder link) {
        turnedAway.ifPresent(count -> link.setRaw(Metric.DUPLICATE_PROBES, count));
        return link;
    }

    private void evaluate(Observation observation) {
        Evaluation evaluation = engine.evaluate(alarms, registry.limitsOf(stored.machineId()), observation);
        alarms = evaluation.after();
        changes.addAll(evaluation.changes());
    }

    int machineId() {
        return stored.machineId();
    }

    long lastSequence() {
        return lastSequence;
    }

    List<ReadingRow> rows() {
        return rows;
    }

    List<AlarmChange> changes() {
        return changes;
    }

    /** How far the machine is stored now; empty if there was nothing new. */
    Optional<ProbeSessionStore.Advance> advance() {
        return lastTakenAt.map(takenAt -> new ProbeSessionStore.Advance(
                stored.machineId(), stored.durable().withLive(lastSequence), lastTakenAt, stored.history()));
    }

    MachineContext context() {
        return new MachineContext(stored.epoch(), alarms, gpuIds);
    }
}
