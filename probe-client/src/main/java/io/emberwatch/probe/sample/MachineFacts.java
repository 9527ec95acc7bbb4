package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Texts;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.ComputerSystem;
import oshi.software.os.OperatingSystem;

/** What this machine is made of, asked once: hardware facts but GPUs do not change while it runs. Immutable. */
public final class MachineFacts {
    private final Inventory withoutGpus;

    private MachineFacts(Inventory withoutGpus) {
        this.withoutGpus = withoutGpus;
    }

    public static MachineFacts of(SystemInfo system, KernelTree tree) {
        OperatingSystem os = system.getOperatingSystem();
        ComputerSystem computer = system.getHardware().getComputerSystem();
        CentralProcessor cpu = system.getHardware().getProcessor();
        return new MachineFacts(new Inventory(
                known(os.getNetworkParams().getHostName()),
                known((known(computer.getManufacturer()) + " " + known(computer.getModel())).strip()),
                known(os.getFamily() + " " + os.getVersionInfo().getVersion()),
                known(System.getProperty("os.version", "")),
                known(cpu.getProcessorIdentifier().getName()),
                cpu.getLogicalProcessorCount(),
                system.getHardware().getMemory().getTotal(),
                known(Virtualization.of(tree)),
                List.of(),
                "",
                OptionalInt.of(Samplers.cpuSensors(system, new MachineSensors(tree, System::nanoTime))
                        .count())));
    }

    /**
     * The facts with these GPUs.
     *
     * @param driver as {@link Inventory#gpuDriver()}, but as long as it likes
     */
    public Inventory withGpus(List<GpuInfo> gpus, String driver) {
        return withoutGpus.withGpus(gpus, Texts.fit(driver));
    }

    /** Why this machine has no temperature of its CPUs, and what can be done; empty if it has one. */
    public Optional<String> temperatureRemark() {
        return temperatureRemark(withoutGpus.tempSensorCount().orElse(0), withoutGpus.virtualization());
    }

    static Optional<String> temperatureRemark(int sensors, String virtualization) {
        if (sensors > 0) {
            return Optional.empty();
        }
        return Optional.of("no temperature sensor: "
                + (virtualization.equals(Virtualization.NONE)
                        ? "no driver for those of the CPUs is loaded (coretemp for Intel, k10temp for AMD)"
                        : inWords(virtualization)));
    }

    /** In words: {@code bare metal}, or {@code virtual machine on} the hypervisor. */
    public static String inWords(String virtualization) {
        return virtualization.equals(Virtualization.NONE) ? "bare metal" : "virtual machine on " + virtualization;
    }

    /** OSHI says "unknown" where others say nothing. */
    private static String known(String text) {
        return text == null || text.equalsIgnoreCase("unknown") ? "" : Texts.fit(text.strip());
    }
}
