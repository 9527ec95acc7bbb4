package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.kernel.FakeTree;
import io.emberwatch.probe.kernel.GoldenTree;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import oshi.SystemInfo;

/** What is sampled of the sensors of machines that were reported from the field, or that it is not known. */
final class SensorCasesTest {
    @TempDir
    Path root;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    acpitz-only            | {nvme_temp_c=41.9}
                    cloud-nvme-zero-kelvin | {}
                    coretemp-without-first | {cpu_temp_c=58.0}
                    drives-over-own-limits | {cpu_temp_c=50.0, nvme_temp_c=92.9, cpu_margin_c=50.0, nvme_margin_c=1.0, \
                    disk_temp_c=66.0, disk_margin_c=-1.0, temp_alarm_count=1}
                    epyc-tctl-tccd         | {cpu_temp_c=34.8}
                    fan-all-ones           | {cpu_temp_c=51.0, fan_rpm=5820, fan_min_rpm=5760}
                    gb10-acpi-zones        | {nvme_temp_c=44.9}
                    loongarch-hwmon        | {cpu_temp_c=62.0}
                    thor-board             | {cpu_temp_c=47.2, fan_rpm=2163, nvme_temp_c=39.9, fan_min_rpm=2163}
                    threadripper-offset    | {cpu_temp_c=68.0}
                    """)
    void machine_from_the_field_reports_what_is_known(String machine, String values) {
        FakeTree tree = GoldenTree.unpackCase(machine, root);

        assertThat(SensorReads.of(tree.tree()).toString()).isEqualTo(values);
    }

    @ParameterizedTest
    @CsvSource({"acpitz-only", "gb10-acpi-zones"})
    void zones_that_do_not_say_what_they_measure_leave_the_cpus_without_a_sensor_and_that_is_said(String machine) {
        FakeTree tree = GoldenTree.unpackCase(machine, root);

        assertThat(MachineFacts.of(new SystemInfo(), tree.tree()).temperatureRemark())
                .hasValueSatisfying(remark -> assertThat(remark)
                        .startsWith("no temperature sensor: ")
                        .contains("ACPI's thermal zones do not say what they measure"));
    }

    @ParameterizedTest
    @CsvSource({
        "product_name, NVIDIA_DGX_Spark",
        "product_family, DGX Spark",
        "product_name, Dell Pro Max with GB10 FCM1253"
    })
    void zones_of_a_machine_that_is_known_to_have_its_package_there_count_with_the_hottest(String file, String name) {
        FakeTree tree = GoldenTree.unpackCase("gb10-acpi-zones", root).file("sys/class/dmi/id/" + file, name);

        assertThat(SensorReads.of(tree.tree()).toString()).isEqualTo("{cpu_temp_c=92.6, nvme_temp_c=44.9}");
    }
}
