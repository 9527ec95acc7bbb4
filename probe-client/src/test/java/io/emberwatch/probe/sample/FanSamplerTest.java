package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.kernel.FakeTree;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FanSamplerTest {
    @TempDir
    Path root;

    @Test
    void fastest_fan_counts() throws IOException {
        FakeTree machine = new FakeTree(root)
                .file("sys/class/hwmon/hwmon0/name", "nct6775")
                .file("sys/class/hwmon/hwmon1/name", "nct6775")
                .file("sys/class/hwmon/hwmon0/fan1_input", "1200")
                .file("sys/class/hwmon/hwmon0/fan2_input", "0")
                .file("sys/class/hwmon/hwmon1/fan1_input", "2400");

        assertThat(Reads.of(fans(machine)).get(Metric.FAN_RPM)).hasValue(2400);
    }

    @Test
    void header_without_a_fan_is_absent_but_a_fan_that_stops_is_zero() throws IOException {
        FakeTree machine = new FakeTree(root)
                .file("sys/class/hwmon/hwmon0/name", "nct6775")
                .file("sys/class/hwmon/hwmon0/fan1_input", "0");
        FanSampler fans = fans(machine);

        assertThat(Reads.of(fans).get(Metric.FAN_RPM)).isEmpty();
        machine.file("sys/class/hwmon/hwmon0/fan1_input", "900");
        assertThat(Reads.of(fans).get(Metric.FAN_RPM)).hasValue(900);
        machine.file("sys/class/hwmon/hwmon0/fan1_input", "0");
        assertThat(Reads.of(fans).get(Metric.FAN_RPM)).hasValue(0);
    }

    @Test
    void header_that_reads_all_ones_has_no_fan() throws IOException {
        FakeTree machine = new FakeTree(root)
                .file("sys/class/hwmon/hwmon0/name", "nct6775")
                .file("sys/class/hwmon/hwmon0/fan1_input", "5820")
                .file("sys/class/hwmon/hwmon0/fan2_input", "5760")
                .file("sys/class/hwmon/hwmon0/fan3_input", "65535");

        assertThat(Reads.of(fans(machine)).toString()).isEqualTo("{fan_rpm=5820, fan_min_rpm=5760}");
    }

    @Test
    void slowest_of_the_fans_that_have_turned_counts_and_one_that_stops_is_zero() throws IOException {
        FakeTree machine = new FakeTree(root)
                .file("sys/class/hwmon/hwmon0/name", "nct6775")
                .file("sys/class/hwmon/hwmon0/fan1_input", "1200")
                .file("sys/class/hwmon/hwmon0/fan2_input", "0")
                .file("sys/class/hwmon/hwmon0/fan3_input", "900");
        FanSampler fans = fans(machine);

        assertThat(Reads.of(fans).get(Metric.FAN_MIN_RPM)).hasValue(900);
        machine.file("sys/class/hwmon/hwmon0/fan1_input", "0");
        MetricValues stopped = Reads.of(fans);

        assertThat(stopped.get(Metric.FAN_MIN_RPM)).hasValue(0);
        assertThat(stopped.get(Metric.FAN_RPM)).hasValue(900);
    }

    @Test
    void fan_of_a_graphics_card_is_none_of_the_machine() throws IOException {
        FakeTree machine = new FakeTree(root)
                .file("sys/class/hwmon/hwmon0/name", "amdgpu")
                .file("sys/class/hwmon/hwmon0/fan1_input", "3000")
                .file("sys/class/hwmon/hwmon1/name", "some_new_driver")
                .file("sys/class/hwmon/hwmon1/device/class", "0x030000")
                .file("sys/class/hwmon/hwmon1/fan1_input", "3100");

        assertThat(Reads.of(fans(machine)).isEmpty()).isTrue();
    }

    private static FanSampler fans(FakeTree machine) {
        return new FanSampler(new MachineSensors(machine.tree(), () -> 0), machine.tree());
    }
}
