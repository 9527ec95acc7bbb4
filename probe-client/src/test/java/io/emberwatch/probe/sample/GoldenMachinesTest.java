package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.kernel.FakeTree;
import io.emberwatch.probe.kernel.GoldenTree;
import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.Metric;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is sampled on whole machines, laid out as their kernels do it. */
final class GoldenMachinesTest {
    @TempDir
    Path root;

    @Test
    void dual_xeon_reports_the_hotter_package_the_hottest_drive_and_module_and_its_fans() {
        assertThat(measured("dual-xeon"))
                .isEqualTo("{cpu_temp_c=71.0, fan_rpm=8437, nvme_temp_c=53.9, mem_temp_c=52.8, fan_min_rpm=7941,"
                        + " cpu_margin_c=41.0, nvme_margin_c=38.0, mem_margin_c=32.3}");
        assertThat(cpuSensors()).isEqualTo(6);
        assertThat(Virtualization.of(tree())).isEqualTo("none");
    }

    @Test
    void dual_epyc_reports_the_hotter_socket() {
        assertThat(measured("dual-epyc")).isEqualTo("{cpu_temp_c=66.1, mem_temp_c=39.5, mem_margin_c=55.5}");
        assertThat(cpuSensors()).isEqualTo(5);
        assertThat(Virtualization.of(tree())).isEqualTo("none");
    }

    @Test
    void arm_board_reports_the_hottest_of_its_cores_and_not_its_gpu() {
        assertThat(measured("arm-board")).isEqualTo("{cpu_temp_c=49.9}");
        assertThat(Virtualization.of(tree())).isEqualTo("none");
    }

    @Test
    void thermal_zone_counts_where_no_chip_belongs_to_a_cpu() {
        FakeTree machine = GoldenTree.unpack("arm-board", root).remove("sys/class/hwmon");

        assertThat(SensorReads.of(machine.tree()).toString()).isEqualTo("{cpu_temp_c=49.9}");
        assertThat(cpuSensors()).isEqualTo(1);
    }

    @Test
    void chip_of_all_in_one_counts_where_no_sensor_is_called_as_a_cpus() {
        FakeTree machine = GoldenTree.unpack("arm-board", root)
                .remove("sys/devices/virtual/thermal/thermal_zone1")
                .remove("sys/class/thermal/thermal_zone1");

        assertThat(SensorReads.of(machine.tree()).toString()).isEqualTo("{cpu_temp_c=46.2}");
    }

    @Test
    void soc_of_an_arm_server_counts_and_not_its_voltage_regulator() {
        assertThat(measured("arm-server")).isEqualTo("{cpu_temp_c=57.0}");
    }

    @Test
    void ampere_altra_is_as_hot_as_its_own_driver_says_and_not_as_its_network_chip() {
        assertThat(measured("ampere-altra")).isEqualTo("{cpu_temp_c=52.0}");
    }

    @Test
    void clusters_of_cores_count_and_not_what_feeds_them() {
        assertThat(measured("arm-juno")).isEqualTo("{cpu_temp_c=55.0}");
    }

    @Test
    void grace_is_as_hot_as_the_hottest_spot_of_its_sockets_by_what_their_zones_describe() {
        assertThat(measured("grace")).isEqualTo("{cpu_temp_c=67.8}");
        assertThat(cpuSensors()).isEqualTo(8);
    }

    @Test
    void jetson_is_as_hot_as_its_cpus_and_not_as_the_rest_of_its_chip() {
        assertThat(measured("jetson-orin")).isEqualTo("{cpu_temp_c=51.4, cpu_margin_c=53.1}");
    }

    @Test
    void dgx_spark_is_as_hot_as_the_hottest_of_acpis_zones_of_its_package() {
        assertThat(measured("dgx-spark")).isEqualTo("{cpu_temp_c=41.7}");
        assertThat(cpuSensors()).isEqualTo(7);
    }

    @Test
    void both_cpus_of_a_loongarch_server_count() {
        assertThat(measured("loongarch-dual")).isEqualTo("{cpu_temp_c=55.0, nvme_temp_c=39.9}");
    }

    @Test
    void raspberry_pi_is_as_hot_as_its_zone_and_not_as_its_io_chip() {
        assertThat(measured("raspberry-pi"))
                .isEqualTo("{cpu_temp_c=57.4, fan_rpm=2890, fan_min_rpm=2890, cpu_margin_c=52.7}");
        assertThat(cpuSensors()).isEqualTo(1);
    }

    @Test
    void power_server_is_as_hot_as_its_cores_and_not_as_its_gpus_memory() {
        assertThat(measured("power9")).isEqualTo("{cpu_temp_c=49.0}");
    }

    @Test
    void zone_whose_acpi_path_names_a_cpu_counts_and_no_other() {
        assertThat(measured("laptop-acpi")).isEqualTo("{cpu_temp_c=58.0}");
    }

    @Test
    void board_without_a_driver_has_no_temperature_of_its_cpu() {
        assertThat(measured("no-cpu-driver")).isEqualTo("{}");
    }

    @Test
    void nonsense_that_stands_in_a_drives_limits_is_none_and_its_alarm_does_not_count() {
        assertThat(measured("nvme-odd-limits")).isEqualTo("{nvme_temp_c=81.9, nvme_margin_c=-2.0, temp_alarm_count=1}");
    }

    @Test
    void second_sensor_of_a_drive_that_stays_while_the_first_moves_does_not_count() {
        FakeTree machine = GoldenTree.unpack("nvme-odd-limits", root);
        SensorReads reads = new SensorReads(machine.tree());
        String drive = "sys/devices/pci0000:00/0000:00:01.0/0000:c4:00.0/nvme/nvme0/hwmon0/";

        assertThat(reads.take().get(Metric.NVME_TEMP_C)).hasValue(81.9);
        machine.file(drive + "temp1_input", "39850");
        assertThat(reads.take().get(Metric.NVME_TEMP_C)).hasValue(71.9);
        machine.file(drive + "temp1_input", "33850");
        assertThat(reads.take().get(Metric.NVME_TEMP_C)).hasValue(71.9);
        machine.file(drive + "temp3_input", "82850");
        assertThat(reads.take().get(Metric.NVME_TEMP_C)).hasValue(82.9);
    }

    @Test
    void second_sensor_counts_while_the_first_does_not_answer() {
        FakeTree machine = new FakeTree(root)
                .file("sys/class/hwmon/hwmon0/name", "nvme")
                .file("sys/class/hwmon/hwmon0/temp1_input", "40850")
                .file("sys/class/hwmon/hwmon0/temp2_input", "60850");
        SensorReads reads = new SensorReads(machine.tree());
        assertThat(reads.take().get(Metric.NVME_TEMP_C)).hasValue(60.9);

        machine.file("sys/class/hwmon/hwmon0/temp1_input", "");

        assertThat(reads.take().get(Metric.NVME_TEMP_C)).hasValue(60.9);
    }

    @Test
    void sas_and_sata_drives_are_measured_and_a_limit_of_zero_is_none() {
        assertThat(measured("sas-drives")).isEqualTo("{disk_temp_c=58.0, disk_margin_c=7.0}");
    }

    @Test
    void modules_with_limits_that_nobody_set_signal_no_alarm() {
        assertThat(measured("memory-modules")).isEqualTo("{mem_temp_c=62.5, mem_margin_c=22.5, temp_alarm_count=0}");
    }

    @Test
    void guest_of_kvm_has_no_sensor_and_reports_no_value() {
        assertThat(measured("kvm-guest")).isEqualTo("{}");
        assertThat(cpuSensors()).isZero();
        assertThat(Virtualization.of(tree())).isEqualTo("kvm");
    }

    private KernelTree tree() {
        return new KernelTree(root);
    }

    private int cpuSensors() {
        return SensorReads.cpuSensors(tree());
    }

    private String measured(String name) {
        return SensorReads.of(GoldenTree.unpack(name, root).tree()).toString();
    }
}
