package io.emberwatch.probe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SampleTableTest {
    private static final List<String> TWO_GPUS =
            SampleTable.of(SampleReports.ofTwoGpus()).lines().toList();

    @Test
    void it_begins_with_what_the_machine_is() {
        assertThat(TWO_GPUS)
                .startsWith("taken at 1970-01-01T00:00:00Z", "machine: bare metal, Maker Model, Debian 12, 6.1.0, CPU");
    }

    @Test
    void every_sensor_is_shown_whether_or_not_it_answers() {
        assertThat(TWO_GPUS)
                .map(line -> line.replaceAll(" +", " "))
                .contains(
                        "sensor coretemp coretemp.0 Package id 0 54.0 °C",
                        "sensor nct6798 nct6775.2608 fan2 8437 rpm",
                        "sensor nvme nvme0 Composite absent");
    }

    @Test
    void gpu_is_shown_with_its_limits_faults_errors_and_processes() {
        assertThat(TWO_GPUS)
                .containsSequence(
                        "GPU 0: \"X\", GPU-a, slot 0000:3b:00.0",
                        "  slows down at 87 °C, turns off at 92 °C, memory safe up to 95 °C, aims for 84 °C",
                        "  process 4711 py?[2Jthon wang, 3072 MiB")
                .containsSequence(
                        "GPU 1: X, GPU-b, slot 0000:5e:00.0",
                        "  it has fallen off the bus",
                        "  XID 79: the card has fallen off the bus");
    }

    @Test
    void nothing_is_listed_as_absent_of_a_gpu_that_cannot_be_read() {
        int lost = TWO_GPUS.indexOf("GPU 1: X, GPU-b, slot 0000:5e:00.0");

        assertThat(TWO_GPUS.subList(lost, TWO_GPUS.size())).hasSize(3);
        assertThat(TWO_GPUS.subList(0, lost)).anyMatch(line -> line.matches("gpu_power_w +absent .*"));
    }

    @Test
    void value_that_cannot_be_is_absent_and_named() {
        assertThat(TWO_GPUS)
                .anyMatch(line ->
                        line.matches("gpu_power_w +absent +power drawn; reported as 4294967\\.2 W, which cannot be"));
    }

    @Test
    void what_a_readable_gpu_needs_is_shown_beside_its_values() {
        assertThat(SampleTable.of(SampleReports.ofRestart()).lines())
                .contains("  it needs a restart of its machine")
                .anyMatch(line -> line.matches("gpu_temp_c +70\\.5 .*"));
    }

    @Test
    void a_virtual_machine_without_sensors_says_so_and_what_its_driver_lacks() {
        assertThat(SampleTable.of(SampleReports.ofDriverFault()).lines())
                .contains(
                        "no temperature sensor: virtual machine on kvm",
                        "GPU driver: each of its cards has a driver that was changed without a restart",
                        "GPU driver: NVIDIA 580.65.06");
    }

    @Test
    void sensors_alone_are_shown_with_what_they_were_taken_for_and_why() {
        assertThat(SampleTable.ofSensors(
                                SampleReports.inventory(),
                                Optional.of("no temperature sensor: none is known"),
                                SampleReports.sensorsInDetail())
                        .lines()
                        .map(line -> line.strip().replaceAll(" +", " ")))
                .containsExactly(
                        "machine: bare metal, Maker Model, Debian 12, 6.1.0, CPU",
                        "no temperature sensor: none is known",
                        "",
                        "sensor nvme nvme0 Composite 73.9 °C",
                        "own limits: crit 74.9 °C, max 65261.9 °C (taken for none)",
                        "own flags: alarm set",
                        "taken for nvme_temp_c, nvme_margin_c: so says its driver",
                        "",
                        "sensor acpitz thermal_zone0 temp1 absent",
                        "not taken: reading it failed");
    }
}
