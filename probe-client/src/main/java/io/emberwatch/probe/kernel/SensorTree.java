package io.emberwatch.probe.kernel;

import io.emberwatch.protocol.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which sensors there are: chips in {@code /sys/class/hwmon} (the kernel's {@code
 * Documentation/hwmon/sysfs-interface.rst}) and zones in {@code /sys/class/thermal}. It lists folders and reads labels,
 * but no sensor, so it does not wait for hardware. Thread-safe.
 */
public final class SensorTree {
    private static final Pattern INPUT = Pattern.compile("([a-z]+)(\\d{1,4})_input");

    private static final long MILLI = 1000;
    private static final long SEVEN_ONES = 127;

    private final KernelTree tree;

    public SensorTree(KernelTree tree) {
        this.tree = tree;
    }

    /** All chips of the machine with their inputs of these kinds. */
    public List<Chip> chips(Set<String> kinds) {
        return chipsIn(tree.sys("class/hwmon"), kinds);
    }

    /** The chips that a folder holds, for example {@code hwmon} of a device. */
    public List<Chip> chipsIn(Path folder, Set<String> kinds) {
        return tree.list(folder).stream().map(entry -> chip(entry, kinds)).toList();
    }

    /** The thermal zones, each with the one temperature that it has. */
    public List<Chip> zones() {
        return tree.list(tree.sys("class/thermal")).stream()
                .filter(zone -> zone.getFileName().toString().startsWith("thermal_zone"))
                .map(SensorTree::real)
                .map(zone -> new Chip(
                        tree.text(zone.resolve("type")).orElse(""),
                        zone,
                        acpi(zone.resolve("device")),
                        List.of(new Sensor("temp", 1, "", zone.resolve("temp")))))
                .toList();
    }

    /** What ACPI calls a device: a zone's own device is ACPI's, that of a driver has one beside it. */
    private String acpi(Path device) {
        return Stream.of(device, device.resolve("firmware_node"))
                .flatMap(node -> Stream.of(node.resolve("path"), node.resolve("description")))
                .flatMap(file -> tree.text(file).stream())
                .collect(Collectors.joining(" "));
    }

    /**
     * A temperature; empty where no sensor can mean it. What is not wired or not known says 0, or has all bits set:
     * 127, 255 or 511 °C, or some fraction of a degree below 0. A fraction above 0 is that of a driver that counts
     * whole degrees (longsleep/build-pine64-image #21), or tenths.
     *
     * @param milliDegrees as the kernel gives it, in thousandths of a degree Celsius
     */
    public static OptionalDouble degrees(long milliDegrees) {
        boolean unwired = (milliDegrees > -MILLI && milliDegrees < MILLI)
                || (milliDegrees >= SEVEN_ONES * MILLI && milliDegrees < (SEVEN_ONES + 1) * MILLI);
        double degrees = (double) milliDegrees / MILLI;
        return !unwired && Metric.CPU_TEMP_C.isCredible(Metric.CPU_TEMP_C.toRaw(degrees))
                ? OptionalDouble.of(degrees)
                : OptionalDouble.empty();
    }

    private Chip chip(Path entry, Set<String> kinds) {
        // Before Linux 3.13 the attributes stood one level deeper.
        Path folder = real(Files.exists(entry.resolve("name")) ? entry : entry.resolve("device"));
        List<Sensor> sensors = tree.list(folder).stream()
                .flatMap(file -> sensor(file, kinds))
                .sorted(Comparator.comparing(Sensor::kind).thenComparingInt(Sensor::number))
                .toList();
        return new Chip(tree.text(folder.resolve("name")).orElse(""), folder, acpi(folder.resolve("device")), sensors);
    }

    private Stream<Sensor> sensor(Path file, Set<String> kinds) {
        Matcher input = INPUT.matcher(file.getFileName().toString());
        if (!input.matches() || !kinds.contains(input.group(1))) {
            return Stream.empty();
        }
        Sensor unnamed = new Sensor(input.group(1), Integer.parseInt(input.group(2)), "", file);
        String label = tree.text(unnamed.attribute("label")).orElse("");
        return Stream.of(new Sensor(unnamed.kind(), unnamed.number(), label, file));
    }

    private static Path real(Path folder) {
        try {
            return folder.toRealPath();
        } catch (IOException | SecurityException e) {
            return folder;
        }
    }

    /**
     * One input of a sensor chip.
     *
     * @param kind what it measures: {@code temp}, {@code fan}, {@code freq}, …
     * @param number its place among the inputs of that kind
     * @param label what it is, in the driver's words; empty if it does not say
     * @param file holds its value as a whole number: thousandths of a degree, revolutions per minute, hertz, …
     */
    public record Sensor(String kind, int number, String label, Path file) {
        /** The file of another attribute of this input, for example {@code crit}; it need not exist. */
        public Path attribute(String name) {
            return file.resolveSibling(kind + number + "_" + name);
        }
    }

    /**
     * A chip with sensors, or a thermal zone.
     *
     * @param name the driver's, for example {@code coretemp}, or the zone's type; empty if unknown
     * @param folder where its attributes are. That of the device itself: numbers such as that of {@code hwmon3} are
     *     given anew when a driver is loaded again, so that another chip may stand behind one
     * @param acpi path and description of its ACPI device, for example {@code \\_TZ_.CPUZ}; empty if it has none
     */
    public record Chip(String name, Path folder, String acpi, List<SensorTree.Sensor> sensors) {
        public Chip {
            sensors = List.copyOf(sensors);
        }

        /** Whether it is a thermal zone; most zones also are chips, under the same name. */
        public boolean isZone() {
            return folder.getFileName().toString().startsWith("thermal_zone");
        }

        /** The folder of the one zone whose temperature it tells; empty if it does not tell that of a zone. */
        public Optional<Path> zone() {
            return Stream.of(folder, folder.resolve("..").normalize())
                    .filter(zone -> zone.getFileName().toString().startsWith("thermal_zone"))
                    .filter(zone -> sensors.size() == 1)
                    .findFirst();
        }

        /** Its inputs of one kind. */
        public Stream<SensorTree.Sensor> sensors(String kind) {
            return sensors.stream().filter(sensor -> sensor.kind().equals(kind));
        }
    }
}
