package io.emberwatch.probe.sample;

import io.emberwatch.probe.deadline.DeadlineCalls;
import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.Metric;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Which sampler measures what: the one list of them. Whatever the catalogue has of the machine must be in it. */
public final class Samplers {
    private Samplers() {}

    /**
     * The samplers of this machine. Making them asks for a few facts, but for no value.
     *
     * @param logicalCpus that share the load; 0 if unknown
     * @param tree watched by {@code calls}
     * @param calls of the readings that are made of these
     * @param spoolUsedPercent how full the spool is just before the reading that says so; empty where there is none
     * @param nanoTime {@link System#nanoTime()}
     */
    public static List<Sampler> ofMachine(
            int logicalCpus,
            KernelTree tree,
            DeadlineCalls calls,
            Supplier<OptionalDouble> spoolUsedPercent,
            LongSupplier nanoTime) {
        MachineSensors sensors = new MachineSensors(tree, nanoTime);
        TempAlarms alarms = new TempAlarms();
        boolean virtual = !Virtualization.of(tree).equals(Virtualization.NONE);
        return List.of(
                new HungReadSampler(calls),
                new PartSampler(Part.CPU, sensors, new CpuSensors(sensors, tree)::temps, alarms),
                new FanSampler(sensors, tree),
                ofDrives(Part.NVME, sensors, alarms),
                ofDrives(Part.DISK, sensors, alarms),
                ofDrives(Part.MEMORY, sensors, alarms),
                // After all that put its share.
                Sampler.of(Metric.TEMP_ALARM_COUNT, alarms::take),
                new CpuTimeSampler(tree, virtual),
                new LoadSampler(tree, logicalCpus),
                new MemorySampler(tree),
                new PressureSampler(tree),
                new FilesystemSampler(tree, calls),
                DeviceSampler.ofDisks(tree, nanoTime),
                DeviceSampler.ofNetworkInterfaces(tree, nanoTime),
                Sampler.of(Metric.UPTIME_S, () -> uptime(tree)),
                new ProcessSampler(tree),
                Sampler.of(Metric.SPOOL_USED_PERCENT, spoolUsedPercent::get));
    }

    /** From {@code /proc/uptime}, see {@code proc(5)}. */
    private static OptionalDouble uptime(KernelTree tree) {
        Optional<String> uptime = tree.text(tree.proc("uptime"));
        return uptime.isPresent()
                ? OptionalDouble.of(Math.floor(Double.parseDouble(uptime.get().split(" ", 2)[0])))
                : OptionalDouble.empty();
    }

    private static Sampler ofDrives(Part part, MachineSensors sensors, TempAlarms alarms) {
        return new PartSampler(part, sensors, new DriveSensors(part, sensors)::temps, alarms);
    }
}
