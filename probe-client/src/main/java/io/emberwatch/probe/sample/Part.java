package io.emberwatch.probe.sample;

import io.emberwatch.protocol.Metric;

/** Parts of a machine whose sensors of temperature are alike. */
enum Part {
    CPU(Metric.CPU_TEMP_C, Metric.CPU_MARGIN_C, "CPU"),
    NVME(Metric.NVME_TEMP_C, Metric.NVME_MARGIN_C, "NVMe drive"),
    DISK(Metric.DISK_TEMP_C, Metric.DISK_MARGIN_C, "SATA or SAS drive"),
    MEMORY(Metric.MEM_TEMP_C, Metric.MEM_MARGIN_C, "memory module");

    private final Metric temp;
    private final Metric margin;
    private final String words;

    Part(Metric temp, Metric margin, String words) {
        this.temp = temp;
        this.margin = margin;
        this.words = words;
    }

    Metric temp() {
        return temp;
    }

    Metric margin() {
        return margin;
    }

    String words() {
        return words;
    }

    /** Whether a chip of this name is on such a part; what is a CPU's takes more to know: see {@link CpuSensors}. */
    boolean hasDriver(String chip) {
        return switch (this) {
            case CPU -> false;
            case NVME -> chip.equals("nvme");
            case DISK -> chip.equals("drivetemp");
            // Modules up to DDR4, and of DDR5.
            case MEMORY -> chip.equals("jc42") || chip.equals("spd5118");
        };
    }
}
