package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.probe.kernel.KernelTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** NVIDIA's GPUs as the kernel sees them: what there is to drive, without asking the driver. Thread-safe. */
final class NvidiaPciDevices {
    private static final String NVIDIA = "0x10de";
    /** First digits of the PCI class of VGA, 3D and other display controllers. */
    private static final String DISPLAY_CLASS = "0x03";
    /** The drivers that leave a GPU to NVML; another one (nouveau, vfio-pci) has taken it for itself. */
    private static final List<String> DRIVERS = List.of("", "nvidia");

    private final KernelTree tree;

    NvidiaPciDevices(KernelTree tree) {
        this.tree = tree;
    }

    /** How many GPUs NVIDIA's driver has, or should have. */
    int gpuCount() {
        return (int) tree.list(tree.sys("bus/pci/devices")).stream()
                .filter(this::isGpu)
                .filter(device -> DRIVERS.contains(tree.linkName(device.resolve("driver"))))
                .count();
    }

    /** Whether it is worth asking for NVML: also where GPUs do not appear on the bus, but their driver is there. */
    boolean isThere() {
        return Files.exists(version()) || gpuCount() > 0;
    }

    /** Whether the driver works, but not for us: in a container that was given no GPU. */
    boolean isDriverOutOfReach() {
        return Files.exists(version()) && !Files.exists(tree.root().resolve("dev/nvidiactl"));
    }

    /** Whether a device answers at this place. One that fell off the bus says ones only, as if nobody were there. */
    boolean answers(String pciBusId) {
        if (pciBusId.isEmpty()) {
            return false;
        }
        try (InputStream config = Files.newInputStream(device(pciBusId).resolve("config"))) {
            byte[] vendor = config.readNBytes(2);
            return vendor.length == 2 && !(vendor[0] == -1 && vendor[1] == -1);
        } catch (IOException | SecurityException | InvalidPathException e) {
            return false;
        }
    }

    /** Whether the kernel has put the device to sleep, as it does on laptops with two graphics cards. */
    boolean isAsleep(String pciBusId) {
        return !pciBusId.isEmpty()
                && tree.text(device(pciBusId).resolve("power/runtime_status"))
                        .orElse("")
                        .equals("suspended");
    }

    private Path device(String pciBusId) {
        return tree.sys("bus/pci/devices").resolve(pciBusId);
    }

    private Path version() {
        return tree.proc("driver/nvidia/version");
    }

    private boolean isGpu(Path device) {
        return tree.text(device.resolve("vendor")).orElse("").equals(NVIDIA)
                && tree.text(device.resolve("class")).orElse("").startsWith(DISPLAY_CLASS);
    }
}
