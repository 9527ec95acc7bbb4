package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.kernel.FakeTree;
import io.emberwatch.protocol.Metric;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CpuSensorsTest {
    @TempDir
    Path root;

    private FakeTree machine;

    @BeforeEach
    void newMachine() {
        machine = new FakeTree(root);
    }

    @Test
    void hotter_package_of_two_intel_sockets_counts() {
        machine.file("sys/class/hwmon/hwmon0/name", "nvme")
                .file("sys/class/hwmon/hwmon0/temp1_input", "99000")
                .file("sys/class/hwmon/hwmon3/name", "coretemp")
                .file("sys/class/hwmon/hwmon3/temp1_label", "Package id 0")
                .file("sys/class/hwmon/hwmon3/temp1_input", "54000")
                .file("sys/class/hwmon/hwmon3/temp2_label", "Core 0")
                .file("sys/class/hwmon/hwmon3/temp2_input", "80000")
                .file("sys/class/hwmon/hwmon4/name", "coretemp")
                .file("sys/class/hwmon/hwmon4/temp1_label", "Package id 1")
                .file("sys/class/hwmon/hwmon4/temp1_input", "71500");

        assertThat(measured()).hasValue(71.5);
    }

    @Test
    void tdie_of_an_amd_package_counts_before_tctl_which_carries_an_offset() {
        machine.file("sys/class/hwmon/hwmon1/name", "k10temp")
                .file("sys/class/hwmon/hwmon1/temp1_label", "Tctl")
                .file("sys/class/hwmon/hwmon1/temp1_input", "82625")
                .file("sys/class/hwmon/hwmon1/temp2_label", "Tdie")
                .file("sys/class/hwmon/hwmon1/temp2_input", "62625")
                .file("sys/class/hwmon/hwmon1/temp3_label", "Tccd1")
                .file("sys/class/hwmon/hwmon1/temp3_input", "65000");

        assertThat(measured()).hasValue(62.6);
    }

    @Test
    void amd_package_with_tctl_alone_is_read_from_it() {
        machine.file("sys/class/hwmon/hwmon1/name", "zenpower")
                .file("sys/class/hwmon/hwmon1/temp1_label", "Tctl")
                .file("sys/class/hwmon/hwmon1/temp1_input", "45250");

        assertThat(measured()).hasValue(45.3);
    }

    @Test
    void hottest_core_counts_where_no_input_stands_for_the_package() {
        machine.file("sys/class/hwmon/hwmon0/device/name", "coretemp")
                .file("sys/class/hwmon/hwmon0/device/temp2_label", "Core 0")
                .file("sys/class/hwmon/hwmon0/device/temp2_input", "41000")
                .file("sys/class/hwmon/hwmon0/device/temp3_label", "Core 1")
                .file("sys/class/hwmon/hwmon0/device/temp3_input", "43000");

        assertThat(measured()).hasValue(43.0);
    }

    @Test
    void one_socket_that_reads_garbage_does_not_hide_the_other() {
        machine.file("sys/class/hwmon/hwmon0/name", "coretemp")
                .file("sys/class/hwmon/hwmon0/temp1_label", "Package id 0")
                .file("sys/class/hwmon/hwmon0/temp1_input", "-128000")
                .file("sys/class/hwmon/hwmon1/name", "coretemp")
                .file("sys/class/hwmon/hwmon1/temp1_label", "Package id 1")
                .file("sys/class/hwmon/hwmon1/temp1_input", "50000")
                .file("sys/class/hwmon/hwmon2/name", "coretemp")
                .file("sys/class/hwmon/hwmon2/temp1_label", "Package id 2")
                .file("sys/class/hwmon/hwmon2/temp1_input", "not a number");

        assertThat(measured()).hasValue(50.0);
    }

    @Test
    void sensor_whose_label_names_a_cpu_counts_and_what_is_near_one_does_not() {
        machine.file("sys/class/hwmon/hwmon0/name", "dell_smm")
                .file("sys/class/hwmon/hwmon0/temp1_label", "CPU")
                .file("sys/class/hwmon/hwmon0/temp1_input", "61000")
                .file("sys/class/hwmon/hwmon0/temp2_label", "Ambient")
                .file("sys/class/hwmon/hwmon0/temp2_input", "90000")
                .file("sys/class/hwmon/hwmon1/name", "nct6798")
                .file("sys/class/hwmon/hwmon1/temp1_label", "CPUTIN")
                .file("sys/class/hwmon/hwmon1/temp1_input", "99000")
                .file("sys/class/hwmon/hwmon1/temp2_label", "PCH_CPU_TEMP")
                .file("sys/class/hwmon/hwmon1/temp2_input", "98000")
                .file("sys/class/hwmon/hwmon1/temp3_label", "CPU VRM")
                .file("sys/class/hwmon/hwmon1/temp3_input", "97000");

        assertThat(measured()).hasValue(61.0);
    }

    /** UshakovVasilii/gnome-shell-extension-freon #122, openbmc/openbmc #2329. */
    @Test
    void sensor_that_says_itself_that_it_is_faulty_is_not_trusted() {
        machine.file("sys/class/hwmon/hwmon0/name", "lm95245")
                .file("sys/class/hwmon/hwmon0/temp1_label", "CPU")
                .file("sys/class/hwmon/hwmon0/temp1_input", "99000")
                .file("sys/class/hwmon/hwmon0/temp1_fault", "1")
                .file("sys/class/hwmon/hwmon0/temp2_label", "CPU 2")
                .file("sys/class/hwmon/hwmon0/temp2_input", "52000")
                .file("sys/class/hwmon/hwmon0/temp2_fault", "0");

        assertThat(measured()).hasValue(52);
    }

    /** longsleep/build-pine64-image #21, and tenths of degrees on others. */
    @ParameterizedTest
    @ValueSource(strings = {"47", "471", "999"})
    void driver_that_does_not_count_thousandths_of_a_degree_is_not_believed(String temp) {
        machine.file("sys/class/thermal/thermal_zone0/type", "cpu_thermal")
                .file("sys/class/thermal/thermal_zone0/temp", temp);

        assertThat(measured()).isEmpty();
    }

    /**
     * The kernel's Documentation/hwmon/peci-cputemp.rst; a server's board with names of its own; the socket's
     * thermistor of Fred78290/nct6687d #98 and of asus_wmi_sensors.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {"Tjmax", "Tthrottle", "Tcontrol", "CPU1 VDDQ_AB Temp", "CPU1_VRMIN Temp", "CPU VTT", "CPU Socket"
            })
    void limit_and_what_feeds_a_cpu_are_no_temperature_of_it(String label) {
        machine.file("sys/class/hwmon/hwmon0/name", "peci_cputemp.cpu0")
                .file("sys/class/hwmon/hwmon0/temp5_label", label)
                .file("sys/class/hwmon/hwmon0/temp5_input", "99000");

        assertThat(measured()).isEmpty();
    }

    @Test
    void driver_that_says_nothing_leaves_it_to_a_zone() {
        machine.file("sys/class/hwmon/hwmon0/name", "coretemp")
                .file("sys/class/hwmon/hwmon0/temp1_label", "Package id 0")
                .file("sys/class/hwmon/hwmon0/temp1_input", "0")
                .file("sys/class/thermal/thermal_zone3/type", "x86_pkg_temp")
                .file("sys/class/thermal/thermal_zone3/temp", "58000");

        assertThat(measured()).hasValue(58.0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x86_pkg_temp",
                "cpu-thermal",
                "cpu_thermal",
                "CPU-therm",
                "MCPU-therm",
                "cpu0-thermal",
                "cpu-0-3-thermal",
                "cpuss0-thermal",
                "bigcore2-thermal",
                "littlecore-thermal",
                "cluster0-thermal",
                "big-cluster",
                "BIG",
                "TCPU",
                "B0D4",
                "mtktscpu",
                "cpul_thermal_zone",
                "core-cluster",
                "cluster6-7-thermal",
                "soc-thermal",
                "soc_dts1",
                "package-thermal"
            })
    void zone_of_such_a_type_is_a_cpus(String type) {
        machine.file("sys/class/thermal/thermal_zone0/type", type)
                .file("sys/class/thermal/thermal_zone0/temp", "58000");

        assertThat(measured()).hasValue(58.0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "acpitz",
                "gpu-thermal",
                "cpugpu-thermal",
                "cpu_vrm",
                "cpu-fan",
                "soc",
                "socd",
                "soc_battery",
                "pmic-thermal",
                "tj-thermal",
                "PMIC-Die",
                "thermal-fan-est",
                "iwlwifi_1",
                "pch_cannonlake",
                "INT3400 Thermal",
                "ddr-thermal",
                "battery",
                "cpuboard-ambient",
                "cpu_ntc",
                "Thermal Zone Skt0 TLimit"
            })
    void zone_of_another_type_is_none_of_a_cpu(String type) {
        machine.file("sys/class/thermal/thermal_zone0/type", type)
                .file("sys/class/thermal/thermal_zone0/temp", "58000");

        assertThat(measured()).isEmpty();
    }

    @Test
    void hottest_of_several_zones_counts_also_where_only_one_is_a_chip_as_well() {
        machine.file("sys/devices/virtual/thermal/thermal_zone0/type", "littlecore-thermal")
                .file("sys/devices/virtual/thermal/thermal_zone0/temp", "48000")
                .file("sys/devices/virtual/thermal/thermal_zone0/hwmon0/name", "littlecore_thermal")
                .file("sys/devices/virtual/thermal/thermal_zone0/hwmon0/temp1_input", "48000")
                .file("sys/devices/virtual/thermal/thermal_zone1/type", "bigcore0-thermal")
                .file("sys/devices/virtual/thermal/thermal_zone1/temp", "77000")
                .link("sys/class/hwmon/hwmon0", "sys/devices/virtual/thermal/thermal_zone0/hwmon0")
                .link("sys/class/thermal/thermal_zone0", "sys/devices/virtual/thermal/thermal_zone0")
                .link("sys/class/thermal/thermal_zone1", "sys/devices/virtual/thermal/thermal_zone1");

        assertThat(measured()).hasValue(77.0);
        assertThat(SensorReads.cpuSensors(machine.tree())).isEqualTo(2);
    }

    @Test
    void cores_are_not_read_where_their_package_tells_all() {
        machine.file("sys/class/hwmon/hwmon0/name", "coretemp")
                .file("sys/class/hwmon/hwmon0/temp1_label", "Package id 0")
                .file("sys/class/hwmon/hwmon0/temp1_input", "81000")
                .file("sys/class/hwmon/hwmon0/temp1_crit", "100000")
                .file("sys/class/hwmon/hwmon0/temp1_crit_alarm", "0")
                .file("sys/class/hwmon/hwmon0/temp2_label", "Core 0")
                .file("sys/class/hwmon/hwmon0/temp2_input", "99000")
                .file("sys/class/hwmon/hwmon0/temp2_crit", "100000");

        assertThat(SensorReads.of(machine.tree()).toString())
                .isEqualTo("{cpu_temp_c=81.0, cpu_margin_c=19.0, temp_alarm_count=0}");
    }

    @Test
    void no_sensor_means_absent() {
        assertThat(measured()).isEmpty();
    }

    private OptionalDouble measured() {
        return SensorReads.of(machine.tree()).get(Metric.CPU_TEMP_C);
    }
}
