package io.emberwatch.probe.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which sensors there are: chips in {@code /sys/class/hwmon} (the kernel's {@code
 * Documentation/hwmon/sysfs-interface.rst}) and zones in {@code /sys/class/thermal}. It lists folders and reads labels,
 * but no sensor, so it does not wait for hardware. Thread-safe.
 */
public final class SensorTree {
    private static final Pattern INPUT = Pattern.compile("([a-z]+)(\\d{1,4})_input");

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
                        List.of(new Sensor("temp", 1, "", zone.resolve("temp")))))
                .toList();
    }

    private Chip chip(Path entry, Set<String> kinds) {
        // Before Linux 3.13 the attributes stood one level deeper.
        Path folder = real(Files.exists(entry.resolve("name")) ? entry : entry.resolve("device"));
        List<Sensor> sensors = tree.list(folder).stream()
                .flatMap(file -> sensor(file, kinds))
                .sorted(Comparator.comparing(Sensor::kind).thenComparingInt(Sensor::number))
                .toList();
        return new Chip(tree.text(folder.resolve("name")).orElse(""), folder, sensors);
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
     */
    public record Chip(String name, Path folder, List<SensorTree.Sensor> sensors) {
        public Chip {
            sensors = List.copyOf(sensors);
        }

        /** Its inputs of one kind. */
        public Stream<SensorTree.Sensor> sensors(String kind) {
            return sensors.stream().filter(sensor -> sensor.kind().equals(kind));
        }
    }
}
