package io.emberwatch.probe.cli;

import io.emberwatch.probe.gpu.GpuProcess;
import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.sample.SensorReading;
import io.emberwatch.probe.sample.SensorReading.Details;
import io.emberwatch.probe.sample.SensorReading.Kind;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Reports to print. */
final class SampleReports {
    private static final OptionalInt UNKNOWN = OptionalInt.empty();

    private SampleReports() {}

    /** A machine with two cards, one of which is lost, and one process with a name that steers terminals. */
    static SampleReport ofTwoGpus() {
        GpuInfo works = new GpuInfo(
                "GPU-a",
                "\"X\"",
                "0000:3b:00.0",
                OptionalInt.of(87),
                OptionalInt.of(92),
                OptionalInt.of(95),
                UNKNOWN,
                OptionalInt.of(84));
        GpuInfo lost = GpuInfo.withoutLimits("GPU-b", "X", "0000:5e:00.0");
        MetricValues hot = MetricValues.builder(Scope.GPU)
                .set(Metric.GPU_TEMP_C, 70.5)
                .set(Metric.GPU_POWER_W, 4_294_967.2)
                .build();
        MetricValues gone = MetricValues.builder(Scope.GPU)
                .set(Metric.GPU_FAULT, GpuFault.LOST.code())
                .build();
        MetricValues machine = MetricValues.builder(Scope.MACHINE)
                .set(Metric.GPU_DRIVER_FAULT, 0)
                .build();
        return new SampleReport(
                new Sample(
                        Instant.EPOCH,
                        machine,
                        List.of(new GpuSample("GPU-a", hot), new GpuSample("GPU-b", gone, List.of(79)))),
                inventory("none", List.of(works, lost)),
                Optional.empty(),
                List.of("the filesystem /home/\u001b[2J (ext4 on /dev/sdb1) cannot be measured"),
                List.of(
                        new SensorReading(
                                "coretemp",
                                "coretemp.0",
                                "Package id 0",
                                Kind.TEMP_C,
                                OptionalDouble.of(54),
                                Details.NONE),
                        new SensorReading(
                                "nct6798", "nct6775.2608", "fan2", Kind.FAN_RPM, OptionalDouble.of(8437), Details.NONE),
                        new SensorReading(
                                "nvme", "nvme0", "Composite", Kind.TEMP_C, OptionalDouble.empty(), Details.NONE)),
                List.of(new GpuProcess("GPU-a", 4711, "py\u001b[2Jthon", "wang", 3L << 30)));
    }

    /** A machine with a sensor that signals an alarm, and one that is not known. */
    static List<SensorReading> sensorsInDetail() {
        return List.of(
                new SensorReading(
                        "nvme",
                        "nvme0",
                        "Composite",
                        Kind.TEMP_C,
                        OptionalDouble.of(73.85),
                        new Details(
                                List.of(
                                        new SensorReading.Limit("crit", 74.85, true),
                                        new SensorReading.Limit("max", 65_261.85, false)),
                                Map.of("alarm", true),
                                List.of(Metric.NVME_TEMP_C, Metric.NVME_MARGIN_C),
                                "so says its driver")),
                new SensorReading(
                        "acpitz",
                        "thermal_zone0",
                        "temp1",
                        Kind.TEMP_C,
                        OptionalDouble.empty(),
                        new Details(List.of(), Map.of(), List.of(), "reading it failed")));
    }

    static Inventory inventory() {
        return inventory("none", List.of());
    }

    /** A machine whose one GPU needs a restart and still reports its temperature. */
    static SampleReport ofRestart() {
        MetricValues values = MetricValues.builder(Scope.GPU)
                .set(Metric.GPU_TEMP_C, 70.5)
                .set(Metric.GPU_FAULT, GpuFault.RESTART_REQUIRED.code())
                .build();
        return new SampleReport(
                new Sample(Instant.EPOCH, MetricValues.empty(Scope.MACHINE), List.of(new GpuSample("GPU-a", values))),
                inventory("none", List.of(GpuInfo.withoutLimits("GPU-a", "X", ""))),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of());
    }

    /** A virtual machine without a sensor whose driver does not work. */
    static SampleReport ofDriverFault() {
        MetricValues machine = MetricValues.builder(Scope.MACHINE)
                .set(Metric.GPU_DRIVER_FAULT, GpuFault.DRIVER_MISMATCH.code())
                .build();
        return new SampleReport(
                new Sample(Instant.EPOCH, machine, List.of()),
                inventory("kvm", List.of(GpuInfo.withoutLimits("GPU-a", "X", ""))),
                Optional.of("no temperature sensor: virtual machine on kvm"),
                List.of(),
                List.of(),
                List.of());
    }

    private static Inventory inventory(String virtualization, List<GpuInfo> gpus) {
        return new Inventory(
                "gpu-7",
                "Maker Model",
                "Debian 12",
                "6.1.0",
                "CPU",
                128,
                1L << 40,
                virtualization,
                gpus,
                "NVIDIA 580.65.06",
                OptionalInt.of(virtualization.equals("none") ? 2 : 0));
    }
}
