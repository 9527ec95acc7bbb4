package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.kernel.SensorTree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The sensors of this machine. Looking for them costs more than reading those that count, so it is done again only
 * after {@link #LOOK_AGAIN}, and when one that has answered does not any more. Not thread-safe.
 */
final class MachineSensors {
    static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    static final Set<String> KINDS = Set.of("temp", "fan");

    private static final double LOWEST_CREDIBLE_C = -40;
    private static final double HIGHEST_CREDIBLE_C = 150;

    private final KernelTree tree;
    private final SensorTree sensorTree;
    private final LongSupplier nanoTime;
    /** Since the last look. */
    private final Set<Path> answered = new HashSet<>();

    private List<SensorTree.Chip> chips = List.of();
    private List<SensorTree.Chip> zones = List.of();
    private long looks;
    private long lastLookNanos;
    private boolean stale = true;

    /** @param nanoTime {@link System#nanoTime()} */
    MachineSensors(KernelTree tree, LongSupplier nanoTime) {
        this.tree = tree;
        this.sensorTree = new SensorTree(tree);
        this.nanoTime = nanoTime;
    }

    /** Chips with temperatures and fans. */
    List<SensorTree.Chip> chips() {
        lookIfDue();
        return chips;
    }

    List<SensorTree.Chip> zones() {
        lookIfDue();
        return zones;
    }

    /** How often the sensors have been looked for. */
    long looks() {
        lookIfDue();
        return looks;
    }

    /** The value in the unit of its kind. */
    OptionalLong read(SensorTree.Sensor sensor) {
        OptionalLong value = tree.number(sensor.file());
        if (value.isPresent()) {
            answered.add(sensor.file());
        } else if (answered.remove(sensor.file())) {
            stale = true;
        }
        return value;
    }

    /** A temperature; what a sensor says that is broken or not wired (0 °C, −128 °C, 255 °C) is none. */
    OptionalDouble degrees(SensorTree.Sensor sensor) {
        OptionalLong milliDegrees = read(sensor);
        double degrees = milliDegrees.orElse(0) / 1000.0;
        return degrees != 0 && degrees > LOWEST_CREDIBLE_C && degrees < HIGHEST_CREDIBLE_C
                ? OptionalDouble.of(degrees)
                : OptionalDouble.empty();
    }

    /**
     * The hottest of the parts that are all alike: NVMe drives, memory modules. Of each the first temperature counts,
     * which stands for the whole of it ({@code Composite} on a drive).
     *
     * @param chipNames of their drivers
     */
    OptionalDouble hottestOf(Set<String> chipNames) {
        return chips().stream()
                .filter(chip -> chipNames.contains(chip.name()))
                .flatMap(chip -> chip.sensors("temp").limit(1))
                .map(this::degrees)
                .flatMapToDouble(OptionalDouble::stream)
                .max();
    }

    private void lookIfDue() {
        long now = nanoTime.getAsLong();
        if (stale || now - lastLookNanos >= LOOK_AGAIN.toNanos()) {
            chips = sensorTree.chips(KINDS);
            zones = sensorTree.zones();
            answered.clear();
            lastLookNanos = now;
            stale = false;
            looks++;
        }
    }
}
