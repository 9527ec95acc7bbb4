package io.emberwatch.probe.cli;

import io.emberwatch.probe.gpu.GpuProcess;
import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.probe.sample.MachineFacts;
import io.emberwatch.probe.sample.SensorReading;
import io.emberwatch.probe.sample.SensorReading.Kind;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Texts;
import io.emberwatch.protocol.Xid;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A sample for people: what the machine is, then each metric with value, unit and meaning, its sensors, and its GPUs.
 */
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
        lines.addAll(report.remarks());
        report.sensors().forEach(sensor -> lines.add(sensor(sensor)));
        GpuTable.addTo(lines, report);
        return printable(lines);
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
        return "sensor %-36s %-24s %12s".formatted(name, sensor.label(), value(sensor));
    }

    private static String value(SensorReading sensor) {
        return sensor.value().isEmpty()
                ? "absent"
                : sensor.kind() == Kind.FAN_RPM
                        ? "%.0f rpm".formatted(sensor.value().getAsDouble())
                        : degrees(sensor.value().getAsDouble());
    }

    private static String degrees(double degrees) {
        return String.format(Locale.ROOT, "%.1f °C", degrees);
    }

    /** Every sensor, and what it was or was not taken for, and why: for a report of a defect. */
    static String ofSensors(Inventory inventory, Optional<String> temperatureRemark, List<SensorReading> sensors) {
        List<String> lines = new ArrayList<>();
        lines.add("machine: " + machine(inventory));
        temperatureRemark.ifPresent(lines::add);
        for (SensorReading sensor : sensors) {
            lines.add("");
            lines.add(sensor(sensor));
            addDetails(sensor.details(), lines);
        }
        return printable(lines);
    }

    private static void addDetails(SensorReading.Details details, List<String> lines) {
        if (!details.limits().isEmpty()) {
            lines.add("  own limits: "
                    + details.limits().stream()
                            .map(limit -> limit.name() + " " + degrees(limit.degrees())
                                    + (limit.isOne() ? "" : " (taken for none)"))
                            .collect(Collectors.joining(", ")));
        }
        if (!details.flags().isEmpty()) {
            lines.add("  own flags: "
                    + details.flags().entrySet().stream()
                            .map(flag -> flag.getKey() + (flag.getValue() ? " set" : " not set"))
                            .collect(Collectors.joining(", ")));
        }
        String taken = details.takenFor().isEmpty()
                ? "not taken"
                : "taken for " + details.takenFor().stream().map(Metric::column).collect(Collectors.joining(", "));
        lines.add("  " + taken + ": " + details.why());
    }

    private static String printable(List<String> lines) {
        return lines.stream()
                .map(Texts::printable)
                .map(String::stripTrailing)
                .collect(Collectors.joining(System.lineSeparator()));
    }

    static void addValues(MetricValues values, List<String> lines) {
        Map<Metric, String> rejected = new EnumMap<>(Metric.class);
        values.forEachRejected((metric, raw) -> rejected.put(
                metric, "; reported as " + (metric.format(raw) + " " + metric.unit()).strip() + ", which cannot be"));
        for (Metric metric : values.scope().metrics()) {
            String value = values.has(metric) ? metric.format(values.raw(metric)) : "absent";
            String unit = values.has(metric) ? metric.unit() : "";
            String meaning = metric.meaning() + rejected.getOrDefault(metric, "");
            lines.add("%-26s %16s %-8s %s".formatted(metric.column(), value, unit, meaning));
        }
    }

    /** The GPUs' part of a sample for people. */
    static final class GpuTable {
        private static final long MIB = 1 << 20;
        private static final Set<Metric> ABOUT_FAULTS =
                EnumSet.of(Metric.GPU_FAULT, Metric.GPU_HUNG_S, Metric.GPU_FATAL_XID);

        private GpuTable() {}

        static void addTo(List<String> lines, SampleReport report) {
            Inventory inventory = report.inventory();
            if (!inventory.gpuDriver().isEmpty()) {
                lines.add("");
                lines.add("GPU driver: " + inventory.gpuDriver());
            }
            for (int i = 0; i < inventory.gpus().size(); i++) {
                GpuInfo info = inventory.gpus().get(i);
                GpuSample reported = report.sampleOf(info);
                lines.add("");
                lines.add("GPU " + i + ": " + info.model() + ", " + info.uuid()
                        + (info.pciBusId().isEmpty() ? "" : ", slot " + info.pciBusId()));
                addLimits(info, lines);
                SampleReport.fault(reported.values(), Metric.GPU_FAULT)
                        .map(GpuFault::words)
                        .ifPresent(words -> lines.add("  it " + words));
                reported.xids()
                        .forEach(xid ->
                                lines.add("  XID " + xid + ": " + Xid.of(xid).meaning()));
                report.processesOn(info).forEach(process -> lines.add("  " + process(process)));
                if (hasValues(reported.values())) {
                    SampleTable.addValues(reported.values(), lines);
                }
            }
        }

        /** Of a GPU that cannot be read, nearly all is absent, and the reason stands above. */
        private static boolean hasValues(MetricValues values) {
            return values.scope().metrics().stream()
                    .filter(metric -> !ABOUT_FAULTS.contains(metric))
                    .anyMatch(values::has);
        }

        private static void addLimits(GpuInfo info, List<String> lines) {
            List<String> limits = new ArrayList<>();
            addLimit("slows down at", info.slowdownTempC(), limits);
            addLimit("turns off at", info.shutdownTempC(), limits);
            addLimit("memory safe up to", info.memMaxTempC(), limits);
            addLimit("meant to stay below", info.gpuMaxTempC(), limits);
            addLimit("aims for", info.targetTempC(), limits);
            if (!limits.isEmpty()) {
                lines.add("  " + String.join(", ", limits));
            }
        }

        private static void addLimit(String what, OptionalInt degrees, List<String> limits) {
            degrees.ifPresent(known -> limits.add(what + " " + known + " °C"));
        }

        private static String process(GpuProcess process) {
            String memory = process.memUsedBytes() > 0 ? ", " + process.memUsedBytes() / MIB + " MiB" : "";
            return "process %d %s %s%s"
                    .formatted(process.pid(), process.name(), process.user(), memory)
                    .strip();
        }
    }
}
