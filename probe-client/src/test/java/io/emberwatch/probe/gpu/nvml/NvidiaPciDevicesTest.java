package io.emberwatch.probe.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.kernel.KernelTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NvidiaPciDevicesTest {
    @TempDir
    private Path root;

    private NvidiaPciDevices bus;

    @BeforeEach
    void machine() {
        bus = new NvidiaPciDevices(new KernelTree(root));
    }

    @Test
    void machine_without_a_bus_has_none() {
        assertThat(bus.isThere()).isFalse();
        assertThat(bus.gpuCount()).isZero();
    }

    @Test
    void gpus_of_nvidias_driver_count_and_those_that_no_driver_has() throws IOException {
        NvidiaTree.addGpu(root, "0000:3b:00.0", "0x10de", "nvidia");
        NvidiaTree.addGpu(root, "0000:af:00.0", "0x10de", "");

        assertThat(bus.isThere()).isTrue();
        assertThat(bus.gpuCount()).isEqualTo(2);
    }

    @Test
    void gpus_that_another_driver_has_taken_do_not_count() throws IOException {
        NvidiaTree.addGpu(root, "0000:3b:00.0", "0x10de", "nouveau");
        NvidiaTree.addGpu(root, "0000:3c:00.0", "0x10de", "vfio-pci");
        NvidiaTree.addGpu(root, "0000:3d:00.0", "0x1002", "amdgpu");
        NvidiaTree.addGpu(root, "0000:3e:00.0", "0x1a03", "");

        assertThat(bus.isThere()).isFalse();
    }

    @Test
    void other_devices_of_nvidias_do_not_count() throws IOException {
        NvidiaTree.addGpu(root, "0000:05:00.0", "0x10de", "nvidia");
        Files.writeString(root.resolve("sys/bus/pci/devices/0000:05:00.0/class"), "0x068000\n");

        assertThat(bus.isThere()).isFalse();
    }

    @Test
    void driver_that_is_loaded_is_asked_even_if_no_gpu_is_on_the_bus() throws IOException {
        Files.createDirectories(root.resolve("proc/driver/nvidia"));
        Files.writeString(root.resolve("proc/driver/nvidia/version"), "NVRM version: NVIDIA 580.65.06\n");

        assertThat(bus.isThere()).isTrue();
        assertThat(bus.gpuCount()).isZero();
    }
}
