package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.kernel.FakeTree;
import io.emberwatch.probe.kernel.GoldenTree;
import io.emberwatch.protocol.Inventory;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    kvm-guest     | virtual machine on kvm
                    bmc-only      | no driver for those of the CPUs is loaded (coretemp for Intel, k10temp for AMD)
                    no-cpu-driver | no driver for those of the CPUs is loaded (k10temp for AMD); ACPI's thermal zones do not \
                    say what they measure ('sample --sensors' says of each sensor why it does not count)
                    """)
    void machine_without_a_sensor_of_its_cpus_says_why_and_what_can_be_done(String machine, String remark) {
        MachineFacts facts = MachineFacts.of(
                new SystemInfo(), GoldenTree.unpack(machine, root).tree());

        assertThat(facts.temperatureRemark()).hasValue("no temperature sensor: " + remark);
        assertThat(facts.withGpus(List.of(), "").tempSensorCount()).hasValue(0);
    }

    @Test
    void arm_machine_without_a_sensor_of_its_cpus_is_not_told_to_load_a_driver_for_others() {
        FakeTree machine = GoldenTree.unpack("grace", root);
        machine.remove("sys/class/thermal");

        assertThat(MachineFacts.of(new SystemInfo(), machine.tree()).temperatureRemark())
                .hasValue("no temperature sensor: the kernel shows none that says it is a CPU's"
                        + " ('sample --sensors' says of each sensor why it does not count)");
    }
}
