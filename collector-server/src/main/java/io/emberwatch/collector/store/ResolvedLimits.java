package io.emberwatch.collector.store;

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
 * each metric and severity. GPUs with own limits have a table of their own. Immutable.
 */
final class ResolvedLimits implements MachineLimits {
    private final Table machine;
    private final Map<String, Table> gpus;

    private ResolvedLimits(Table machine, Map<String, Table> gpus) {
        this.machine = machine;
        this.gpus = Map.copyOf(gpus);
    }

    static ResolvedLimits ofFleet(Collection<EffectiveLimit> fleet) {
        return new ResolvedLimits(new Table(fleet), Map.of());
    }

    /** These limits, overridden by a machine's own ones and by those of its GPUs. */
    ResolvedLimits with(Collection<EffectiveLimit> own, Map<String, List<EffectiveLimit>> ofGpus) {
        Table ofMachine = machine.overlaid(own);
        Map<String, Table> resolved = new HashMap<>();
        ofGpus.forEach((uuid, limits) -> resolved.put(uuid, ofMachine.overlaid(limits)));
        return new ResolvedLimits(ofMachine, resolved);
    }

    @Override
    public Optional<Limit> find(String component, Metric metric, Severity severity) {
        EffectiveLimit found =
                gpus.getOrDefault(component, machine).of(severity).get(metric);
        return found == null ? Optional.empty() : found.limit();
    }

    /** In the catalogue's order. */
    List<EffectiveLimit> list(String component) {
        Table table = gpus.getOrDefault(component, machine);
        return Stream.of(Metric.values())
                .flatMap(metric -> Stream.of(Severity.values())
                        .flatMap(
                                severity -> Stream.ofNullable(table.of(severity).get(metric))))
                .toList();
    }

    /** UUIDs of the GPUs with own limits, sorted. */
    List<String> gpusWithOwn() {
        return gpus.keySet().stream().sorted().toList();
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

        Table overlaid(Collection<EffectiveLimit> above) {
            Table result = new Table(above);
            warning.forEach(result.warning::putIfAbsent);
            critical.forEach(result.critical::putIfAbsent);
            return result;
        }
    }
}
