package io.emberwatch.probe.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.kernel.KernelTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NvidiaOnBusTest {
    @TempDir
    private Path root;

    private NvidiaOnBus bus;

    @BeforeEach
    void a_machine() {
        bus = new NvidiaOnBus(new KernelTree(root));
    }

    @Test
    void a_machine_without_a_bus_has_none() {
        assertThat(bus.isThere()).isFalse();
        assertThat(bus.cardCount()).isZero();
    }

    @Test
    void cards_of_nvidias_driver_count_and_those_that_no_driver_has() throws IOException {
        NvidiaTree.addCard(root, "0000:3b:00.0", "0x10de", "nvidia");
        NvidiaTree.addCard(root, "0000:af:00.0", "0x10de", "");

        assertThat(bus.isThere()).isTrue();
        assertThat(bus.cardCount()).isEqualTo(2);
    }

    @Test
    void cards_that_another_driver_has_taken_do_not_count() throws IOException {
        NvidiaTree.addCard(root, "0000:3b:00.0", "0x10de", "nouveau");
        NvidiaTree.addCard(root, "0000:3c:00.0", "0x10de", "vfio-pci");
        NvidiaTree.addCard(root, "0000:3d:00.0", "0x1002", "amdgpu");
        NvidiaTree.addCard(root, "0000:3e:00.0", "0x1a03", "");

        assertThat(bus.isThere()).isFalse();
    }

    @Test
    void other_devices_of_nvidias_do_not_count() throws IOException {
        NvidiaTree.addCard(root, "0000:05:00.0", "0x10de", "nvidia");
        Files.writeString(root.resolve("sys/bus/pci/devices/0000:05:00.0/class"), "0x068000\n");

        assertThat(bus.isThere()).isFalse();
    }

    @Test
    void a_driver_that_is_loaded_is_asked_even_if_no_card_is_on_the_bus() throws IOException {
        Files.createDirectories(root.resolve("proc/driver/nvidia"));
        Files.writeString(root.resolve("proc/driver/nvidia/version"), "NVRM version: NVIDIA 580.65.06\n");

        assertThat(bus.isThere()).isTrue();
        assertThat(bus.cardCount()).isZero();
    }
}
