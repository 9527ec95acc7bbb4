package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.kernel.GoldenTree;
import io.emberwatch.protocol.Inventory;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import oshi.SystemInfo;

final class MachineFactsTest {
    @TempDir
    Path root;

    @Test
    void machine_reports_how_many_sensors_its_cpus_have_and_what_drives_its_gpus() {
        MachineFacts facts = MachineFacts.of(
                new SystemInfo(), GoldenTree.unpack("dual-xeon", root).tree());
        Inventory inventory = facts.withGpus(List.of(), "amdgpu 6.8.5, " + "x".repeat(300));

        assertThat(inventory.virtualization()).isEqualTo("none");
        assertThat(inventory.tempSensorCount()).hasValue(6);
        assertThat(inventory.gpuDriver()).startsWith("amdgpu 6.8.5, x").hasSize(255);
        assertThat(facts.temperatureRemark()).isEmpty();
    }

    @Test
    void machine_without_a_sensor_says_why_and_what_can_be_done() {
        assertThat(MachineFacts.temperatureRemark(0, "kvm")).hasValue("no temperature sensor: virtual machine on kvm");
        assertThat(MachineFacts.temperatureRemark(0, "none"))
                .hasValue("no temperature sensor: no driver for those of the CPUs is loaded"
                        + " (coretemp for Intel, k10temp for AMD)");
        assertThat(MachineFacts.temperatureRemark(1, "kvm")).isEmpty();
    }
}
