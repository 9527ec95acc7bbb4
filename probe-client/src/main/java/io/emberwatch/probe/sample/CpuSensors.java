package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.SensorTree;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * The temperatures of the CPUs, from every chip of the kernel that belongs to one: OSHI looks at the first only and
 * misses the second socket. Where there is no such chip, thermal zones count, and where there is no zone either, OSHI's
 * value. Not thread-safe.
 */
final class CpuSensors {
    /** Drivers for x86, then for Arm servers; on other Arm machines the chip is called as its thermal zone. */
    private static final Pattern CHIP = Pattern.compile("coretemp|k10temp|zenpower|scpi_sensors|scmi_sensors|apm_xgene|"
            + "(cpu|soc|bigcore|littlecore|cluster)[a-z0-9_]*");

    private static final Pattern ZONE =
            Pattern.compile("x86_pkg_temp|(cpu|soc|bigcore|littlecore|cluster)[a-z0-9_-]*", Pattern.CASE_INSENSITIVE);

    /** What stands for the whole package, best first: AMD's Tctl carries an offset on some models, Tdie never. */
    private static final List<Predicate<String>> PACKAGE_LABELS = List.of(
            label -> label.startsWith("Package id"),
            label -> label.startsWith("Physical id"),
            label -> label.startsWith("Tdie"),
            label -> label.startsWith("Tctl"),
            label -> label.toLowerCase(Locale.ROOT).matches(".*\\b(soc|cpu).*"));

    private final MachineSensors sensors;
    private final DoubleSupplier fallback;
    private long looksAtFallback = -1;
    private boolean fallbackTells;

    /** @param fallback °C, 0 if unknown; may be slow where it knows nothing */
    CpuSensors(MachineSensors sensors, DoubleSupplier fallback) {
        this.sensors = sensors;
        this.fallback = fallback;
    }

    /** The hottest package, °C; absent if no sensor reports a temperature that can be true. */
    OptionalDouble hottest() {
        OptionalDouble chips = hottest(cpuChips());
        if (chips.isPresent()) {
            return chips;
        }
        OptionalDouble zones = hottest(cpuZones());
        return zones.isPresent() ? zones : fallback();
    }

    /** How many sensors report a temperature of the CPUs. */
    int count() {
        int chips = count(cpuChips());
        if (chips > 0) {
            return chips;
        }
        int zones = count(cpuZones());
        return zones > 0 ? zones : fallback().isPresent() ? 1 : 0;
    }

    private Stream<SensorTree.Chip> cpuChips() {
        return sensors.chips().stream().filter(chip -> CHIP.matcher(chip.name()).matches());
    }

    private Stream<SensorTree.Chip> cpuZones() {
        return sensors.zones().stream().filter(zone -> ZONE.matcher(zone.name()).matches());
    }

    private OptionalDouble hottest(Stream<SensorTree.Chip> chips) {
        return chips.map(chip -> packageTemp(chip.sensors("temp").toList()))
                .flatMapToDouble(OptionalDouble::stream)
                .max();
    }

    private int count(Stream<SensorTree.Chip> chips) {
        return (int) degrees(chips.flatMap(chip -> chip.sensors("temp"))).count();
    }

    private OptionalDouble packageTemp(List<SensorTree.Sensor> temps) {
        for (Predicate<String> label : PACKAGE_LABELS) {
            OptionalDouble hottest = degrees(temps.stream().filter(temp -> label.test(temp.label())))
                    .max();
            if (hottest.isPresent()) {
                return hottest;
            }
        }
        return degrees(temps.stream()).max();
    }

    private DoubleStream degrees(Stream<SensorTree.Sensor> temps) {
        return temps.map(sensors::degrees).flatMapToDouble(OptionalDouble::stream);
    }

    /** Asked at each reading only if it reported something when the sensors were last looked for. */
    private OptionalDouble fallback() {
        boolean looked = sensors.looks() != looksAtFallback;
        if (!looked && !fallbackTells) {
            return OptionalDouble.empty();
        }
        looksAtFallback = sensors.looks();
        double degrees = fallback.getAsDouble();
        fallbackTells = degrees != 0;
        return fallbackTells ? OptionalDouble.of(degrees) : OptionalDouble.empty();
    }
}
