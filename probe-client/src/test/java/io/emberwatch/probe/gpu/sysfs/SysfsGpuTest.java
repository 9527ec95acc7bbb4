package io.emberwatch.probe.gpu.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.probe.gpu.Gpu;
import io.emberwatch.probe.kernel.FakeTree;
import io.emberwatch.probe.kernel.GoldenTree;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the GPUs of whole machines report. */
final class SysfsGpuTest {
    private static final String INSTINCT =
            "sys/devices/pci0000:00/0000:00:01.1/0000:01:00.0/0000:02:00.0/0000:05:00.0/";
    private static final String ARC = "sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/0000:02:01.0/0000:03:00.0/";

    @TempDir
    Path root;

    private final AtomicLong nanos = new AtomicLong();

    @Test
    void mi_gpu_has_no_edge_sensor_and_its_junction_stands_for_the_core() throws Gpu.FaultException {
        assertThat(values(gpu("amd-instinct", 0)).toString())
                .isEqualTo("{gpu_temp_c=48.0, gpu_mem_temp_c=41.0, gpu_slowdown_margin_c=52.0, gpu_util_percent=37.0,"
                        + " gpu_mem_used_bytes=299470848, gpu_mem_total_bytes=206141652992, gpu_power_w=138.0,"
                        + " gpu_power_limit_w=750.0, gpu_sm_clock_mhz=132, gpu_mem_clock_mhz=1300,"
                        + " gpu_ecc_corrected_count=4, gpu_ecc_uncorrected_count=0, gpu_mem_margin_c=64.0,"
                        + " gpu_mem_util_percent=12.0, gpu_pcie_replay_count=3}");
    }

    @Test
    void value_that_a_gpu_does_not_report_is_absent() throws Gpu.FaultException {
        assertThat(values(gpu("amd-instinct", 1)).toString())
                .isEqualTo("{gpu_temp_c=97.0, gpu_mem_temp_c=96.0, gpu_slowdown_margin_c=3.0, gpu_util_percent=100.0,"
                        + " gpu_mem_used_bytes=206000000000, gpu_mem_total_bytes=206141652992, gpu_power_w=748.0,"
                        + " gpu_power_limit_w=750.0, gpu_mem_margin_c=9.0}");
    }

    @Test
    void margin_of_a_radeon_is_that_of_its_junction_where_that_is_nearer_to_its_limit() throws Gpu.FaultException {
        assertThat(values(gpu("amd-radeon", 0)).toString())
                .isEqualTo("{gpu_temp_c=71.0, gpu_mem_temp_c=88.0, gpu_slowdown_margin_c=8.0, gpu_util_percent=99.0,"
                        + " gpu_mem_used_bytes=8589934592, gpu_mem_total_bytes=25753026560, gpu_power_w=338.0,"
                        + " gpu_power_limit_w=339.0, gpu_sm_clock_mhz=2515, gpu_mem_clock_mhz=1249,"
                        + " gpu_fan_percent=45.9, gpu_mem_margin_c=20.0, gpu_mem_util_percent=61.0}");
    }

    @Test
    void intel_gpu_reports_the_energy_it_used_and_power_is_its_growth() throws Gpu.FaultException {
        FakeTree machine = GoldenTree.unpack("intel-arc", root);
        Gpu gpu = gpu(machine, 1);
        assertThat(values(gpu).has(Metric.GPU_POWER_W)).isFalse();

        nanos.addAndGet(2_000_000_000L);
        machine.file(ARC + "hwmon/hwmon4/energy1_input", "1300000000");

        assertThat(values(gpu).toString())
                .isEqualTo("{gpu_temp_c=66.0, gpu_mem_temp_c=74.0, gpu_slowdown_margin_c=34.0,"
                        + " gpu_mem_total_bytes=12884901888, gpu_power_w=150.0, gpu_power_limit_w=190.0,"
                        + " gpu_sm_clock_mhz=2800, gpu_mem_margin_c=31.0, gpu_thermal_throttling=1}");
    }

    @Test
    void counter_of_energy_that_starts_again_leaves_power_absent_once() throws Gpu.FaultException {
        FakeTree machine = GoldenTree.unpack("intel-arc", root);
        Gpu gpu = gpu(machine, 1);
        values(gpu);
        nanos.addAndGet(1_000_000_000L);
        machine.file(ARC + "hwmon/hwmon4/energy1_input", "5000000");
        assertThat(values(gpu).has(Metric.GPU_POWER_W)).isFalse();

        nanos.addAndGet(1_000_000_000L);
        machine.file(ARC + "hwmon/hwmon4/energy1_input", "25000000");

        assertThat(values(gpu).get(Metric.GPU_POWER_W)).hasValue(20);
    }

    @Test
    void graphics_inside_a_cpu_report_their_clock() throws Gpu.FaultException {
        assertThat(values(gpu("intel-arc", 0)).toString())
                .isEqualTo("{gpu_sm_clock_mhz=1400, gpu_thermal_throttling=0}");
    }

    @Test
    void nouveau_reports_its_fan_in_per_cent_and_slows_down_at_its_max() throws Gpu.FaultException {
        assertThat(values(gpu("nvidia-mixed", 0)).toString())
                .isEqualTo("{gpu_temp_c=55.0, gpu_slowdown_margin_c=40.0, gpu_power_w=43.5, gpu_fan_percent=33.0}");
    }

    @Test
    void garbage_is_absent() throws Gpu.FaultException {
        FakeTree machine = GoldenTree.unpack("amd-instinct", root)
                .file(INSTINCT + "hwmon/hwmon7/temp2_input", "511000")
                .file(INSTINCT + "hwmon/hwmon7/power1_input", "-1000000")
                .file(INSTINCT + "gpu_busy_percent", "65535")
                .file(INSTINCT + "mem_info_vram_used", "18446744073709551615")
                .file(INSTINCT + "ras/umc_err_count", "ue: many\nce: 99999999999999999999999")
                .file(INSTINCT + "pp_dpm_mclk", "")
                .file(INSTINCT + "hwmon/hwmon7/freq1_input", "");

        assertThat(values(gpu(machine, 0)).toString())
                .isEqualTo("{gpu_mem_temp_c=41.0, gpu_mem_total_bytes=206141652992, gpu_power_limit_w=750.0,"
                        + " gpu_mem_margin_c=64.0, gpu_mem_util_percent=12.0, gpu_pcie_replay_count=3}");
    }

    @Test
    void gpu_that_answers_with_ones_on_the_bus_has_fallen_off_it_though_its_driver_goes_on() {
        FakeTree machine = GoldenTree.unpack("amd-instinct", root);
        Gpu gpu = gpu(machine, 0);
        machine.bytes(INSTINCT + "config", "ffffffffffffffffffffffff");

        assertFault(gpu, GpuFault.LOST);
    }

    @Test
    void gpu_whose_folder_is_gone_has_fallen_off_the_bus() {
        FakeTree machine = GoldenTree.unpack("amd-instinct", root);
        Gpu gpu = gpu(machine, 0);
        machine.remove(INSTINCT.substring(0, INSTINCT.length() - 1));

        assertFault(gpu, GpuFault.LOST);
    }

    @Test
    void gpu_that_answered_and_reports_nothing_of_its_own_any_more_cannot_be_read() throws Gpu.FaultException {
        FakeTree machine = GoldenTree.unpack("amd-instinct", root);
        Gpu gpu = gpu(machine, 0);
        values(gpu);
        machine.remove(INSTINCT + "hwmon")
                .remove(INSTINCT + "gpu_busy_percent")
                .remove(INSTINCT + "mem_busy_percent")
                .remove(INSTINCT + "pp_dpm_sclk")
                .remove(INSTINCT + "pp_dpm_mclk");

        assertFault(gpu, GpuFault.UNREADABLE);
    }

    @Test
    void gpu_whose_every_read_fails_with_an_input_output_error_has_fallen_off_the_bus() {
        FakeTree machine = GoldenTree.unpack("amd-instinct", root)
                .remove(INSTINCT + "gpu_busy_percent")
                .remove(INSTINCT + "mem_busy_percent")
                .remove(INSTINCT + "pp_dpm_sclk")
                .remove(INSTINCT + "pp_dpm_mclk")
                .remove(INSTINCT + "hwmon")
                .file(INSTINCT + "hwmon/hwmon7/name", "amdgpu")
                .file(INSTINCT + "hwmon/hwmon7/temp2_label", "junction")
                // Its beginning is no memory of anybody's, so that reading it fails in the kernel as a lost GPU does.
                .link(INSTINCT + "hwmon/hwmon7/temp2_input", "/proc/self/mem");

        assertFault(gpu(machine, 0), GpuFault.LOST);
    }

    @Test
    void part_of_a_gpu_that_reports_its_memory_alone_is_no_fault() throws Gpu.FaultException {
        FakeTree machine = GoldenTree.unpack("amd-instinct", root)
                .remove(INSTINCT + "hwmon")
                .remove(INSTINCT + "gpu_busy_percent")
                .remove(INSTINCT + "mem_busy_percent")
                .remove(INSTINCT + "pp_dpm_sclk")
                .remove(INSTINCT + "pp_dpm_mclk")
                .remove(INSTINCT + "ras")
                .remove(INSTINCT + "pcie_replay_count");

        assertThat(values(gpu(machine, 0)).toString())
                .isEqualTo("{gpu_mem_used_bytes=299470848, gpu_mem_total_bytes=206141652992}");
    }

    @Test
    void gpu_that_sleeps_is_not_woken_up() throws Gpu.FaultException {
        FakeTree machine = GoldenTree.unpack("amd-instinct", root).file(INSTINCT + "power/runtime_status", "suspended");

        assertThat(values(gpu(machine, 0)).toString()).isEqualTo("{gpu_mem_total_bytes=206141652992}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"amd-instinct", "amd-radeon", "intel-arc", "nvidia-mixed"})
    void metrics_that_are_not_declared_are_not_reported(String machine) throws Gpu.FaultException {
        assertThat(reported(machine)).isSubsetOf(SysfsGpu.METRICS);
    }

    @Test
    void declared_metrics_are_each_reported_by_some_gpu() throws Gpu.FaultException {
        Set<Metric> reported = EnumSet.noneOf(Metric.class);
        for (String machine : List.of("amd-instinct", "amd-radeon", "intel-arc")) {
            reported.addAll(reported(machine));
        }

        assertThat(reported).isEqualTo(SysfsGpu.METRICS);
    }

    /** What all GPUs of a machine report in two readings. */
    private Set<Metric> reported(String machine) throws Gpu.FaultException {
        Set<Metric> reported = EnumSet.noneOf(Metric.class);
        FakeTree tree = GoldenTree.unpack(machine, root.resolve(machine));
        for (Gpu gpu :
                new SysfsDriver(tree.tree(), List::of, nanos::get).survey().gpus()) {
            gpu.read();
            nanos.addAndGet(1_000_000_000);
            gpu.read().values().forEachPresent((metric, raw) -> reported.add(metric));
        }
        return reported;
    }

    private static void assertFault(Gpu gpu, GpuFault fault) {
        assertThatThrownBy(gpu::read)
                .isInstanceOf(Gpu.FaultException.class)
                .extracting(thrown -> ((Gpu.FaultException) thrown).fault())
                .isEqualTo(fault);
    }

    private static MetricValues values(Gpu gpu) throws Gpu.FaultException {
        return gpu.read().values();
    }

    private Gpu gpu(String machine, int index) {
        return gpu(GoldenTree.unpack(machine, root), index);
    }

    private Gpu gpu(FakeTree machine, int index) {
        return new SysfsDriver(machine.tree(), List::of, nanos::get)
                .survey()
                .gpus()
                .get(index);
    }
}
