package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.kernel.FakeTree;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SensorLimitsTest {
    @TempDir
    Path root;

    @ParameterizedTest
    @ValueSource(longs = {0, -1000, -273_150, 30_000, 127_000, 255_000, 65_261_850, 2_147_483_647})
    void limit_that_no_maker_means_is_none(long crit) {
        chip("nvme", 60_000).file(sensor("temp1_crit"), Long.toString(crit)).file(sensor("temp1_max"), "75850");

        assertThat(values()).isEqualTo("{nvme_temp_c=60.0, nvme_margin_c=15.9}");
    }

    @Test
    void critical_limit_counts_before_that_of_lasting_use() {
        chip("drivetemp", 61_000).file(sensor("temp1_max"), "60000").file(sensor("temp1_crit"), "70000");

        assertThat(values()).startsWith("{disk_temp_c=61.0, disk_margin_c=9.0");
    }

    /** Of a WD Red: 0 to 65 °C are recommended, up to 85 °C endured, and nothing between the two is said by a flag. */
    @ParameterizedTest
    @CsvSource({"65000, 0", "66000, 1"})
    void sata_drive_beyond_its_limit_of_lasting_use_signals_an_alarm(long now, int alarms) {
        chip("drivetemp", now).file(sensor("temp1_max"), "65000").file(sensor("temp1_crit"), "85000");

        assertThat(values()).endsWith("temp_alarm_count=" + alarms + "}");
    }

    @ParameterizedTest
    @CsvSource({"k10temp, temp1_max, 70000", "spd5118, temp1_max, 55000"})
    void constant_of_the_driver_is_no_limit(String driver, String file, String limit) {
        chip(driver, 72_000).file(sensor(file), limit).file(sensor(file + "_alarm"), "1");

        assertThat(values()).matches("\\{(cpu|mem)_temp_c=72.0}");
    }

    @Test
    void flag_of_a_limit_that_is_one_counts_once_for_each_sensor() {
        chip("jc42", 96_000)
                .file(sensor("temp1_max"), "80000")
                .file(sensor("temp1_crit"), "95000")
                .file(sensor("temp1_max_alarm"), "1")
                .file(sensor("temp1_crit_alarm"), "1");

        assertThat(values()).isEqualTo("{mem_temp_c=96.0, mem_margin_c=-1.0, temp_alarm_count=1}");
    }

    @Test
    void drive_that_tells_no_limit_may_still_signal_an_alarm() {
        chip("nvme", 81_000).file(sensor("temp1_alarm"), "1");

        assertThat(values()).isEqualTo("{nvme_temp_c=81.0, temp_alarm_count=1}");
    }

    @ParameterizedTest
    @CsvSource({"99000, 1", "60000, 0"})
    void flag_that_stays_until_the_next_start_counts_near_the_limit_only(long now, int alarms) {
        chip("coretemp", now).file(sensor("temp1_crit"), "100000").file(sensor("temp1_crit_alarm"), "1");

        assertThat(values()).endsWith("temp_alarm_count=" + alarms + "}");
    }

    /** Whoever judges by the margin would not see the drive without limits otherwise. */
    @ParameterizedTest
    @CsvSource({"90000, '{nvme_temp_c=90.0}'", "40000, '{nvme_temp_c=50.0, nvme_margin_c=35.0}'"})
    void margin_is_unknown_while_a_drive_without_limits_is_the_hottest(long now, String values) {
        chip("nvme", 50_000).file(sensor("temp1_crit"), "85000");
        new FakeTree(root)
                .file("sys/class/hwmon/hwmon1/name", "nvme")
                .file("sys/class/hwmon/hwmon1/temp1_input", Long.toString(now));

        assertThat(values()).isEqualTo(values);
    }

    private FakeTree chip(String driver, long milliDegrees) {
        return new FakeTree(root).file(sensor("name"), driver).file(sensor("temp1_input"), Long.toString(milliDegrees));
    }

    private static String sensor(String file) {
        return "sys/class/hwmon/hwmon0/" + file;
    }

    private String values() {
        return SensorReads.of(new FakeTree(root).tree()).toString();
    }
}
