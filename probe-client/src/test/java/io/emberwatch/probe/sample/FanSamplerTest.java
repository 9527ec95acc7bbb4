package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.protocol.Metric;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FanSamplerTest {
    @TempDir
    Path root;

    @Test
    void the_fastest_fan_counts() throws IOException {
        FakeTree machine = new FakeTree(root)
                .file("sys/class/hwmon/hwmon0/name", "nct6775")
                .file("sys/class/hwmon/hwmon1/name", "nct6775")
                .file("sys/class/hwmon/hwmon0/fan1_input", "1200")
                .file("sys/class/hwmon/hwmon0/fan2_input", "0")
                .file("sys/class/hwmon/hwmon1/fan1_input", "2400");

        assertThat(Reads.of(new FanSampler(new Hwmon(machine.tree()))).get(Metric.FAN_RPM))
                .hasValue(2400);
    }

    @Test
    void a_header_without_a_fan_is_absent_but_a_fan_that_stops_is_zero() throws IOException {
        FakeTree machine = new FakeTree(root)
                .file("sys/class/hwmon/hwmon0/name", "nct6775")
                .file("sys/class/hwmon/hwmon0/fan1_input", "0");
        FanSampler fans = new FanSampler(new Hwmon(machine.tree()));

        assertThat(Reads.of(fans).get(Metric.FAN_RPM)).isEmpty();
        machine.file("sys/class/hwmon/hwmon0/fan1_input", "900");
        assertThat(Reads.of(fans).get(Metric.FAN_RPM)).hasValue(900);
        machine.file("sys/class/hwmon/hwmon0/fan1_input", "0");
        assertThat(Reads.of(fans).get(Metric.FAN_RPM)).hasValue(0);
    }
}
