package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.probe.deadline.DeadlineCalls;
import io.emberwatch.probe.kernel.FakeTree;
import io.emberwatch.probe.kernel.Fifo;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A part that does not answer any more is unknown, as long as it was in more danger than the others are. */
final class PartSamplerTest {
    private static final String HOT = "sys/class/hwmon/hwmon0/";
    private static final String COOL = "sys/class/hwmon/hwmon1/";

    @TempDir
    Path root;

    private FakeTree machine;
    private SensorReads reads;

    @BeforeEach
    void machineWithADriveInDanger() {
        machine = new FakeTree(root);
        drive(HOT, "83850", "1");
        drive(COOL, "41850", "0");
        reads = new SensorReads(machine.tree());
        assertThat(values()).isEqualTo("{nvme_temp_c=83.9, nvme_margin_c=1.0, temp_alarm_count=1}");
    }

    @Test
    void drive_that_was_in_danger_and_hangs_ends_no_alarm() {
        machine.file(HOT + "temp1_input", "");

        assertThat(values()).isEqualTo("{}");
        assertThat(values()).isEqualTo("{}");
    }

    @Test
    void what_others_say_counts_when_it_is_worse() {
        machine.file(HOT + "temp1_input", "");
        drive(COOL, "84850", "1");

        assertThat(values()).isEqualTo("{nvme_temp_c=84.9, nvme_margin_c=0.0, temp_alarm_count=1}");
    }

    @Test
    void drive_that_was_in_less_danger_and_hangs_changes_nothing() {
        machine.file(COOL + "temp1_input", "");

        assertThat(values()).isEqualTo("{nvme_temp_c=83.9, nvme_margin_c=1.0, temp_alarm_count=1}");
    }

    @Test
    void drive_that_is_taken_out_is_forgotten() {
        machine.remove(HOT);

        assertThat(values()).isEqualTo("{nvme_temp_c=41.9, nvme_margin_c=43.0, temp_alarm_count=0}");
    }

    @Test
    void drive_that_answers_again_counts_again() {
        machine.file(HOT + "temp1_input", "");
        assertThat(values()).isEqualTo("{}");
        drive(HOT, "45850", "0");

        assertThat(values()).isEqualTo("{nvme_temp_c=45.9, nvme_margin_c=39.0, temp_alarm_count=0}");
    }

    @Test
    void drive_without_a_limit_is_judged_by_its_temperature_until_it_is_clearly_cooler() {
        machine.remove(COOL + "temp1_crit").file(COOL + "temp1_input", "84850");
        reads = new SensorReads(machine.tree());
        assertThat(values()).isEqualTo("{nvme_temp_c=84.9, temp_alarm_count=1}");

        machine.file(COOL + "temp1_input", "81850");
        assertThat(values()).as("about as hot").isEqualTo("{nvme_temp_c=83.9, temp_alarm_count=1}");

        machine.file(COOL + "temp1_input", "79850");
        assertThat(values()).isEqualTo("{nvme_temp_c=83.9, nvme_margin_c=1.0, temp_alarm_count=1}");
        machine.file(COOL + "temp1_input", "82850");
        assertThat(values()).isEqualTo("{nvme_temp_c=83.9, nvme_margin_c=1.0, temp_alarm_count=1}");
    }

    @Test
    void drive_that_is_always_late_is_measured_against_its_limits_too() throws Exception {
        DeadlineCalls calls = new DeadlineCalls(Duration.ofMillis(50), Duration.ofSeconds(30), System::nanoTime);
        machine.remove(HOT).remove(COOL);
        drive(HOT, "0", "0");
        machine.remove(HOT + "temp1_input");
        Fifo slow = Fifo.at(root.resolve(HOT + "temp1_input"));
        String device = slow.file().getParent().toRealPath().toString();
        SensorReads lateReads = new SensorReads(machine.tree().watchedBy(calls));

        await().until(
                        () -> {
                            calls.beginReading();
                            String values = lateReads.take().toString();
                            if (calls.isBusy(device)) {
                                slow.answer("80850\n");
                                await().until(() -> !calls.isBusy(device));
                            }
                            return values;
                        },
                        "{nvme_temp_c=80.9, nvme_margin_c=4.0, temp_alarm_count=0}"::equals);
    }

    private void drive(String folder, String milliDegrees, String alarm) {
        machine.file(folder + "name", "nvme")
                .file(folder + "temp1_input", milliDegrees)
                .file(folder + "temp1_crit", "84850")
                .file(folder + "temp1_alarm", alarm);
    }

    private String values() {
        return reads.take().toString();
    }
}
