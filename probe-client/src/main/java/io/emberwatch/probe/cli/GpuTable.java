package io.emberwatch.probe.cli;

import io.emberwatch.probe.gpu.GpuProcess;
import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Xid;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** The GPUs' part of a sample for people. */
final class GpuTable {
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
            GpuInfo card = inventory.gpus().get(i);
            GpuSample told = report.sampleOf(card);
            lines.add("");
            lines.add("GPU " + i + ": " + card.model() + ", " + card.uuid()
                    + (card.pciBusId().isEmpty() ? "" : ", slot " + card.pciBusId()));
            addLimits(card, lines);
            SampleReport.fault(told.values(), Metric.GPU_FAULT)
                    .map(GpuFault::words)
                    .ifPresent(words -> lines.add("  it " + words));
            told.xids()
                    .forEach(
                            xid -> lines.add("  XID " + xid + ": " + Xid.of(xid).meaning()));
            report.processesOn(card).forEach(process -> lines.add("  " + process(process)));
            if (hasValues(told.values())) {
                SampleTable.addValues(told.values(), lines);
            }
        }
    }

    /** Of a card that cannot be read, nearly all is absent, and the reason stands above. */
    private static boolean hasValues(MetricValues values) {
        return values.scope().metrics().stream()
                .filter(metric -> !ABOUT_FAULTS.contains(metric))
                .anyMatch(values::has);
    }

    private static void addLimits(GpuInfo card, List<String> lines) {
        List<String> limits = new ArrayList<>();
        addLimit("slows down at", card.slowdownTempC(), limits);
        addLimit("turns off at", card.shutdownTempC(), limits);
        addLimit("memory safe up to", card.memMaxTempC(), limits);
        addLimit("meant to stay below", card.gpuMaxTempC(), limits);
        addLimit("aims for", card.targetTempC(), limits);
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
