package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Json;
import io.emberwatch.collector.cli.print.TextTable;
import io.emberwatch.collector.model.KnownGpu;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.Metric;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** How cards are shown. */
final class GpuTexts {
    private GpuTexts() {}

    /** How they are doing, in a table. */
    static String list(List<KnownGpu> gpus, Instant now) {
        TextTable table = new TextTable(
                "MACHINE", "SLOT", "MODEL", "UUID", "STATE", "TEMPERATURE", "MARGIN", "TARGET", "LAST SEEN");
        for (KnownGpu gpu : gpus) {
            table.row(
                    gpu.machine(),
                    gpu.slot(),
                    gpu.model(),
                    gpu.uuid(),
                    state(gpu),
                    degrees(gpu.heat().tempC()),
                    degrees(gpu.heat().marginC()),
                    degrees(gpu.limits().targetTempC()),
                    MachineTexts.ago(gpu.lastSeenAt(), now));
        }
        return table.toString();
    }

    /** What they are, in a table; empty if there are none. */
    static String hardware(List<KnownGpu> gpus) {
        if (gpus.isEmpty()) {
            return "";
        }
        TextTable table = new TextTable(
                "SLOT",
                "MODEL",
                "UUID",
                "PCI BUS ID",
                "SLOWS DOWN",
                "TURNS OFF",
                "HIGHEST",
                "TARGET",
                "MEMORY",
                "STATE");
        for (KnownGpu gpu : gpus) {
            table.row(
                    gpu.slot(),
                    gpu.model(),
                    gpu.uuid(),
                    gpu.pciBusId(),
                    degrees(gpu.limits().slowdownTempC()),
                    degrees(gpu.limits().shutdownTempC()),
                    degrees(gpu.limits().gpuMaxTempC()),
                    degrees(gpu.limits().targetTempC()),
                    degrees(gpu.limits().memMaxTempC()),
                    state(gpu));
        }
        return table.toString();
    }

    static List<Map<String, Object>> describe(List<KnownGpu> gpus) {
        return gpus.stream().map(GpuTexts::describe).toList();
    }

    static Map<String, Object> describe(KnownGpu gpu) {
        return Json.object(
                "machine", gpu.machine(),
                "slot", gpu.slot(),
                "model", gpu.model(),
                "uuid", gpu.uuid(),
                "pci_bus_id", gpu.pciBusId(),
                "slowdown_temp_c", number(gpu.limits().slowdownTempC()),
                "shutdown_temp_c", number(gpu.limits().shutdownTempC()),
                "gpu_max_temp_c", number(gpu.limits().gpuMaxTempC()),
                "mem_max_temp_c", number(gpu.limits().memMaxTempC()),
                "target_temp_c", number(gpu.limits().targetTempC()),
                "state", gpu.state(),
                "fault", gpu.wrong().map(fault -> fault.name().toLowerCase(Locale.ROOT)),
                "fatal_xid", number(gpu.fatalXid()),
                "gpu_temp_c", number(gpu.heat().tempC()),
                "gpu_slowdown_margin_c", number(gpu.heat().marginC()),
                "last_seen_at", gpu.lastSeenAt(),
                "retired_at", gpu.retiredAt());
    }

    /** For sentences: which card of a machine. */
    static String name(KnownGpu gpu) {
        return "GPU " + gpu.slot() + " of " + gpu.machine() + " (" + gpu.model() + ", " + gpu.uuid() + ")";
    }

    private static String state(KnownGpu gpu) {
        String fault = gpu.wrong().map(GpuFault::words).orElse("");
        return switch (gpu.state()) {
            case FAULTY -> fault.isEmpty() ? "fatal XID error " + gpu.fatalXid().getAsInt() : fault;
            case UNKNOWN -> fault.isEmpty() ? "unknown" : "unknown: " + fault;
            case OK, MISSING, RETIRED, GONE -> gpu.state().toString();
        };
    }

    private static String degrees(OptionalDouble value) {
        return value.isPresent() ? Metric.GPU_TEMP_C.format(Metric.GPU_TEMP_C.toRaw(value.getAsDouble())) + " °C" : "";
    }

    private static String degrees(OptionalInt value) {
        return value.isPresent() ? value.getAsInt() + " °C" : "";
    }

    private static Object number(OptionalDouble value) {
        return value.isPresent() ? value.getAsDouble() : null;
    }

    private static Object number(OptionalInt value) {
        return value.isPresent() ? value.getAsInt() : null;
    }
}
