package io.emberwatch.probe.cli;

import io.emberwatch.probe.gpu.GpuProcess;
import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.probe.sample.SensorReading;
import io.emberwatch.probe.sample.SensorReading.Kind;
import io.emberwatch.probe.status.FlatJson;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * A sample as one JSON object on one line, for scripts. Numbers are numbers, without quotes; what is not known is {@code
 * null}. Names stay, and new ones may be added:
 *
 * <pre>
 * taken_at                           when, ISO 8601
 * every metric of the machine        by its column name
 * gpu_driver_fault_text              what gpu_driver_fault means
 * inventory                          hostname, model, os, kernel, cpu_model, cpu_count, mem_total_bytes,
 *                                    virtualization ("none": bare metal), gpu_driver, temp_sensor_count
 * sensors                            array of chip, device, label and temp_c or fan_rpm
 * gpus                               array: every card, also one that cannot be read
 *     uuid, model, pci_bus_id, slowdown_temp_c, shutdown_temp_c, mem_max_temp_c, gpu_max_temp_c, target_temp_c
 *     gpu_fault_text                 what gpu_fault means
 *     xids                           array of codes
 *     processes                      array of pid, name, user, mem_used_bytes (0: not known)
 *     every metric of a GPU          by its column name
 * </pre>
 */
final class SampleJson {
    private SampleJson() {}

    static String of(SampleReport report) {
        StringJoiner object = new StringJoiner(",", "{", "}");
        object.add("\"taken_at\":" + text(report.sample().takenAt().toString()));
        MetricValues machine = report.sample().machine();
        addValues(machine, object);
        object.add("\"gpu_driver_fault_text\":" + faultText(machine, Metric.GPU_DRIVER_FAULT));
        object.add("\"inventory\":" + inventory(report.inventory()));
        object.add("\"sensors\":"
                + report.sensors().stream().map(SampleJson::sensor).collect(Collectors.joining(",", "[", "]")));
        object.add("\"gpus\":"
                + report.inventory().gpus().stream()
                        .map(card -> gpu(card, report))
                        .collect(Collectors.joining(",", "[", "]")));
        return object.toString();
    }

    private static String inventory(Inventory inventory) {
        return new StringJoiner(",", "{", "}")
                .add("\"hostname\":" + text(inventory.hostname()))
                .add("\"model\":" + text(inventory.model()))
                .add("\"os\":" + text(inventory.os()))
                .add("\"kernel\":" + text(inventory.kernel()))
                .add("\"cpu_model\":" + text(inventory.cpuModel()))
                .add("\"cpu_count\":" + inventory.cpuCount())
                .add("\"mem_total_bytes\":" + inventory.memTotalBytes())
                .add("\"virtualization\":" + text(inventory.virtualization()))
                .add("\"gpu_driver\":" + text(inventory.gpuDriver()))
                .add("\"temp_sensor_count\":" + number(inventory.tempSensorCount()))
                .toString();
    }

    private static String sensor(SensorReading sensor) {
        OptionalDouble value = sensor.value();
        String number = value.isEmpty()
                ? "null"
                : sensor.kind() == Kind.FAN_RPM
                        ? Long.toString((long) value.getAsDouble())
                        : Double.toString(value.getAsDouble());
        return new StringJoiner(",", "{", "}")
                .add("\"chip\":" + text(sensor.chip()))
                .add("\"device\":" + text(sensor.device()))
                .add("\"label\":" + text(sensor.label()))
                .add((sensor.kind() == Kind.FAN_RPM ? "\"fan_rpm\":" : "\"temp_c\":") + number)
                .toString();
    }

    private static String gpu(GpuInfo card, SampleReport report) {
        GpuSample told = report.sampleOf(card);
        StringJoiner object = new StringJoiner(",", "{", "}")
                .add("\"uuid\":" + text(card.uuid()))
                .add("\"model\":" + text(card.model()))
                .add("\"pci_bus_id\":" + text(card.pciBusId()))
                .add("\"slowdown_temp_c\":" + number(card.slowdownTempC()))
                .add("\"shutdown_temp_c\":" + number(card.shutdownTempC()))
                .add("\"mem_max_temp_c\":" + number(card.memMaxTempC()))
                .add("\"gpu_max_temp_c\":" + number(card.gpuMaxTempC()))
                .add("\"target_temp_c\":" + number(card.targetTempC()))
                .add("\"gpu_fault_text\":" + faultText(told.values(), Metric.GPU_FAULT))
                .add("\"xids\":" + told.xids().stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]")))
                .add("\"processes\":"
                        + report.processesOn(card).stream()
                                .map(SampleJson::process)
                                .collect(Collectors.joining(",", "[", "]")));
        addValues(told.values(), object);
        return object.toString();
    }

    private static String process(GpuProcess process) {
        return new StringJoiner(",", "{", "}")
                .add("\"pid\":" + process.pid())
                .add("\"name\":" + text(process.name()))
                .add("\"user\":" + text(process.user()))
                .add("\"mem_used_bytes\":" + process.memUsedBytes())
                .toString();
    }

    private static void addValues(MetricValues values, StringJoiner object) {
        values.scope()
                .metrics()
                .forEach(metric -> object.add(text(metric.column()) + ":"
                        + (values.has(metric) ? metric.format(values.raw(metric)) : "null")));
    }

    private static String faultText(MetricValues values, Metric metric) {
        return SampleReport.fault(values, metric)
                .map(GpuFault::words)
                .map(SampleJson::text)
                .orElse("null");
    }

    private static String number(OptionalInt number) {
        return number.isPresent() ? Integer.toString(number.getAsInt()) : "null";
    }

    private static String text(String text) {
        return FlatJson.quoted(text);
    }
}
