package io.emberwatch.probe.sample;

import io.emberwatch.probe.deadline.DeadlineCall;
import io.emberwatch.probe.deadline.DeadlineCalls;
import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Texts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.ComputerSystem;
import oshi.software.os.OperatingSystem;

/** What this machine is made of, asked once: hardware facts but GPUs do not change while it runs. Immutable. */
public final class MachineFacts {
    private static final Logger LOG = LoggerFactory.getLogger(MachineFacts.class);

    private static final MachineFacts UNKNOWN = new MachineFacts(
            new Inventory("", "", "", "", "", 0, 0, "", List.of(), "", OptionalInt.empty()), Optional.empty());

    private final Inventory withoutGpus;
    private final Optional<String> temperatureRemark;

    private MachineFacts(Inventory withoutGpus, Optional<String> temperatureRemark) {
        this.withoutGpus = withoutGpus;
        this.temperatureRemark = temperatureRemark;
    }

    /**
     * Asks in a thread of its own, for what a machine is made of may be answered by hardware, programs and firmware that
     * hang.
     *
     * @param patience how long this waits for it
     * @return what is known by now: nothing until it is answered; for any thread
     */
    public static Supplier<MachineFacts> asked(SystemInfo system, KernelTree tree, Duration patience) {
        DeadlineCall<MachineFacts> call = new DeadlineCall<>("inventory", System::nanoTime);
        DeadlineCalls reads = new DeadlineCalls(patience.dividedBy(2), patience, System::nanoTime);
        boolean unused = call.begin(() -> of(system, tree.watchedBy(reads)));
        if (answer(call, patience).isEmpty()) {
            LOG.warn("no inventory of this machine yet: what it is made of does not answer");
        }
        return () -> answer(call, Duration.ZERO).orElse(UNKNOWN);
    }

    private static Optional<MachineFacts> answer(DeadlineCall<MachineFacts> call, Duration patience) {
        try {
            return call.await(patience);
        } catch (ExecutionException e) {
            LOG.debug("no inventory of this machine", e.getCause());
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    static MachineFacts of(SystemInfo system, KernelTree tree) {
        MachineSensors sensors = new MachineSensors(tree, System::nanoTime);
        int tempSensors = new CpuSensors(sensors, tree).count();
        OperatingSystem os = system.getOperatingSystem();
        ComputerSystem computer = system.getHardware().getComputerSystem();
        CentralProcessor cpu = system.getHardware().getProcessor();
        String virtualization = Virtualization.of(tree);
        Inventory withoutGpus = new Inventory(
                known(tree.text(tree.proc("sys/kernel/hostname")).orElse("")),
                known((known(computer.getManufacturer()) + " " + known(computer.getModel())).strip()),
                known(os.getFamily() + " " + os.getVersionInfo().getVersion()),
                known(System.getProperty("os.version", "")),
                known(cpu.getProcessorIdentifier().getName()),
                cpu.getLogicalProcessorCount(),
                system.getHardware().getMemory().getTotal(),
                known(virtualization),
                List.of(),
                "",
                OptionalInt.of(tempSensors));
        Optional<String> remark = tempSensors > 0
                ? Optional.empty()
                : Optional.of("no temperature sensor: "
                        + (virtualization.equals(Virtualization.NONE)
                                ? whyNone(
                                        sensors, tree.text(tree.proc("cpuinfo")).orElse(""))
                                : inWords(virtualization)));
        return new MachineFacts(withoutGpus, remark);
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
        return temperatureRemark;
    }

    private static String whyNone(MachineSensors sensors, String cpuinfo) {
        String driver = cpuinfo.contains("GenuineIntel")
                ? "no driver for those of the CPUs is loaded (coretemp for Intel)"
                : cpuinfo.contains("AuthenticAMD") || cpuinfo.contains("HygonGenuine")
                        ? "no driver for those of the CPUs is loaded (k10temp for AMD)"
                        : cpuinfo.isEmpty() || cpuinfo.contains("flags")
                                ? "no driver for those of the CPUs is loaded (coretemp for Intel, k10temp for AMD)"
                                : "the kernel shows none that says it is a CPU's";
        long zones = sensors.zones().size();
        long others = zones
                + sensors.chips().stream()
                        .mapToLong(chip -> chip.sensors("temp").count())
                        .sum();
        String acpi = zones > 0 && sensors.zones().stream().allMatch(CpuSensors::isAcpi)
                ? "; ACPI's thermal zones do not say what they measure"
                : "";
        return driver + acpi + (others == 0 ? "" : " ('sample --sensors' says of each sensor why it does not count)");
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
