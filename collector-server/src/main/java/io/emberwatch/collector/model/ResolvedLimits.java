package io.emberwatch.collector.model;

import io.emberwatch.collector.model.EffectiveLimit.Reach;
import io.emberwatch.protocol.Metric;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The limits of one machine, each already looked up through the levels: a reading costs one look into a small table for
 * each metric and severity. GPUs with own limits have a table of their own; what a GPU's target moves is worked out
 * when it is looked up. Immutable.
 */
final class ResolvedLimits implements MachineLimits {
    private final Table machine;
    private final Map<String, Table> gpus;
    private final Map<String, GpuTargetTemp> targets;

    private ResolvedLimits(Table machine, Map<String, Table> gpus, Map<String, GpuTargetTemp> targets) {
        this.machine = machine;
        this.gpus = Map.copyOf(gpus);
        this.targets = Map.copyOf(targets);
    }

    static ResolvedLimits ofFleet(Collection<EffectiveLimit> fleet) {
        return settled(new Table(fleet), Map.of());
    }

    private static ResolvedLimits settled(Table machine, Map<String, Table> gpus) {
        machine.settle();
        gpus.values().forEach(Table::settle);
        return new ResolvedLimits(machine, gpus, Map.of());
    }

    /** These limits, overridden by a machine's own ones and by those of its GPUs. */
    ResolvedLimits with(Collection<EffectiveLimit> own, Map<String, List<EffectiveLimit>> ofGpus) {
        Table ofMachine = machine.overlaid(own);
        Map<String, Table> resolved = new HashMap<>();
        ofGpus.forEach((uuid, limits) -> resolved.put(uuid, ofMachine.overlaid(limits)));
        return settled(ofMachine, resolved);
    }

    @Override
    public ResolvedLimits withTargets(Map<String, GpuTargetTemp> ofGpus) {
        return ofGpus.isEmpty() && targets.isEmpty() ? this : new ResolvedLimits(machine, gpus, ofGpus);
    }

    @Override
    public Optional<Limit> find(String component, Metric metric, Severity severity) {
        return get(component, metric, severity)
                .filter(found -> found.reach() != Reach.NOBODY)
                .flatMap(EffectiveLimit::limit);
    }

    @Override
    public Optional<Metric> overriddenBy(String component, Metric metric, Severity severity) {
        return get(component, metric, severity).flatMap(EffectiveLimit::overridingMargin);
    }

    private Optional<EffectiveLimit> get(String component, Metric metric, Severity severity) {
        return Optional.ofNullable(
                        gpus.getOrDefault(component, machine).of(severity).get(metric))
                .map(limit -> forTarget(component, limit));
    }

    private EffectiveLimit forTarget(String component, EffectiveLimit limit) {
        GpuTargetTemp target = targets.get(component);
        return target == null ? limit : limit.movedFor(component, target);
    }

    /** In the catalogue's order. */
    List<EffectiveLimit> list(String component) {
        Table table = gpus.getOrDefault(component, machine);
        return Stream.of(Metric.values())
                .flatMap(metric -> Stream.of(Severity.values())
                        .flatMap(
                                severity -> Stream.ofNullable(table.of(severity).get(metric))))
                .map(limit -> forTarget(component, limit))
                .toList();
    }

    /** UUIDs of the GPUs with own limits or targets, sorted. */
    List<String> gpusWithOwn() {
        return Stream.concat(gpus.keySet().stream(), targets.keySet().stream())
                .distinct()
                .sorted()
                .toList();
    }

    private static final class Table {
        private final Map<Metric, EffectiveLimit> warning = new EnumMap<>(Metric.class);
        private final Map<Metric, EffectiveLimit> critical = new EnumMap<>(Metric.class);

        Table(Collection<EffectiveLimit> limits) {
            limits.forEach(limit -> of(limit.severity()).put(limit.metric(), limit));
        }

        Map<Metric, EffectiveLimit> of(Severity severity) {
            return severity == Severity.WARNING ? warning : critical;
        }

        /** Decides between temperatures and margins, once the most specific of each are known. */
        void settle() {
            for (Severity severity : Severity.values()) {
                settle(of(severity));
            }
        }

        private static void settle(Map<Metric, EffectiveLimit> limits) {
            limits.replaceAll((metric, limit) -> limit.forAll());
            for (EffectiveLimit margin : List.copyOf(limits.values())) {
                Margin.temperatureOf(margin.metric())
                        .map(limits::get)
                        .map(temperature -> settled(temperature, margin))
                        .ifPresent(settled -> limits.put(settled.metric(), settled));
            }
        }

        /** The one of the two that counts for fewer than it stands for, or any if both count. */
        private static EffectiveLimit settled(EffectiveLimit temperature, EffectiveLimit margin) {
            if (temperature.isOfFleet()) {
                return margin.limit().isPresent() ? temperature.whereNoMargin() : temperature;
            }
            return margin.isOfFleet() ? margin.replacedBy(temperature.source()) : margin;
        }

        Table overlaid(Collection<EffectiveLimit> above) {
            Table result = new Table(above);
            warning.forEach(result.warning::putIfAbsent);
            critical.forEach(result.critical::putIfAbsent);
            return result;
        }
    }
}
