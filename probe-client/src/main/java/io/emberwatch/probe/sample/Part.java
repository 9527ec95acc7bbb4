package io.emberwatch.probe.sample;

import io.emberwatch.protocol.Metric;

/** Parts of a machine whose sensors of temperature are alike. */
enum Part {
    /** Known by more than a driver's name: see {@link CpuSensors}. */
    CPU(Metric.CPU_TEMP_C, Metric.CPU_MARGIN_C, "CPU", ""),
    NVME(Metric.NVME_TEMP_C, Metric.NVME_MARGIN_C, "NVMe drive", "nvme"),
    DISK(Metric.DISK_TEMP_C, Metric.DISK_MARGIN_C, "SATA or SAS drive", "drivetemp"),
    /** Modules up to DDR4, and of DDR5. */
    MEMORY(Metric.MEM_TEMP_C, Metric.MEM_MARGIN_C, "memory module", "jc42|spd5118");

    private final Metric temp;
    private final Metric margin;
    private final String words;
    private final String drivers;

    Part(Metric temp, Metric margin, String words, String drivers) {
        this.temp = temp;
        this.margin = margin;
        this.words = words;
        this.drivers = drivers;
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

    /** Whether a chip of this name is on such a part. */
    boolean hasDriver(String chip) {
        return chip.matches(drivers);
    }
}
