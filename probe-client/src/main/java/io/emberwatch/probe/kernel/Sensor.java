package io.emberwatch.probe.kernel;

import java.nio.file.Path;

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
