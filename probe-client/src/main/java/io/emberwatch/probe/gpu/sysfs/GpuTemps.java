package io.emberwatch.probe.gpu.sysfs;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.kernel.SensorTree;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Temperatures of core and memory, and how far each is from the GPU's own limits. AMD has {@code edge}, {@code
 * junction} (the hottest spot, alone on newer Instinct GPUs) and {@code mem}; Intel {@code pkg} and {@code vram};
 * nouveau one without a label.
 */
final class GpuTemps implements GpuFiles.Reader {
    /** Which stands for the core, best first. */
    private static final List<String> CORE_LABELS = List.of("edge", "pkg", "", "junction");

    private final List<Temp> core;
    private final List<Temp> memory;

    /** @param limitC from which on the GPU slows down; absent if it does not say */
    private record Temp(SensorTree.Sensor sensor, OptionalDouble limitC) {}

    /** @param limit name of the attribute that says at which temperature the GPU slows down: mostly {@code crit} */
    GpuTemps(List<SensorTree.Chip> chips, KernelTree tree, String limit) {
        core = temps(chips, tree, limit, CORE_LABELS::contains)
                .sorted(Comparator.comparingInt(
                        temp -> CORE_LABELS.indexOf(temp.sensor().label())))
                .toList();
        memory = temps(chips, tree, limit, label -> label.equals("mem") || label.startsWith("vram"))
                .toList();
    }

    private static Stream<Temp> temps(
            List<SensorTree.Chip> chips, KernelTree tree, String limit, Predicate<String> wanted) {
        return chips.stream()
                .flatMap(chip -> chip.sensors("temp"))
                .filter(sensor -> wanted.test(sensor.label()))
                .map(sensor -> new Temp(sensor, degrees(tree, sensor, limit)));
    }

    @Override
    public boolean isThere() {
        return !core.isEmpty() || !memory.isEmpty();
    }

    @Override
    public void read(GpuFiles files, MetricValues.Builder values) {
        OptionalDouble coreC = OptionalDouble.empty();
        OptionalDouble marginC = OptionalDouble.empty();
        for (Temp temp : core) {
            OptionalDouble now = now(files, temp);
            coreC = coreC.isPresent() ? coreC : now;
            marginC = lower(marginC, margin(now, temp));
        }
        OptionalDouble memoryC = OptionalDouble.empty();
        OptionalDouble memoryMarginC = OptionalDouble.empty();
        for (Temp temp : memory) {
            OptionalDouble now = now(files, temp);
            memoryC = higher(memoryC, now);
            memoryMarginC = lower(memoryMarginC, margin(now, temp));
        }
        coreC.ifPresent(degrees -> values.set(Metric.GPU_TEMP_C, degrees));
        marginC.ifPresent(degrees -> values.set(Metric.GPU_SLOWDOWN_MARGIN_C, degrees));
        memoryC.ifPresent(degrees -> values.set(Metric.GPU_MEM_TEMP_C, degrees));
        memoryMarginC.ifPresent(degrees -> values.set(Metric.GPU_MEM_MARGIN_C, degrees));
    }

    /** Core temperature at which the GPU slows down. */
    OptionalInt slowdownC() {
        return core.stream().findFirst().map(temp -> whole(temp.limitC())).orElse(OptionalInt.empty());
    }

    /** Memory temperature at which the GPU slows down. */
    OptionalInt memoryLimitC() {
        return memory.stream().findFirst().map(temp -> whole(temp.limitC())).orElse(OptionalInt.empty());
    }

    /** Another limit of the core: an attribute of its sensor. */
    OptionalInt coreLimitC(KernelTree tree, String attribute) {
        return core.stream()
                .findFirst()
                .map(temp -> whole(degrees(tree, temp.sensor(), attribute)))
                .orElse(OptionalInt.empty());
    }

    private static OptionalDouble now(GpuFiles files, Temp temp) {
        return SensorTree.degrees(files.live(temp.sensor().file()).orElse(0));
    }

    private static OptionalDouble margin(OptionalDouble now, Temp temp) {
        return now.isPresent() && temp.limitC().isPresent()
                ? OptionalDouble.of(temp.limitC().getAsDouble() - now.getAsDouble())
                : OptionalDouble.empty();
    }

    private static OptionalDouble degrees(KernelTree tree, SensorTree.Sensor sensor, String attribute) {
        return SensorTree.degrees(tree.number(sensor.attribute(attribute)).orElse(0));
    }

    private static OptionalDouble lower(OptionalDouble a, OptionalDouble b) {
        return a.isPresent() && b.isPresent()
                ? OptionalDouble.of(Math.min(a.getAsDouble(), b.getAsDouble()))
                : a.isPresent() ? a : b;
    }

    private static OptionalDouble higher(OptionalDouble a, OptionalDouble b) {
        return a.isPresent() && b.isPresent()
                ? OptionalDouble.of(Math.max(a.getAsDouble(), b.getAsDouble()))
                : a.isPresent() ? a : b;
    }

    private static OptionalInt whole(OptionalDouble degrees) {
        return degrees.isPresent() ? OptionalInt.of((int) Math.round(degrees.getAsDouble())) : OptionalInt.empty();
    }
}
