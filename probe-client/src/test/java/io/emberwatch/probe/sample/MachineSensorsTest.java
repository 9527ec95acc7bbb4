package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.kernel.FakeTree;
import io.emberwatch.probe.kernel.SensorTree;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MachineSensorsTest {
    @TempDir
    Path root;

    private final AtomicLong nanos = new AtomicLong();
    private FakeTree machine;
    private MachineSensors sensors;

    @BeforeEach
    void aMachineWithOneSensor() {
        machine = new FakeTree(root)
                .file("sys/class/hwmon/hwmon0/name", "coretemp")
                .file("sys/class/hwmon/hwmon0/temp1_label", "Package id 0")
                .file("sys/class/hwmon/hwmon0/temp1_input", "50000");
        sensors = new MachineSensors(machine.tree(), nanos::get);
    }

    @Test
    void sensors_are_looked_for_once_a_minute() {
        sensors.chips();
        machine.file("sys/class/hwmon/hwmon1/name", "nvme");
        nanos.addAndGet(MachineSensors.LOOK_AGAIN.toNanos() - 1);
        assertThat(sensors.chips()).hasSize(1);
        nanos.incrementAndGet();

        assertThat(sensors.chips()).hasSize(2);
    }

    @Test
    void sensors_are_looked_for_anew_when_one_that_answered_does_not_any_more() {
        SensorTree.Sensor before = sensors.chips().get(0).sensors().get(0);
        assertThat(sensors.read(before)).hasValue(50_000);
        // The driver is loaded again, and its number is another one.
        machine.remove("sys/class/hwmon/hwmon0")
                .file("sys/class/hwmon/hwmon9/name", "coretemp")
                .file("sys/class/hwmon/hwmon9/temp1_input", "51000");

        assertThat(sensors.read(before)).isEmpty();
        SensorTree.Sensor after = sensors.chips().get(0).sensors().get(0);

        assertThat(sensors.read(after)).hasValue(51_000);
        assertThat(sensors.looks()).isEqualTo(2);
    }

    @Test
    void sensor_that_never_answers_does_not_have_them_looked_for_at_every_reading() {
        machine.file("sys/class/hwmon/hwmon0/temp1_input", "no value yet");

        for (int reading = 0; reading < 10; reading++) {
            assertThat(sensors.read(sensors.chips().get(0).sensors().get(0))).isEmpty();
        }

        assertThat(sensors.looks()).isEqualTo(1);
    }
}
