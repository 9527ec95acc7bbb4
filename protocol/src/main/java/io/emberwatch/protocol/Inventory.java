package io.emberwatch.protocol;

import java.util.List;
import java.util.OptionalInt;

/**
 * What the machine is made of. Sent after WELCOME before the first READINGS, and again whenever it changes; READINGS
 * refer to GPUs by their position in the last one sent. Texts are empty where unknown. A number that cannot be true is
 * taken for unknown.
 *
 * @param hostname the machine's own idea of its name
 * @param model maker and model of the machine
 * @param os operating system and version
 * @param kernel kernel version
 * @param cpuModel model of the CPU
 * @param cpuCount logical CPUs, 0 if unknown
 * @param memTotalBytes memory fitted, 0 if unknown
 * @param virtualization {@code none} for bare metal, else the hypervisor's name
 * @param gpus at most {@value WireLimits#MAX_GPUS}
 * @param gpuDriver name and version of the driver of its GPUs; several with commas between them
 * @param tempSensorCount sensors that report a temperature of its CPUs; 0 on most virtual machines
 */
public record Inventory(
        String hostname,
        String model,
        String os,
        String kernel,
        String cpuModel,
        int cpuCount,
        long memTotalBytes,
        String virtualization,
        List<GpuInfo> gpus,
        String gpuDriver,
        OptionalInt tempSensorCount)
        implements Message {
    public Inventory {
        Texts.requireText("hostname", hostname);
        Texts.requireText("model", model);
        Texts.requireText("os", os);
        Texts.requireText("kernel", kernel);
        Texts.requireText("CPU model", cpuModel);
        Texts.requireText("virtualization", virtualization);
        Texts.requireText("GPU driver", gpuDriver);
        cpuCount = Math.max(cpuCount, 0);
        memTotalBytes = Metric.MEM_TOTAL_BYTES.isCredible(memTotalBytes) ? memTotalBytes : 0;
        tempSensorCount = tempSensorCount.orElse(-1) < 0 ? OptionalInt.empty() : tempSensorCount;
        gpus = List.copyOf(gpus);
        if (gpus.size() > WireLimits.MAX_GPUS) {
            throw new IllegalArgumentException("more than " + WireLimits.MAX_GPUS + " GPUs: " + gpus.size());
        }
    }

    /** The same machine with these GPUs. */
    public Inventory withGpus(List<GpuInfo> others) {
        return withGpus(others, gpuDriver);
    }

    /** The same machine with these GPUs and their driver. */
    public Inventory withGpus(List<GpuInfo> others, String driver) {
        return new Inventory(
                hostname,
                model,
                os,
                kernel,
                cpuModel,
                cpuCount,
                memTotalBytes,
                virtualization,
                others,
                driver,
                tempSensorCount);
    }
}
