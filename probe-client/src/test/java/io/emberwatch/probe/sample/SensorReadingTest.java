package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.kernel.FakeTree;
import io.emberwatch.probe.kernel.GoldenTree;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each sensor says what it was taken for, or why it was not. */
final class SensorReadingTest {
    @TempDir
    Path root;

    @Test
    void drive_says_its_limits_and_flags_and_what_it_decides() {
        assertThat(said(GoldenTree.unpackCase("drives-over-own-limits", root)))
                .containsExactly(
                        "nvme nvme0 Composite 73.85 [crit=74.85, max=69.85] {alarm=true}"
                                + " [nvme_temp_c, nvme_margin_c, temp_alarm_count] NVMe drive: so says its driver",
                        "nvme nvme0 Sensor 2 92.85 [] {} [nvme_temp_c] NVMe drive: so says its driver",
                        "drivetemp 0:0:0:0 temp1 66.0 [crit=65.0, max=60.0] {} [disk_temp_c, disk_margin_c]"
                                + " SATA or SAS drive: so says its driver",
                        "coretemp coretemp.0 Package id 0 50.0 [crit=100.0, max=80.0] {} [cpu_temp_c, cpu_margin_c]"
                                + " CPU: its driver reads CPUs only");
    }

    @Test
    void chip_without_a_name_is_taken_for_nothing() {
        FakeTree machine = new FakeTree(root)
                .file("sys/class/hwmon/hwmon0/name", "")
                .file("sys/class/hwmon/hwmon0/temp1_input", "41000");

        assertThat(said(machine)).containsExactly(" class temp1 41.0 [] {} [] nothing says that it is a CPU's");
    }

    @Test
    void limit_that_is_none_and_its_flag_are_shown_and_not_taken() {
        assertThat(said(GoldenTree.unpack("memory-modules", root)))
                .contains("jc42 9-0019 temp1 27.25 [crit=0.0 (none), max=0.0 (none)]"
                        + " {max_alarm=true, crit_alarm=true} [mem_temp_c] memory module: so says its driver");
    }

    @Test
    void sensor_that_says_that_it_is_faulty_is_not_taken() {
        FakeTree machine = new FakeTree(root)
                .file("sys/class/hwmon/hwmon0/name", "coretemp")
                .file("sys/class/hwmon/hwmon0/temp1_label", "Package id 0")
                .file("sys/class/hwmon/hwmon0/temp1_input", "99000")
                .file("sys/class/hwmon/hwmon0/temp1_fault", "1");

        assertThat(said(machine).get(0))
                .endsWith(" {fault=true} [] it says itself that what it measures is not to be trusted (fault)");
    }

    @Test
    void zone_is_listed_beside_chips_with_what_acpi_calls_it() {
        assertThat(said(GoldenTree.unpack("laptop-acpi", root)))
                .containsExactly(
                        "acpitz thermal_zone0 temp1 71.0 [] {} []"
                                + " this chip repeats ACPI's zones, which are judged themselves",
                        "acpitz thermal_zone0 temp2 58.0 [] {} []"
                                + " this chip repeats ACPI's zones, which are judged themselves",
                        "acpitz thermal_zone0 temp1 71.0 [] {} []"
                                + " nothing says that it is a CPU's (ACPI calls it \\_TZ_.GFXZ)",
                        "acpitz thermal_zone1 temp1 58.0 [] {} [cpu_temp_c]"
                                + " CPU: it is called as a CPU's (ACPI calls it \\_TZ_.CPUZ)",
                        "BATZ thermal_zone2 temp1 95.0 [] {} [] nothing says that it is a CPU's");
    }

    @Test
    void what_says_nothing_or_nonsense_says_so() {
        assertThat(said(GoldenTree.unpack("jetson-orin", root)))
                .contains(
                        "cv0-thermal thermal_zone2 temp1 absent [crit=104.5] {} [] reading it failed, or it does not answer",
                        "cpu-thermal thermal_zone0 temp1 51.406 [crit=104.5] {} [cpu_temp_c, cpu_margin_c]"
                                + " CPU: it is called as a CPU's",
                        "soc0-thermal thermal_zone5 temp1 53.218 [crit=104.5] {} []"
                                + " CPU: it is that of the whole system on a chip, with the CPUs in it,"
                                + " but others stand for the CPUs");
    }

    @Test
    void fan_that_is_none_says_so() {
        assertThat(said(GoldenTree.unpackCase("fan-all-ones", root)))
                .contains(
                        "max31785 0-0052 fan1 65535.0 [] {} []"
                                + " no speed: that is what a controller says that knows of no fan",
                        "max31785 0-0052 fan2 5820.0 [] {} [fan_rpm, fan_min_rpm] a fan of the machine");
    }

    @Test
    void absolute_zero_is_shown_and_not_taken() {
        assertThat(said(GoldenTree.unpackCase("cloud-nvme-zero-kelvin", root)))
                .containsExactly("nvme nvme0 Composite -273.15 [] {} []"
                        + " no temperature: that is what a sensor says that is broken or not wired");
    }

    private static List<String> said(FakeTree machine) {
        return SensorReading.all(machine.tree()).stream()
                .map(sensor -> String.join(
                        " ",
                        sensor.chip(),
                        sensor.device(),
                        sensor.label(),
                        sensor.value().isPresent()
                                ? Double.toString(sensor.value().getAsDouble())
                                : "absent",
                        sensor.details().limits().stream()
                                .map(limit -> limit.name() + "=" + limit.degrees() + (limit.isOne() ? "" : " (none)"))
                                .toList()
                                .toString(),
                        sensor.details().flags().toString(),
                        sensor.details().takenFor().toString(),
                        sensor.details().why()))
                .toList();
    }
}
