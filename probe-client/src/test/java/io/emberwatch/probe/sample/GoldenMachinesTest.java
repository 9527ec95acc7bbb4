package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.kernel.FakeTree;
import io.emberwatch.probe.kernel.GoldenTree;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is sampled on whole machines, laid out as their kernels do it. */
final class GoldenMachinesTest {
    @TempDir
    Path root;

    @Test
    void dual_xeon_reports_the_hotter_package_the_hottest_drive_and_module_and_its_fans() throws IOException {
        FakeTree machine = GoldenTree.unpack("dual-xeon", root);

        assertThat(measured(machine).toString())
                .isEqualTo("{cpu_temp_c=71.0, fan_rpm=8437, nvme_temp_c=46.9, mem_temp_c=52.8, fan_min_rpm=7941}");
        assertThat(cpuSensors(machine).count()).isEqualTo(6);
        assertThat(Virtualization.of(machine.tree())).isEqualTo("none");
    }

    @Test
    void dual_epyc_reports_the_hotter_socket() throws IOException {
        FakeTree machine = GoldenTree.unpack("dual-epyc", root);

        assertThat(measured(machine).toString()).isEqualTo("{cpu_temp_c=66.1, mem_temp_c=39.5}");
        assertThat(cpuSensors(machine).count()).isEqualTo(5);
        assertThat(Virtualization.of(machine.tree())).isEqualTo("none");
    }

    @Test
    void arm_board_reports_the_hottest_of_its_cores_and_not_its_gpu() throws IOException {
        FakeTree machine = GoldenTree.unpack("arm-board", root);

        assertThat(measured(machine).toString()).isEqualTo("{cpu_temp_c=49.9}");
        assertThat(Virtualization.of(machine.tree())).isEqualTo("none");
    }

    @Test
    void thermal_zone_counts_where_no_chip_belongs_to_a_cpu() throws IOException {
        FakeTree machine = GoldenTree.unpack("arm-board", root).remove("sys/class/hwmon");

        assertThat(measured(machine).toString()).isEqualTo("{cpu_temp_c=49.9}");
        assertThat(cpuSensors(machine).count()).isEqualTo(2);
    }

    @Test
    void soc_of_an_arm_server_counts_and_not_its_voltage_regulator() throws IOException {
        FakeTree machine = GoldenTree.unpack("arm-server", root);

        assertThat(measured(machine).toString()).isEqualTo("{cpu_temp_c=57.0}");
    }

    @Test
    void guest_of_kvm_has_no_sensor_and_reports_no_value() throws IOException {
        FakeTree machine = GoldenTree.unpack("kvm-guest", root);

        assertThat(measured(machine).isEmpty()).isTrue();
        assertThat(cpuSensors(machine).count()).isZero();
        assertThat(Virtualization.of(machine.tree())).isEqualTo("kvm");
    }

    @Test
    void fallback_is_not_asked_at_every_reading_where_there_is_no_sensor() {
        AtomicInteger asked = new AtomicInteger();
        FakeTree machine = GoldenTree.unpack("kvm-guest", root);
        CpuSensors cpus = new CpuSensors(new MachineSensors(machine.tree(), () -> 0), () -> {
            asked.incrementAndGet();
            return 0;
        });

        for (int reading = 0; reading < 60; reading++) {
            assertThat(cpus.hottest()).isEmpty();
        }

        assertThat(asked).hasValue(1);
    }

    private static CpuSensors cpuSensors(FakeTree machine) {
        return new CpuSensors(new MachineSensors(machine.tree(), () -> 0), () -> 0);
    }

    private static MetricValues measured(FakeTree machine) throws IOException {
        MachineSensors sensors = new MachineSensors(machine.tree(), () -> 0);
        Readout readout = new Readout();
        readout.put(Metric.CPU_TEMP_C, cpuSensors(machine).hottest());
        new FanSampler(sensors, machine.tree()).sample(readout);
        readout.put(Metric.NVME_TEMP_C, sensors.hottestOf(Samplers.NVME_CHIPS));
        readout.put(Metric.MEM_TEMP_C, sensors.hottestOf(Samplers.MEMORY_CHIPS));
        return readout.values();
    }
}
