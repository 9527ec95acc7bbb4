package io.emberwatch.probe.gpu.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.gpu.Gpu;
import io.emberwatch.probe.gpu.GpuDriver.Survey;
import io.emberwatch.probe.kernel.FakeTree;
import io.emberwatch.probe.kernel.GoldenTree;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import oshi.hardware.GraphicsCard;

/** Which GPUs there are, and what is known of them without reading them. */
final class SysfsDriverTest {
    private static final String INSTINCT_1 =
            "sys/devices/pci0000:00/0000:00:01.1/0000:01:00.0/0000:02:00.0/0000:05:00.0/";
    private static final String INSTINCT_2 =
            "sys/devices/pci0000:20/0000:20:01.1/0000:21:00.0/0000:22:00.0/0000:26:00.0/";

    @TempDir
    Path root;

    private final List<GraphicsCard> namedByOshi = new ArrayList<>();
    private final AtomicInteger asksForNames = new AtomicInteger();

    @Test
    void mi_gpu_uses_its_own_number_and_limits() {
        Survey survey = survey(GoldenTree.unpack("amd-instinct", root));

        assertThat(survey.gpus().get(0).info())
                .isEqualTo(new GpuInfo(
                        "GPU-6dd5f4c1a2b93e07",
                        "AMD Instinct MI300X OAM",
                        "0000:05:00.0",
                        OptionalInt.of(100),
                        OptionalInt.of(105),
                        OptionalInt.of(105),
                        OptionalInt.empty(),
                        OptionalInt.empty()));
        assertThat(survey.fault()).isEqualTo(GpuFault.NONE);
        assertThat(survey.name()).isEqualTo("amdgpu 6.8.5");
    }

    @Test
    void bmc_and_partitions_of_a_gpu_are_no_gpus() {
        assertThat(uuids(GoldenTree.unpack("amd-instinct", root)))
                .containsExactly("GPU-6dd5f4c1a2b93e07", "PCI-0000:26:00.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000000000000000", "0x0"})
    void number_of_zeros_is_none_and_the_slot_counts(String number) {
        FakeTree machine = GoldenTree.unpack("amd-instinct", root).file(INSTINCT_2 + "unique_id", number);

        assertThat(uuids(machine)).contains("PCI-0000:26:00.0");
    }

    @Test
    void gpus_that_claim_the_same_number_are_distinguished_by_their_slots() {
        FakeTree machine = GoldenTree.unpack("amd-instinct", root).file(INSTINCT_2 + "unique_id", "6dd5f4c1a2b93e07");

        assertThat(uuids(machine))
                .containsExactly("0000:05:00.0-GPU-6dd5f4c1a2b93e07", "0000:26:00.0-GPU-6dd5f4c1a2b93e07");
    }

    @Test
    void gpu_without_a_name_is_called_as_oshi_calls_its_device_and_oshi_is_asked_once() {
        namedByOshi.add(new NamedGpu("0x744C", "Navi 31 [Radeon RX 7900 XTX]"));
        SysfsDriver driver = driver(GoldenTree.unpack("amd-radeon", root));

        Survey survey = driver.survey();
        driver.survey();

        assertThat(survey.gpus())
                .extracting(gpu -> gpu.info().model())
                .containsExactly("Navi 31 [Radeon RX 7900 XTX]", "AMD GPU 0x164e");
        assertThat(asksForNames).as("once for each device that is new").hasValue(2);
        assertThat(survey.name()).isEqualTo("amdgpu 6.11.0-9-generic");
    }

    @Test
    void intel_gpu_reports_its_limits_and_its_virtual_functions_do_not_count() {
        Survey survey = survey(GoldenTree.unpack("intel-arc", root));

        assertThat(survey.gpus())
                .extracting(gpu -> gpu.info().pciBusId())
                .containsExactly("0000:00:02.0", "0000:03:00.0");
        assertThat(survey.gpus().get(1).info())
                .isEqualTo(new GpuInfo(
                        "PCI-0000:03:00.0",
                        "Intel GPU 0xe20b",
                        "0000:03:00.0",
                        OptionalInt.of(100),
                        OptionalInt.of(125),
                        OptionalInt.of(105),
                        OptionalInt.of(95),
                        OptionalInt.empty()));
        assertThat(survey.name()).isEqualTo("i915 6.16.3-generic, xe 6.16.3-generic");
    }

    @Test
    void nvidia_gpus_are_read_here_only_if_nouveau_drives_them() {
        Survey survey = survey(GoldenTree.unpack("nvidia-mixed", root));

        assertThat(survey.gpus()).extracting(gpu -> gpu.info().pciBusId()).containsExactly("0000:03:00.0");
        assertThat(survey.gpus().get(0).info().slowdownTempC()).hasValue(95);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bmc-only", "kvm-guest", "dual-xeon"})
    void machine_without_gpus_has_nothing_to_drive_and_nobody_is_asked_for_names(String machine) {
        Survey survey = survey(GoldenTree.unpack(machine, root));

        assertThat(survey.gpus()).isEmpty();
        assertThat(survey.fault()).isEqualTo(GpuFault.NONE);
        assertThat(survey.name()).isEmpty();
        assertThat(asksForNames).hasValue(0);
    }

    @Test
    void machine_without_sysfs_has_no_gpus() {
        assertThat(survey(new FakeTree(root)).gpus()).isEmpty();
    }

    @Test
    void graphics_inside_a_cpu_that_report_nothing_are_left_out() {
        FakeTree machine = GoldenTree.unpack("intel-arc", root)
                .remove("sys/class/drm/card0/gt")
                .remove("sys/class/drm/card0/gt_cur_freq_mhz")
                .remove("sys/class/drm/card0/gt_act_freq_mhz");

        assertThat(uuids(machine)).containsExactly("PCI-0000:03:00.0");
    }

    @Test
    void mi_gpu_without_a_driver_is_a_missing_driver() {
        FakeTree machine = GoldenTree.unpack("amd-instinct", root)
                .remove("sys/class/drm")
                .remove(INSTINCT_1 + "driver")
                .remove(INSTINCT_2 + "driver");

        Survey survey = survey(machine);

        assertThat(survey.gpus()).isEmpty();
        assertThat(survey.fault()).isEqualTo(GpuFault.DRIVER_MISSING);
    }

    @Test
    void mi_gpu_that_its_driver_refuses_does_not_hide_the_other() {
        FakeTree machine = GoldenTree.unpack("amd-instinct", root)
                .remove("sys/class/drm/card3")
                .remove(INSTINCT_2 + "driver");

        Survey survey = survey(machine);

        assertThat(survey.gpus()).hasSize(1);
        assertThat(survey.fault()).isEqualTo(GpuFault.NONE);
    }

    @Test
    void gpu_stays_the_same_object_until_its_driver_is_loaded_anew() {
        FakeTree machine = GoldenTree.unpack("amd-instinct", root);
        SysfsDriver driver = driver(machine);
        Gpu before = driver.survey().gpus().get(0);
        assertThat(driver.survey().gpus().get(0)).isSameAs(before);

        machine.remove(INSTINCT_1 + "hwmon/hwmon7")
                .file(INSTINCT_1 + "hwmon/hwmon9/name", "amdgpu")
                .file(INSTINCT_1 + "hwmon/hwmon9/temp2_label", "junction")
                .file(INSTINCT_1 + "hwmon/hwmon9/temp2_input", "50000");
        Gpu after = driver.survey().gpus().get(0);

        assertThat(after).isNotSameAs(before);
        assertThat(after.info().uuid()).isEqualTo(before.info().uuid());
    }

    private List<String> uuids(FakeTree machine) {
        return survey(machine).gpus().stream().map(gpu -> gpu.info().uuid()).toList();
    }

    private Survey survey(FakeTree machine) {
        return driver(machine).survey();
    }

    private SysfsDriver driver(FakeTree machine) {
        return new SysfsDriver(
                machine.tree(),
                () -> {
                    asksForNames.incrementAndGet();
                    return namedByOshi;
                },
                () -> 0);
    }
}
