package io.emberwatch.probe.sample;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Texts;
import java.util.List;
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
                List.of()));
    }

    /**
     * The machine with the GPUs that it has now.
     *
     * @param driver see {@link Inventory#gpuDriver()}
     */
    public Inventory withGpus(List<GpuInfo> gpus, String driver) {
        return withoutGpus.withGpus(gpus, driver);
    }

    /** OSHI says "unknown" where others say nothing. */
    private static String known(String text) {
        return text == null || text.equalsIgnoreCase("unknown") ? "" : Texts.fit(text.strip());
    }
}
