package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.kernel.FakeTree;
import io.emberwatch.protocol.Metric;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

        assertThat(measured(() -> 0)).hasValue(71.5);
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

        assertThat(measured(() -> 0)).hasValue(62.6);
    }

    @Test
    void amd_package_with_tctl_alone_is_read_from_it() {
        machine.file("sys/class/hwmon/hwmon1/name", "zenpower")
                .file("sys/class/hwmon/hwmon1/temp1_label", "Tctl")
                .file("sys/class/hwmon/hwmon1/temp1_input", "45250");

        assertThat(measured(() -> 0)).hasValue(45.3);
    }

    @Test
    void hottest_core_counts_where_no_input_stands_for_the_package() {
        machine.file("sys/class/hwmon/hwmon0/device/name", "coretemp")
                .file("sys/class/hwmon/hwmon0/device/temp2_label", "Core 0")
                .file("sys/class/hwmon/hwmon0/device/temp2_input", "41000")
                .file("sys/class/hwmon/hwmon0/device/temp3_label", "Core 1")
                .file("sys/class/hwmon/hwmon0/device/temp3_input", "43000");

        assertThat(measured(() -> 0)).hasValue(43.0);
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

        assertThat(measured(() -> 0)).hasValue(50.0);
    }

    @Test
    void fallback_counts_without_a_chip_of_the_kernel() {
        assertThat(measured(() -> 48.5)).hasValue(48.5);
    }

    @Test
    void fallback_of_zero_means_absent() {
        assertThat(measured(() -> 0)).isEmpty();
    }

    /** As the reading rounds it. */
    private OptionalDouble measured(DoubleSupplier fallback) {
        OptionalDouble hottest = new CpuSensors(new MachineSensors(machine.tree(), () -> 0), fallback).hottest();
        return hottest.isEmpty()
                ? hottest
                : OptionalDouble.of(Metric.CPU_TEMP_C.toValue(Metric.CPU_TEMP_C.toRaw(hottest.getAsDouble())));
    }
}
