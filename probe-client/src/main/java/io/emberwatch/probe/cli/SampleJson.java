package io.emberwatch.probe.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.emberwatch.probe.gpu.GpuProcess;
import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.probe.sample.SensorReading;
import io.emberwatch.probe.sample.SensorReading.Kind;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Texts;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * A sample as one JSON object on one line, for scripts. Numbers are numbers, without quotes; what is not known is
 * {@code null}. Names stay, and new ones may be added:
 *
 * <pre>
 * taken_at                           when, ISO 8601
 * every metric of the machine        by its column name
 * gpu_driver_fault_text              what gpu_driver_fault means
 * inventory                          hostname, model, os, kernel, cpu_model, cpu_count, mem_total_bytes,
 *                                    virtualization ("none": bare metal), gpu_driver, temp_sensor_count
 * remarks                            array of texts: what cannot be measured, why, and what to do
 * sensors                            array of chip, device, label and temp_c or fan_rpm
 * gpus                               array: every GPU, also one that cannot be read
 *     uuid, model, pci_bus_id, slowdown_temp_c, shutdown_temp_c, mem_max_temp_c, gpu_max_temp_c, target_temp_c
 *     gpu_fault_text                 what gpu_fault means
 *     xids                           array of codes
 *     processes                      array of pid, name, user, mem_used_bytes (0: not known)
 *     every metric of a GPU          by its column name
 * </pre>
 *
 * <p>With {@code --sensors} it has inventory, temperature_remark (why there is no temperature of the CPUs) and sensors
 * alone, and each sensor has besides:
 *
 * <pre>
 * own_limits                         array of name, temp_c and is_one (false: what stands there if nobody set one)
 * own_flags                          its alarms, by the kernel's names, and whether they are set
 * taken_for                          array of metrics
 * why                                it was taken for these, or for none
 * </pre>
 */
final class SampleJson {
    private SampleJson() {}

    static String of(SampleReport report) {
        MetricValues machine = report.sample().machine();
        JsonObject sample = new JsonObject();
        sample.addProperty("taken_at", report.sample().takenAt().toString());
        addValues(sample, machine);
        sample.addProperty("gpu_driver_fault_text", faultText(machine, Metric.GPU_DRIVER_FAULT));
        sample.add("inventory", inventory(report.inventory()));
        sample.add("remarks", array(report.remarks(), JsonPrimitive::new));
        sample.add("sensors", array(report.sensors(), SampleJson::sensor));
        sample.add("gpus", array(report.inventory().gpus(), gpu -> gpu(gpu, report)));
        return Texts.printableJson(sample.toString());
    }

    /** Every sensor, with what it was taken for and why. */
    static String ofSensors(Inventory inventory, Optional<String> temperatureRemark, List<SensorReading> sensors) {
        JsonObject object = new JsonObject();
        object.add("inventory", inventory(inventory));
        object.addProperty("temperature_remark", temperatureRemark.orElse(null));
        object.add("sensors", array(sensors, SampleJson::sensorInDetail));
        return Texts.printableJson(object.toString());
    }

    private static JsonObject sensorInDetail(SensorReading sensor) {
        JsonObject object = sensor(sensor);
        SensorReading.Details details = sensor.details();
        object.add("own_limits", array(details.limits(), limit -> {
            JsonObject own = new JsonObject();
            own.addProperty("name", limit.name());
            own.addProperty("temp_c", limit.degrees());
            own.addProperty("is_one", limit.isOne());
            return own;
        }));
        JsonObject flags = new JsonObject();
        details.flags().forEach(flags::addProperty);
        object.add("own_flags", flags);
        object.add("taken_for", array(details.takenFor(), metric -> new JsonPrimitive(metric.column())));
        object.addProperty("why", details.why());
        return object;
    }

    private static JsonObject inventory(Inventory inventory) {
        JsonObject object = new JsonObject();
        object.addProperty("hostname", inventory.hostname());
        object.addProperty("model", inventory.model());
        object.addProperty("os", inventory.os());
        object.addProperty("kernel", inventory.kernel());
        object.addProperty("cpu_model", inventory.cpuModel());
        object.addProperty("cpu_count", inventory.cpuCount());
        object.addProperty("mem_total_bytes", inventory.memTotalBytes());
        object.addProperty("virtualization", inventory.virtualization());
        object.addProperty("gpu_driver", inventory.gpuDriver());
        object.add("temp_sensor_count", number(inventory.tempSensorCount()));
        return object;
    }

    private static JsonObject sensor(SensorReading sensor) {
        JsonObject object = new JsonObject();
        object.addProperty("chip", sensor.chip());
        object.addProperty("device", sensor.device());
        object.addProperty("label", sensor.label());
        boolean isFan = sensor.kind() == Kind.FAN_RPM;
        Double value = sensor.value().isPresent() ? sensor.value().getAsDouble() : null;
        object.addProperty(isFan ? "fan_rpm" : "temp_c", isFan && value != null ? (Number) value.longValue() : value);
        return object;
    }

    private static JsonObject gpu(GpuInfo gpu, SampleReport report) {
        GpuSample sample = report.sampleOf(gpu);
        JsonObject object = new JsonObject();
        object.addProperty("uuid", gpu.uuid());
        object.addProperty("model", gpu.model());
        object.addProperty("pci_bus_id", gpu.pciBusId());
        object.add("slowdown_temp_c", number(gpu.slowdownTempC()));
        object.add("shutdown_temp_c", number(gpu.shutdownTempC()));
        object.add("mem_max_temp_c", number(gpu.memMaxTempC()));
        object.add("gpu_max_temp_c", number(gpu.gpuMaxTempC()));
        object.add("target_temp_c", number(gpu.targetTempC()));
        object.addProperty("gpu_fault_text", faultText(sample.values(), Metric.GPU_FAULT));
        object.add("xids", array(sample.xids(), JsonPrimitive::new));
        object.add("processes", array(report.processesOn(gpu), SampleJson::process));
        addValues(object, sample.values());
        return object;
    }

    private static JsonObject process(GpuProcess process) {
        JsonObject object = new JsonObject();
        object.addProperty("pid", process.pid());
        object.addProperty("name", process.name());
        object.addProperty("user", process.user());
        object.addProperty("mem_used_bytes", process.memUsedBytes());
        return object;
    }

    private static void addValues(JsonObject object, MetricValues values) {
        for (Metric metric : values.scope().metrics()) {
            object.addProperty(
                    metric.column(), values.has(metric) ? new BigDecimal(metric.format(values.raw(metric))) : null);
        }
    }

    private static String faultText(MetricValues values, Metric metric) {
        return SampleReport.fault(values, metric).map(GpuFault::words).orElse(null);
    }

    private static JsonElement number(OptionalInt number) {
        return number.isPresent() ? new JsonPrimitive(number.getAsInt()) : JsonNull.INSTANCE;
    }

    private static <T> JsonArray array(List<T> values, Function<T, JsonElement> element) {
        JsonArray array = new JsonArray();
        values.stream().map(element).forEach(array::add);
        return array;
    }
}
