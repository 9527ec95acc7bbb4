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
 * Which sensors there are: chips in {@code /sys/class/hwmon} (the kernel's {@code Documentation/hwmon/sysfs-interface.rst})
 * and zones in {@code /sys/class/thermal}. It lists folders and reads labels, but no sensor, so it does not wait for
 * hardware. Thread-safe.
 */
public final class SensorTree {
    private static final Pattern INPUT = Pattern.compile("([a-z]+)(\\d{1,4})_input");

    private final KernelTree tree;

    public SensorTree(KernelTree tree) {
        this.tree = tree;
    }

    /** All chips of the machine with their inputs of these kinds. */
    public List<SensorChip> chips(Set<String> kinds) {
        return chipsIn(tree.sys("class/hwmon"), kinds);
    }

    /** The chips that a folder holds, for example {@code hwmon} of a device. */
    public List<SensorChip> chipsIn(Path folder, Set<String> kinds) {
        return tree.list(folder).stream().map(entry -> chip(entry, kinds)).toList();
    }

    /** The thermal zones, each with the one temperature that it has. */
    public List<SensorChip> zones() {
        return tree.list(tree.sys("class/thermal")).stream()
                .filter(zone -> zone.getFileName().toString().startsWith("thermal_zone"))
                .map(SensorTree::real)
                .map(zone -> new SensorChip(
                        tree.text(zone.resolve("type")).orElse(""),
                        zone,
                        List.of(new Sensor("temp", 1, "", zone.resolve("temp")))))
                .toList();
    }

    private SensorChip chip(Path entry, Set<String> kinds) {
        // Before Linux 3.13 the attributes stood one level deeper.
        Path folder = real(Files.exists(entry.resolve("name")) ? entry : entry.resolve("device"));
        List<Sensor> sensors = tree.list(folder).stream()
                .flatMap(file -> sensor(file, kinds))
                .sorted(Comparator.comparing(Sensor::kind).thenComparingInt(Sensor::number))
                .toList();
        return new SensorChip(tree.text(folder.resolve("name")).orElse(""), folder, sensors);
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
}
