package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Json;
import io.emberwatch.collector.model.MachineHardware;
import java.util.LinkedHashMap;
import java.util.Map;

/** How it is shown what a machine is made of. */
final class HardwareTexts {
    private static final String BARE_METAL = "none";

    private HardwareTexts() {}

    /** What it is and its value, in the order in which they are shown. */
    static Map<String, String> facts(MachineHardware hardware) {
        Map<String, String> facts = new LinkedHashMap<>();
        if (!hardware.model().isEmpty()) {
            facts.put("found", hardware.model());
        }
        facts.put("system", hardware.os() + ", " + hardware.kernel());
        facts.put("cpu", hardware.cpuModel() + " (" + hardware.cpuCount() + ")");
        String kind = hardware.virtualization();
        if (!kind.isEmpty()) {
            facts.put("runs on", kind.equals(BARE_METAL) ? "bare metal" : kind + ", a virtual machine");
        }
        if (hardware.tempSensorCount().orElse(1) == 0) {
            boolean isVirtual = !kind.isEmpty() && !kind.equals(BARE_METAL);
            facts.put("cpu temperature", "no temperature sensor" + (isVirtual ? ", as is usual on " + kind : ""));
        }
        if (!hardware.gpuDriver().isEmpty()) {
            facts.put("gpu driver", hardware.gpuDriver());
        }
        return facts;
    }

    static Map<String, Object> describe(MachineHardware hardware) {
        return Json.object(
                "model", hardware.model(),
                "os", hardware.os(),
                "kernel", hardware.kernel(),
                "cpu_model", hardware.cpuModel(),
                "cpu_count", hardware.cpuCount(),
                "virtualization", hardware.virtualization(),
                "temp_sensor_count",
                        hardware.tempSensorCount().isPresent()
                                ? hardware.tempSensorCount().getAsInt()
                                : null,
                "gpu_driver", hardware.gpuDriver());
    }
}
