package io.emberwatch.probe.cli;

import io.emberwatch.probe.gpu.GpuProcess;
import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.sample.SensorReading;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.util.List;
import java.util.Optional;

/**
 * All that {@code sample} has to say.
 *
 * @param temperatureRemark why there is no temperature of the CPUs; empty if there is one
 * @param remarks on what cannot be measured
 * @param processes of all GPUs
 */
record SampleReport(
        Sample sample,
        Inventory inventory,
        Optional<String> temperatureRemark,
        List<String> remarks,
        List<SensorReading> sensors,
        List<GpuProcess> processes) {
    SampleReport {
        remarks = List.copyOf(remarks);
        sensors = List.copyOf(sensors);
        processes = List.copyOf(processes);
    }

    /** What one GPU reports; nothing if the fault is its driver's. */
    GpuSample sampleOf(GpuInfo info) {
        return sample.gpus().stream()
                .filter(gpu -> gpu.uuid().equals(info.uuid()))
                .findFirst()
                .orElseGet(() -> new GpuSample(info.uuid(), MetricValues.empty(Scope.GPU)));
    }

    List<GpuProcess> processesOn(GpuInfo info) {
        return processes.stream()
                .filter(process -> process.uuid().equals(info.uuid()))
                .toList();
    }

    /** What is wrong, by one of the metrics that report faults; empty if nothing is, or if it is not known. */
    static Optional<GpuFault> fault(MetricValues values, Metric metric) {
        return values.has(metric)
                ? Optional.of(GpuFault.ofCode(values.raw(metric))).filter(fault -> fault != GpuFault.NONE)
                : Optional.empty();
    }
}
