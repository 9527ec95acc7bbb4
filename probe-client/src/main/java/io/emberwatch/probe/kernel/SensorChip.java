package io.emberwatch.probe.kernel;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A chip with sensors, or a thermal zone.
 *
 * @param name the driver's, for example {@code coretemp}, or the zone's type; empty if unknown
 * @param folder where its attributes are. That of the device itself: numbers such as that of {@code hwmon3} are given anew
 *     when a driver is loaded again, so that another chip may stand behind one
 */
public record SensorChip(String name, Path folder, List<Sensor> sensors) {
    public SensorChip {
        sensors = List.copyOf(sensors);
    }

    /** Its inputs of one kind. */
    public Stream<Sensor> sensors(String kind) {
        return sensors.stream().filter(sensor -> sensor.kind().equals(kind));
    }
}
