package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.probe.kernel.KernelTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** NVIDIA's cards as the kernel sees them: what there is to drive, without asking the driver. Thread-safe. */
final class NvidiaOnBus {
    private static final String NVIDIA = "0x10de";
    /** First digits of the PCI class of VGA, 3D and other display controllers. */
    private static final String DISPLAY_CLASS = "0x03";
    /** The drivers that leave a card to NVML; another one (nouveau, vfio-pci) has taken it for itself. */
    private static final List<String> DRIVERS = List.of("", "nvidia");

    private final KernelTree tree;

    NvidiaOnBus(KernelTree tree) {
        this.tree = tree;
    }

    /** How many cards NVIDIA's driver has, or should have. */
    int cardCount() {
        return (int) tree.list(tree.sys("bus/pci/devices")).stream()
                .filter(this::isCard)
                .filter(device -> DRIVERS.contains(tree.linkName(device.resolve("driver"))))
                .count();
    }

    /** Whether it is worth asking for NVML: also where cards do not appear on the bus, but their driver is there. */
    boolean isThere() {
        return Files.exists(tree.proc("driver/nvidia/version")) || cardCount() > 0;
    }

    private boolean isCard(Path device) {
        return tree.text(device.resolve("vendor")).orElse("").equals(NVIDIA)
                && tree.text(device.resolve("class")).orElse("").startsWith(DISPLAY_CLASS);
    }
}
