package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.Metric;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.software.os.OperatingSystem;

/** Which sampler measures what: the one list of them. Whatever the catalogue has of the machine must be in it. */
public final class Samplers {
    /** Drivers of NVMe drives' sensors. */
    static final Set<String> NVME_CHIPS = Set.of("nvme");
    /** Of those on memory modules, up to DDR4 and of DDR5. */
    static final Set<String> MEMORY_CHIPS = Set.of("jc42", "spd5118");

    private Samplers() {}

    /**
     * The samplers of this machine. Making them asks for a few facts, but for no value.
     *
     * @param system the one and only; making another costs a hundred times as much as asking it
     * @param spoolUsedPercent how full the spool is just before the reading that says so; empty where there is none
     * @param nanoTime {@link System#nanoTime()}
     */
    public static List<Sampler> ofMachine(
            SystemInfo system, KernelTree tree, Supplier<OptionalDouble> spoolUsedPercent, LongSupplier nanoTime) {
        CentralProcessor cpu = system.getHardware().getProcessor();
        OperatingSystem os = system.getOperatingSystem();
        MachineSensors sensors = new MachineSensors(tree, nanoTime);
        boolean virtual = !Virtualization.of(tree).equals(Virtualization.NONE);
        return List.of(
                Sampler.of(Metric.CPU_MARGIN_C, OptionalDouble::empty),
                Sampler.of(Metric.NVME_MARGIN_C, OptionalDouble::empty),
                Sampler.of(Metric.DISK_TEMP_C, OptionalDouble::empty),
                Sampler.of(Metric.DISK_MARGIN_C, OptionalDouble::empty),
                Sampler.of(Metric.MEM_MARGIN_C, OptionalDouble::empty),
                Sampler.of(Metric.TEMP_ALARM_COUNT, OptionalDouble::empty),
                Sampler.of(Metric.FS_INODES_USED_PERCENT, OptionalDouble::empty),
                Sampler.of(Metric.FS_READ_ONLY_COUNT, OptionalDouble::empty),
                Sampler.of(Metric.FS_UNREACHABLE_COUNT, OptionalDouble::empty),
                Sampler.of(Metric.HUNG_READ_COUNT, OptionalDouble::empty),
                Sampler.of(Metric.CPU_TEMP_C, cpuSensors(system, sensors)::hottest),
                new FanSampler(sensors, tree),
                slow("nvme-temp", Metric.NVME_TEMP_C, NVME_CHIPS, new MachineSensors(tree, nanoTime)),
                slow("mem-temp", Metric.MEM_TEMP_C, MEMORY_CHIPS, new MachineSensors(tree, nanoTime)),
                new CpuTimeSampler(tree, virtual),
                new LoadSampler(() -> cpu.getSystemLoadAverage(3), cpu.getLogicalProcessorCount()),
                new MemorySampler(tree),
                new PressureSampler(tree),
                new FilesystemSampler(tree),
                DeviceSampler.ofDisks(tree, nanoTime),
                DeviceSampler.ofNetworkInterfaces(tree, nanoTime),
                Sampler.of(Metric.UPTIME_S, () -> OptionalDouble.of((double) os.getSystemUptime())),
                Sampler.of(Metric.PROCESS_COUNT, new ProcessCount(tree)::count),
                Sampler.of(Metric.SPOOL_USED_PERCENT, spoolUsedPercent::get));
    }

    /** Drives answer through their controllers, and memory modules over a slow bus. */
    private static Sampler slow(String name, Metric metric, Set<String> chips, MachineSensors sensors) {
        return new DeadlineSampler(
                name, Sampler.of(metric, () -> sensors.hottestOf(chips)), DeadlineSampler.USUAL_DEADLINE);
    }

    static CpuSensors cpuSensors(SystemInfo system, MachineSensors sensors) {
        return new CpuSensors(sensors, system.getHardware().getSensors()::getCpuTemperature);
    }
}
