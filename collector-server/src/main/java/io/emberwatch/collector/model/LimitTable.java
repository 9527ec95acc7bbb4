package io.emberwatch.collector.model;

import io.emberwatch.collector.model.StoredLimit.LimitPlace.OfGpu;
import io.emberwatch.collector.model.StoredLimit.LimitPlace.OfMachine;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Metric.Direction;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.Texts;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All limits at one moment. Rows that make no sense, as plain SQL can write them, cost that limit only: they are left
 * out or mended, and named in {@link #problems}. Immutable.
 */
public final class LimitTable {
    private final ResolvedLimits fleet;
    private final Map<Integer, ResolvedLimits> machines;
    private final List<String> problems;

    private LimitTable(ResolvedLimits fleet, Map<Integer, ResolvedLimits> machines, List<String> problems) {
        this.fleet = fleet;
        this.machines = Map.copyOf(machines);
        this.problems = List.copyOf(problems);
    }

    public static LimitTable of(List<StoredLimit> stored) {
        List<String> problems = new ArrayList<>();
        List<EffectiveLimit> ofFleet = new ArrayList<>();
        Map<Integer, Own> own = new HashMap<>();
        for (StoredLimit row : stored) {
            Optional<EffectiveLimit> usable = check(row, problems);
            usable.ifPresent(limit -> {
                if (row.place() instanceof OfMachine place) {
                    own.computeIfAbsent(place.machineId(), id -> new Own())
                            .machine
                            .add(limit);
                } else if (row.place() instanceof OfGpu place) {
                    own.computeIfAbsent(place.machineId(), id -> new Own())
                            .gpus
                            .computeIfAbsent(place.uuid(), uuid -> new ArrayList<>())
                            .add(limit);
                } else {
                    ofFleet.add(limit);
                }
            });
        }
        ResolvedLimits fleet = ResolvedLimits.ofFleet(ofFleet);
        Map<Integer, ResolvedLimits> machines = new HashMap<>();
        own.forEach((id, limits) -> machines.put(id, fleet.with(limits.machine, limits.gpus)));
        return new LimitTable(fleet, machines, problems);
    }

    /** The limits of a machine, whether it has any of its own or not. */
    public MachineLimits forMachine(int machineId) {
        return machines.getOrDefault(machineId, fleet);
    }

    /**
     * What counts for a machine, in the catalogue's order, those switched off included.
     *
     * @param component UUID of a GPU, or empty for the machine and those of its GPUs that have no limits of their own
     */
    public List<EffectiveLimit> effective(int machineId, String component) {
        return machines.getOrDefault(machineId, fleet).list(component);
    }

    /**
     * What counts for a machine, followed by what counts differently for single GPUs of it, in the order of their
     * UUIDs.
     *
     * @param targets of its GPUs, by UUID
     */
    public List<EffectiveLimit> effectiveWithGpus(int machineId, Map<String, GpuTargetTemp> targets) {
        ResolvedLimits own = machines.getOrDefault(machineId, fleet).withTargets(targets);
        return Stream.concat(
                        own.list("").stream(),
                        own.gpusWithOwn().stream()
                                .flatMap(uuid -> own.list(uuid).stream())
                                .filter(limit -> limit.source() instanceof OfGpu
                                        || limit.movedFor().isPresent()
                                        || limit.replacedBy()
                                                .filter(OfGpu.class::isInstance)
                                                .isPresent()))
                .toList();
    }

    /** What counts for machines without own limits, in the catalogue's order, those switched off included. */
    public List<EffectiveLimit> ofFleet() {
        return fleet.list("");
    }

    /** Rows that were left out or mended, one sentence each. */
    public List<String> problems() {
        return problems;
    }

    private static Optional<EffectiveLimit> check(StoredLimit row, List<String> problems) {
        String what = row.severity() + " limit of " + row.place() + " on '" + Texts.printable(row.metric()) + "'";
        Optional<Metric> metric = Metric.byColumn(row.metric());
        if (metric.isEmpty()) {
            problems.add(what + " is ignored: there is no such metric");
            return Optional.empty();
        }
        if (row.place() instanceof OfGpu && metric.get().scope() != Scope.GPU) {
            problems.add(what + " is ignored: that is not a metric of GPUs");
            return Optional.empty();
        }
        Optional<Limit> limit = row.raiseAt().map(raiseAt -> limit(row, metric.get(), raiseAt, what, problems));
        return Optional.of(new EffectiveLimit(metric.get(), row.severity(), limit, row.place()));
    }

    private static Limit limit(StoredLimit row, Metric metric, BigDecimal raiseAt, String what, List<String> problems) {
        LimitBounds bounds = new LimitBounds(metric);
        bounds.objection(raiseAt)
                .ifPresent(objection -> problems.add(what + ": " + raiseAt.toPlainString() + " " + objection));
        BigDecimal clearAt = row.clearAt().orElse(raiseAt);
        int side = clearAt.compareTo(raiseAt);
        if (metric.direction() == Direction.HIGH_IS_BAD ? side > 0 : side < 0) {
            problems.add(what + " clears at its raise_at " + raiseAt.toPlainString() + ": its clear_at "
                    + clearAt.toPlainString() + " is on the dangerous side");
            clearAt = raiseAt;
        }
        if (!bounds.canClearAt(clearAt) && bounds.canClearAt(raiseAt)) {
            problems.add(what + " clears at its raise_at " + raiseAt.toPlainString() + ": its clear_at "
                    + clearAt.toPlainString() + " can never be reached: " + bounds.range());
            clearAt = raiseAt;
        }
        return new Limit(raiseAt.doubleValue(), clearAt.doubleValue(), row.holdFor());
    }

    /** Limits of one machine while they are being sorted. */
    private static final class Own {
        private final List<EffectiveLimit> machine = new ArrayList<>();
        private final Map<String, List<EffectiveLimit>> gpus = new HashMap<>();
    }
}
