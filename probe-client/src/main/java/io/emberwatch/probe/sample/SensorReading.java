package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.kernel.SensorTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What one sensor of the machine reports, whether or not a metric is made of it.
 *
 * @param chip name of its driver, or type of its thermal zone
 * @param device that it belongs to, as the kernel calls it: there may be several chips of the same name
 * @param label what it measures, in the driver's words; else its kind and number, for example {@code fan2}
 * @param kind of value
 * @param value absent if reading it failed
 */
public record SensorReading(String chip, String device, String label, Kind kind, OptionalDouble value) {
    /** What sensors measure, with its unit as the last word. */
    public enum Kind {
        TEMP_C,
        FAN_RPM
    }

    /** Every temperature and fan of the machine's chips, or its thermal zones if no chip reports a temperature. */
    public static List<SensorReading> all(KernelTree tree) {
        SensorTree sensors = new SensorTree(tree);
        List<SensorTree.Chip> chips = sensors.chips(MachineSensors.KINDS);
        boolean chipsTell =
                chips.stream().anyMatch(chip -> chip.sensors("temp").findAny().isPresent());
        List<SensorTree.Chip> all = new ArrayList<>(chips);
        if (!chipsTell) {
            all.addAll(sensors.zones());
        }
        return all.stream()
                .flatMap(chip -> chip.sensors().stream().map(sensor -> read(tree, chip, sensor)))
                .toList();
    }

    private static SensorReading read(KernelTree tree, SensorTree.Chip chip, SensorTree.Sensor sensor) {
        OptionalLong raw = tree.number(sensor.file());
        Kind kind = sensor.kind().equals("fan") ? Kind.FAN_RPM : Kind.TEMP_C;
        double value = kind == Kind.FAN_RPM ? raw.orElse(0) : raw.orElse(0) / 1000.0;
        String label = sensor.label().isEmpty() ? sensor.kind() + sensor.number() : sensor.label();
        return new SensorReading(
                chip.name(),
                deviceOf(chip.folder()),
                label,
                kind,
                raw.isPresent() ? OptionalDouble.of(value) : OptionalDouble.empty());
    }

    /** The folder of a chip lies below its device's, mostly in one called {@code hwmon}. */
    private static String deviceOf(Path folder) {
        Path device = folder;
        while (device.getParent() != null && device.getFileName().toString().startsWith("hwmon")) {
            device = device.getParent();
        }
        return String.valueOf(device.getFileName());
    }
}
