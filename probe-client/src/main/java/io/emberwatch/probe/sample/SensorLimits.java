package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.kernel.SensorTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a sensor of temperature has from its maker: limits and flags. What stands in a limit that nobody set is none:
 *
 * <ul>
 *   <li>0 °C and below (DDR4 modules, level1techs/siomon #33; SATA drives, martijnvanbrummelen/nwipe #444), 65,261 °C (an
 *       NVMe drive's 65,535 K, lm-sensors/lm-sensors #427), and what else is colder than a warm room or hotter than
 *       silicon endures;
 *   <li>{@code max} of k10temp, the constant 70 °C in the kernel's driver;
 *   <li>{@code max} of spd5118 at 55 °C, with which each DDR5 module starts (kernel's {@code
 *       Documentation/hwmon/spd5118.rst}), and which servers exceed in daily use.
 * </ul>
 *
 * @param critC critical limit, °C
 * @param maxC limit of lasting use, °C
 * @param flags files that are 1 while a limit that is one is exceeded
 * @param flagC above this a flag would be 1 if the driver had any, °C; only where it does not and one is needed
 */
record SensorLimits(OptionalDouble critC, OptionalDouble maxC, List<Path> flags, OptionalDouble flagC) {
    /** As the kernel calls them, from the one that matters most. */
    static final List<String> NAMES = List.of("emergency", "crit", "max");

    private static final double MILLI = 1000;
    private static final double LOWEST_C = 40;
    private static final double HIGHEST_C = 125;
    /** Once set, coretemp's flag stays until the next start: far below the limit it is history. */
    private static final Set<String> FLAGS_STAY = Set.of("coretemp");

    /** SATA drives tell limits and no flags. */
    private static final Set<String> WITHOUT_FLAGS = Set.of("drivetemp");

    /** From the limit of lasting use to the critical one there are up to 25 °C: too many for the margin alone to tell. */
    private static final double WIDE_C = 5;

    private static final double NEAR_C = 10;
    private static final double DDR5_DEFAULT_C = 55;

    /** Reads them from the hardware, which may wait for it. */
    static SensorLimits of(KernelTree tree, SensorTree.Chip chip, SensorTree.Sensor sensor) {
        OptionalDouble own = limit(tree, chip, sensor, "crit");
        OptionalDouble critC = own.isPresent()
                ? own
                : chip.zone().map(zone -> criticalTrip(tree, zone)).orElse(OptionalDouble.empty());
        OptionalDouble maxC = limit(tree, chip, sensor, "max");
        List<Path> flags = Stream.concat(
                        NAMES.stream()
                                .filter(name -> limit(tree, chip, sensor, name).isPresent())
                                .map(name -> sensor.attribute(name + "_alarm")),
                        Stream.of(sensor.attribute("alarm")).filter(flag -> hasSomeLimitOrNoFile(tree, chip, sensor)))
                .filter(Files::exists)
                .toList();
        return new SensorLimits(
                critC,
                maxC,
                flags,
                WITHOUT_FLAGS.contains(chip.name()) && isWide(critC, maxC) ? maxC : OptionalDouble.empty());
    }

    /** Whether each limit that the sensor has could be read. */
    static boolean areTold(KernelTree tree, SensorTree.Sensor sensor) {
        return NAMES.stream()
                .map(sensor::attribute)
                .allMatch(limit -> tree.number(limit).isPresent() || !Files.exists(limit));
    }

    /** An attribute of a limit; empty if it is not there or none. */
    static OptionalDouble limit(KernelTree tree, SensorTree.Chip chip, SensorTree.Sensor sensor, String name) {
        OptionalLong raw = tree.number(sensor.attribute(name));
        double degrees = raw.orElse(0) / MILLI;
        boolean isDefault = name.equals("max")
                && (chip.name().equals("k10temp") || (chip.name().equals("spd5118") && degrees == DDR5_DEFAULT_C));
        return !isDefault && isLimit(degrees) ? OptionalDouble.of(degrees) : OptionalDouble.empty();
    }

    /** A drive's flag is its own opinion, also where it tells no limit; only limits of nonsense spoil it. */
    private static boolean hasSomeLimitOrNoFile(KernelTree tree, SensorTree.Chip chip, SensorTree.Sensor sensor) {
        return NAMES.stream().anyMatch(name -> limit(tree, chip, sensor, name).isPresent())
                || NAMES.stream().noneMatch(name -> Files.exists(sensor.attribute(name)));
    }

    /** Where a thermal zone lets the machine turn itself off. */
    private static OptionalDouble criticalTrip(KernelTree tree, Path zone) {
        for (int i = 0; Files.exists(zone.resolve("trip_point_" + i + "_type")); i++) {
            double degrees =
                    tree.number(zone.resolve("trip_point_" + i + "_temp")).orElse(0) / MILLI;
            if (tree.text(zone.resolve("trip_point_" + i + "_type")).orElse("").equals("critical")
                    && isLimit(degrees)) {
                return OptionalDouble.of(degrees);
            }
        }
        return OptionalDouble.empty();
    }

    private static boolean isLimit(double degrees) {
        return degrees >= LOWEST_C && degrees <= HIGHEST_C;
    }

    /** Degrees left at this temperature; negative beyond the limit. */
    OptionalDouble marginC(double degrees) {
        OptionalDouble limitC = limitC();
        return limitC.isPresent()
                ? OptionalDouble.of(Math.round((limitC.getAsDouble() - degrees) * MILLI) / MILLI)
                : OptionalDouble.empty();
    }

    /** What margins are counted to: the critical limit, or that of lasting use where there is no other; °C. */
    OptionalDouble limitC() {
        return critC.isPresent() ? critC : maxC;
    }

    private static boolean isWide(OptionalDouble critC, OptionalDouble maxC) {
        return critC.isPresent() && maxC.isPresent() && critC.getAsDouble() - maxC.getAsDouble() > WIDE_C;
    }

    /** Whether it can signal an alarm. */
    boolean canAlarm() {
        return !flags.isEmpty() || flagC.isPresent();
    }

    /** Whether the sensor signals an alarm itself; waits for the hardware. */
    boolean isAlarming(KernelTree tree, SensorTree.Chip chip, double degrees) {
        if (flagC.isPresent()) {
            return degrees > flagC.getAsDouble();
        }
        boolean history =
                FLAGS_STAY.contains(chip.name()) && limitC().isPresent() && degrees < limitC().getAsDouble() - NEAR_C;
        return !history && flags.stream().anyMatch(flag -> tree.number(flag).orElse(0) == 1);
    }
}
