package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Scope;
import java.io.File;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.software.os.OperatingSystem;

/** Which sampler measures what: all of {@link Scope#MACHINE} but {@link Metric#SPOOL_USED_PERCENT}, which the spool adds. */
public final class Samplers {
    private Samplers() {}

    /**
     * The samplers of this machine.
     *
     * @param system the one and only; making another costs a hundred times as much as asking it
     * @param nanoTime {@link System#nanoTime()}
     */
    public static List<Sampler> ofMachine(SystemInfo system, KernelTree tree, LongSupplier nanoTime) {
        CentralProcessor cpu = system.getHardware().getProcessor();
        OperatingSystem os = system.getOperatingSystem();
        MachineSensors sensors = new MachineSensors(tree, nanoTime);
        boolean virtual = !Virtualization.of(tree).equals(Virtualization.NONE);
        return List.of(
                new CpuTempSampler(cpuSensors(system, sensors)),
                new FanSampler(sensors, tree),
                parts("nvme-temp", tree, nanoTime, PartTempSampler.NVME, Metric.NVME_TEMP_C),
                parts("mem-temp", tree, nanoTime, PartTempSampler.MEMORY, Metric.MEM_TEMP_C),
                new CpuTimeSampler(cpu::getSystemCpuLoadTicks, virtual),
                new LoadSampler(() -> cpu.getSystemLoadAverage(3), cpu.getLogicalProcessorCount()),
                new MemorySampler(system.getHardware().getMemory()),
                new FilesystemSampler(new MountTable(tree), Samplers::spaceAt),
                new DiskSampler(tree, nanoTime),
                new NetSampler(tree, nanoTime),
                new UptimeSampler(os::getSystemUptime),
                new ProcessSampler(os::getProcessCount));
    }

    /** Drives answer through their controllers, and memory modules over a slow bus. */
    private static Sampler parts(
            String what, KernelTree tree, LongSupplier nanoTime, Set<String> chips, Metric metric) {
        return new DeadlineSampler(
                what,
                new PartTempSampler(new MachineSensors(tree, nanoTime), chips, metric),
                DeadlineSampler.USUAL_DEADLINE);
    }

    static CpuSensors cpuSensors(SystemInfo system, MachineSensors sensors) {
        return new CpuSensors(sensors, system.getHardware().getSensors()::getCpuTemperature);
    }

    private static FilesystemSampler.Space spaceAt(String mountPoint) {
        File path = new File(mountPoint);
        return new FilesystemSampler.Space(path.getTotalSpace(), path.getFreeSpace(), path.getUsableSpace());
    }
}
