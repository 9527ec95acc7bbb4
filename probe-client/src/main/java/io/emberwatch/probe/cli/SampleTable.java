package io.emberwatch.probe.cli;

import io.emberwatch.probe.sample.MachineFacts;
import io.emberwatch.probe.sample.SensorReading;
import io.emberwatch.probe.sample.SensorReading.Kind;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A sample for people: what the machine is, then each metric with value, unit and meaning, its sensors, and its GPUs. */
final class SampleTable {
    private SampleTable() {}

    static String of(SampleReport report) {
        List<String> lines = new ArrayList<>();
        lines.add("taken at " + report.sample().takenAt());
        lines.add("machine: " + machine(report.inventory()));
        addValues(report.sample().machine(), lines);
        SampleReport.fault(report.sample().machine(), Metric.GPU_DRIVER_FAULT)
                .ifPresent(fault -> lines.add("GPU driver: each of its cards " + fault.words()));
        lines.add("");
        report.temperatureRemark().ifPresent(lines::add);
        report.sensors().forEach(sensor -> lines.add(sensor(sensor)));
        GpuTable.addTo(lines, report);
        return lines.stream()
                .map(Texts::printable)
                .map(String::stripTrailing)
                .collect(Collectors.joining(System.lineSeparator()));
    }

    private static String machine(Inventory inventory) {
        return Stream.of(
                        MachineFacts.inWords(inventory.virtualization()),
                        inventory.model(),
                        inventory.os(),
                        inventory.kernel(),
                        inventory.cpuModel())
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
    }

    private static String sensor(SensorReading sensor) {
        String name = "%s %s".formatted(sensor.chip(), sensor.device());
        String value = sensor.value().isEmpty()
                ? "absent"
                : sensor.kind() == Kind.FAN_RPM
                        ? "%.0f rpm".formatted(sensor.value().getAsDouble())
                        : String.format(Locale.ROOT, "%.1f °C", sensor.value().getAsDouble());
        return "sensor %-36s %-24s %12s".formatted(name, sensor.label(), value);
    }

    static void addValues(MetricValues values, List<String> lines) {
        for (Metric metric : values.scope().metrics()) {
            String value = values.has(metric) ? metric.format(values.raw(metric)) : "absent";
            String unit = values.has(metric) ? metric.unit() : "";
            lines.add("%-26s %16s %-8s %s".formatted(metric.column(), value, unit, metric.meaning()));
        }
    }
}
