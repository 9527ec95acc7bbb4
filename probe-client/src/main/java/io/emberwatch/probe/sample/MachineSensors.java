package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.kernel.SensorTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The sensors of this machine. Looking for them costs more than reading those that count, so it is done again only
 * after {@link #LOOK_AGAIN}, and when one that has answered does not any more. Not thread-safe.
 */
final class MachineSensors {
    static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    static final Set<String> KINDS = Set.of("temp", "fan");

    private final KernelTree tree;
    private final SensorTree sensorTree;
    private final LongSupplier nanoTime;
    /** Since the last look. */
    private final Set<Path> answered = new HashSet<>();

    private final Map<Path, SensorLimits> limits = new HashMap<>();
    /** Of the look before, until those of this one have been read. */
    private Map<Path, SensorLimits> limitsBefore = Map.of();

    /** Flags of sensors that know when they measure nothing. */
    private Set<Path> faults = Set.of();

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

    /** A sensor that reports a temperature that can be true. */
    record Temp(SensorTree.Chip chip, SensorTree.Sensor sensor, double degrees) {}

    /**
     * The temperatures of one chip.
     *
     * @param standing those that stand for the whole of what the chip measures
     * @param others count for limits and flags only, where the ones above have none; read at each call
     */
    record ChipTemps(List<Temp> standing, Supplier<List<Temp>> others) {
        ChipTemps {
            standing = List.copyOf(standing);
        }

        /** Those that have it among the ones that stand for the whole, or else among the others. */
        List<Temp> first(Predicate<Temp> has) {
            List<Temp> first = standing.stream().filter(has).toList();
            return first.isEmpty() ? others.get().stream().filter(has).toList() : first;
        }
    }

    /** Those that report a temperature; waits for the hardware. */
    List<Temp> temps(SensorTree.Chip chip, Predicate<SensorTree.Sensor> wanted) {
        return chip.sensors("temp")
                .filter(wanted)
                .flatMap(sensor -> degrees(sensor).stream().mapToObj(degrees -> new Temp(chip, sensor, degrees)))
                .toList();
    }

    /** What a sensor reports; empty if nothing, what cannot be true, or what it says itself is not to be trusted. */
    OptionalDouble degrees(SensorTree.Sensor sensor) {
        OptionalLong milliDegrees = read(sensor);
        return milliDegrees.isPresent() && !isFaulty(sensor)
                ? SensorTree.degrees(milliDegrees.getAsLong())
                : OptionalDouble.empty();
    }

    private boolean isFaulty(SensorTree.Sensor sensor) {
        Path fault = sensor.attribute("fault");
        return faults.contains(fault) && tree.number(fault).orElse(0) == 1;
    }

    /** The sensor's own limits and flags, asked once a look; of a drive that is slow, until it has told them. */
    SensorLimits limits(Temp temp) {
        Path file = temp.sensor().file();
        if (limits.containsKey(file)) {
            return limits.get(file);
        }
        SensorLimits now = SensorLimits.of(tree, temp.chip(), temp.sensor());
        if (!SensorLimits.areTold(tree, temp.sensor())) {
            return limitsBefore.getOrDefault(file, now);
        }
        limits.put(file, now);
        return now;
    }

    /** Whether the sensor signals an alarm itself; waits for the hardware. */
    boolean isAlarming(Temp temp) {
        return limits(temp).isAlarming(tree, temp.chip(), temp.degrees());
    }

    private void lookIfDue() {
        long now = nanoTime.getAsLong();
        if (stale || now - lastLookNanos >= LOOK_AGAIN.toNanos()) {
            chips = sensorTree.chips(KINDS);
            zones = sensorTree.zones();
            faults = chips.stream()
                    .flatMap(chip -> chip.sensors("temp"))
                    .map(sensor -> sensor.attribute("fault"))
                    .filter(Files::exists)
                    .collect(Collectors.toSet());
            answered.clear();
            limitsBefore = Map.copyOf(limits);
            limits.clear();
            lastLookNanos = now;
            stale = false;
            looks++;
        }
    }
}
