package io.emberwatch.probe.gpu.nvml;

import io.emberwatch.probe.kernel.KernelTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A {@code /sys} with NVIDIA's GPUs on its bus. */
final class NvidiaTree {
    private NvidiaTree() {}

    /** Puts a display adapter on the bus. */
    static void addGpu(Path root, String busId, String vendor, String driver) throws IOException {
        Path device =
                Files.createDirectories(root.resolve("sys/bus/pci/devices").resolve(busId));
        Files.writeString(device.resolve("vendor"), vendor + "\n");
        Files.writeString(device.resolve("class"), "0x030200\n");
        if (!driver.isEmpty()) {
            Path drivers =
                    Files.createDirectories(root.resolve("sys/bus/pci/drivers").resolve(driver));
            Files.createSymbolicLink(device.resolve("driver"), drivers);
        }
    }

    /** A tree with this many GPUs that NVIDIA's driver has. */
    static KernelTree of(Path root, int gpus) throws IOException {
        for (int gpu = 0; gpu < gpus; gpu++) {
            addGpu(root, Scene.busId(gpu), "0x10de", "nvidia");
        }
        return new KernelTree(root);
    }
}
