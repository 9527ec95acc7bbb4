package io.emberwatch.probe.gpu.nvml;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lines for a fake NVML: GPUs that work, and what is changed of that. Immutable. */
record Scene(Map<String, String> lines) {
    /** So many healthy GPUs; GPU N is at N + 40 °C of 90. */
    static Scene of(int gpus) {
        Scene scene = new Scene(Map.of()).with("driver", "580.65.06").with("count", String.valueOf(gpus));
        for (int gpu = 0; gpu < gpus; gpu++) {
            scene = scene.withGpu(gpu);
        }
        return scene;
    }

    static String uuid(int gpu) {
        return "GPU-5c1f0000-0000-0000-0000-0000000000" + (10 + gpu);
    }

    static String busId(int gpu) {
        return "0000:%x:00.0".formatted(0x10 + gpu);
    }

    Scene with(String key, String value) {
        Map<String, String> changed = new LinkedHashMap<>(lines);
        changed.put(key, value);
        return new Scene(changed);
    }

    Scene without(String... keys) {
        Map<String, String> changed = new LinkedHashMap<>(lines);
        List.of(keys).forEach(changed::remove);
        return new Scene(changed);
    }

    /** The same with a driver that was loaded anew. */
    Scene reloaded() {
        return with("epoch", String.valueOf(Integer.parseInt(lines.getOrDefault("epoch", "0")) + 1));
    }

    List<String> text() {
        return lines.entrySet().stream()
                .map(line -> line.getKey() + " " + line.getValue())
                .toList();
    }

    private Scene withGpu(int gpu) {
        String[] values = {
            "uuid", uuid(gpu),
            "name", "NVIDIA H200",
            "bus", "0000" + busId(gpu),
            "temp", String.valueOf(40 + gpu),
            "mem_temp", String.valueOf(50 + gpu),
            "shutdown", "95",
            "slowdown", "90",
            "mem_max", "105",
            "gpu_max", "87",
            "util", "97",
            "mem_util", "41",
            "mem_total", "150323855360",
            "mem_used", "120259084288",
            "power", "698123",
            "power_limit", "700000",
            "sm_clock", "1980",
            "mem_clock", "3201",
            "fan", "55",
            "pstate", "0",
            "throttle", "0x0",
            "ecc_corrected", "5",
            "ecc_uncorrected", "0",
            "rows_corrected", "3",
            "rows_uncorrected", "1",
            "rows_pending", "0",
            "rows_failed", "0",
            "replays", "7",
            "recovery", "0",
            "pid", String.valueOf(ProcessHandle.current().pid()),
            "pid_mem", String.valueOf(1_073_741_824L * (1 + gpu)),
            "mig", "0"
        };
        Map<String, String> changed = new LinkedHashMap<>(lines);
        for (int i = 0; i < values.length; i += 2) {
            changed.put(gpu + "." + values[i], values[i + 1]);
        }
        return new Scene(changed);
    }
}
