package io.emberwatch.probe.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.probe.gpu.nvml.Nvml.Clock;
import io.emberwatch.probe.gpu.nvml.Nvml.Device;
import io.emberwatch.probe.gpu.nvml.Nvml.EccErrors;
import io.emberwatch.probe.gpu.nvml.Nvml.Field;
import io.emberwatch.probe.gpu.nvml.Nvml.FieldAnswer;
import io.emberwatch.probe.gpu.nvml.Nvml.Threshold;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Through JNA into C: every layout and every number of an argument is right. Needs a C compiler. */
@EnabledIf("io.emberwatch.probe.gpu.nvml.FakeNvmlLibrary#canBeBuilt")
final class NativeNvmlTest {
    private static FakeNvmlLibrary library;
    private static FakeNvmlLibrary oldLibrary;

    private Nvml nvml;
    private Device gpu;

    @BeforeAll
    static void build(@TempDir(cleanup = org.junit.jupiter.api.io.CleanupMode.NEVER) Path folder, @TempDir Path old)
            throws IOException {
        library = FakeNvmlLibrary.build(folder);
        oldLibrary = FakeNvmlLibrary.build(old, "-DOLD_DRIVER");
    }

    @BeforeEach
    void one_gpu() throws Exception {
        library.play("count 1", "driver 580.65.06");
        nvml = NativeNvml.load(library.path());
        nvml.init();
        gpu = nvml.device(0);
    }

    @Test
    void gpu_is_known_by_its_uuid_its_model_and_its_place() throws Exception {
        library.play(
                "count 1",
                "driver 580.65.06",
                "0.uuid GPU-8f6d8a0e-1111-2222-3333-444455556666",
                "0.name NVIDIA H100",
                "0.bus 00000000:3B:00.0");

        assertThat(gpu.uuid()).isEqualTo("GPU-8f6d8a0e-1111-2222-3333-444455556666");
        assertThat(gpu.model()).isEqualTo("NVIDIA H100");
        assertThat(gpu.pciBusId()).isEqualTo("0000:3b:00.0");
        assertThat(nvml.deviceCount()).isEqualTo(1);
        assertThat(nvml.driverVersion()).isEqualTo("580.65.06");
    }

    @Test
    void every_value_is_read_from_where_it_stands() throws Exception {
        library.play(
                "count 1",
                "0.temp 61",
                "0.mem_temp 72",
                "0.recovery 4",
                "0.shutdown 95",
                "0.slowdown 92",
                "0.mem_max 105",
                "0.gpu_max 87",
                "0.target 84",
                "0.margin -3",
                "0.tlimit_shutdown -8",
                "0.tlimit_slowdown -2",
                "0.tlimit_mem_max 1",
                "0.tlimit_gpu_max 0",
                "0.util 97",
                "0.mem_util 41",
                "0.mem_total 85899345920",
                "0.mem_used 68719476736",
                "0.mem_reserved 1048576",
                "0.power 698123",
                "0.power_limit 700000",
                "0.sm_clock 1980",
                "0.mem_clock 2619",
                "0.fan 55",
                "0.pstate 0",
                "0.throttle 0x60",
                "0.ecc_corrected 5000000000",
                "0.ecc_uncorrected 2",
                "0.rows_corrected 3",
                "0.rows_uncorrected 1",
                "0.rows_pending 1",
                "0.rows_failed 0",
                "0.pages_pending 1",
                "0.replays 7",
                "0.pid 4242",
                "0.pid_mem 1073741824",
                "0.mig 1",
                "0.mig_instances 3");

        assertThat(gpu.coreTempC()).isEqualTo(61);
        assertThat(gpu.fields(List.of(Field.RECOVERY_ACTION, Field.MEM_TEMP)))
                .containsExactly(new FieldAnswer(NvmlCode.SUCCESS, 4), new FieldAnswer(NvmlCode.SUCCESS, 72));
        assertThat(gpu.thresholdC(Threshold.SHUTDOWN)).isEqualTo(95);
        assertThat(gpu.thresholdC(Threshold.SLOWDOWN)).isEqualTo(92);
        assertThat(gpu.thresholdC(Threshold.MEM_MAX)).isEqualTo(105);
        assertThat(gpu.thresholdC(Threshold.GPU_MAX)).isEqualTo(87);
        assertThat(gpu.thresholdC(Threshold.TARGET)).isEqualTo(84);
        assertThat(gpu.tLimitC()).isEqualTo(-3);
        assertThat(gpu.tLimitOffsetC(Threshold.SHUTDOWN)).isEqualTo(-8);
        assertThat(gpu.tLimitOffsetC(Threshold.SLOWDOWN)).isEqualTo(-2);
        assertThat(gpu.tLimitOffsetC(Threshold.MEM_MAX)).isEqualTo(1);
        assertThat(gpu.tLimitOffsetC(Threshold.GPU_MAX)).isZero();
        assertThat(gpu.utilisation()).isEqualTo(new Nvml.Utilisation(97, 41));
        assertThat(gpu.memory()).isEqualTo(new Nvml.MemoryUse(85_899_345_920L, 68_719_476_736L));
        assertThat(gpu.powerMilliwatts()).isEqualTo(698_123);
        assertThat(gpu.powerLimitMilliwatts()).isEqualTo(700_000);
        assertThat(gpu.clockMhz(Clock.SM)).isEqualTo(1980);
        assertThat(gpu.clockMhz(Clock.MEM)).isEqualTo(2619);
        assertThat(gpu.fanPercent()).isEqualTo(55);
        assertThat(gpu.performanceState()).isZero();
        assertThat(gpu.throttleReasons()).isEqualTo(0x60);
        assertThat(gpu.eccErrors(EccErrors.CORRECTED)).isEqualTo(5_000_000_000L);
        assertThat(gpu.eccErrors(EccErrors.UNCORRECTED)).isEqualTo(2);
        assertThat(gpu.remappedRows()).isEqualTo(new Nvml.RemappedRows(3, 1, true, false));
        assertThat(gpu.isPageRetirementPending()).isTrue();
        assertThat(gpu.pcieReplays()).isEqualTo(7);
        assertThat(gpu.processes()).containsExactly(new Nvml.GpuProcess(4242, 1_073_741_824L));
        assertThat(gpu.migInstances()).isEqualTo(3);
    }

    @Test
    void value_that_the_gpu_does_not_have_is_not_supported() {
        assertCode(gpu::coreTempC, NvmlCode.NOT_SUPPORTED);
        assertCode(gpu::fanPercent, NvmlCode.NOT_SUPPORTED);
    }

    @Test
    void field_that_the_gpu_does_not_have_costs_the_others_nothing() throws Exception {
        library.play("count 1", "0.recovery 2");

        assertThat(gpu.fields(List.of(Field.MEM_TEMP, Field.RECOVERY_ACTION)))
                .extracting(FieldAnswer::code)
                .containsExactly(NvmlCode.NOT_SUPPORTED, NvmlCode.SUCCESS);
        assertCode(() -> gpu.tLimitOffsetC(Threshold.SLOWDOWN), NvmlCode.NOT_SUPPORTED);
    }

    @Test
    void process_whose_memory_is_unknown_has_none() throws Exception {
        library.play("count 1", "0.pid 4242");

        assertThat(gpu.processes()).containsExactly(new Nvml.GpuProcess(4242, 0));
    }

    @Test
    void many_processes_are_all_reported() throws Exception {
        library.play("count 1", "0.pid 1000", "0.pids 700", "0.pid_mem 5");

        assertThat(gpu.processes())
                .hasSize(700)
                .startsWith(new Nvml.GpuProcess(1000, 5))
                .endsWith(new Nvml.GpuProcess(1699, 5));

        library.play("count 1", "0.pid 1000", "0.pids 70000", "0.pid_mem 5");
        assertCode(gpu::processes, NvmlCode.INSUFFICIENT_SIZE);
    }

    /** Their function of the same name writes entries of 32 bytes instead of 24. */
    @Test
    void first_releases_of_535_report_processes_in_longer_entries() throws Exception {
        for (String driver : new String[] {"535.43.02", "535.54.03", "535.86.10"}) {
            Nvml other = beginWith("count 1", "driver " + driver, "0.pid 1000", "0.pids 700", "0.pid_mem 5");

            assertThat(other.device(0).processes())
                    .as(driver)
                    .hasSize(700)
                    .contains(new Nvml.GpuProcess(1001, 5))
                    .endsWith(new Nvml.GpuProcess(1699, 5));
        }
        for (String driver : new String[] {"535.104.05", "535.98", "530.54.03", "unknown"}) {
            Nvml other = beginWith("count 1", "driver " + driver, "0.pid 1000", "0.pids 2");

            assertThat(other.device(0).processes())
                    .as(driver)
                    .containsExactly(new Nvml.GpuProcess(1000, 0), new Nvml.GpuProcess(1001, 0));
        }
    }

    @Test
    void release_without_the_deprecated_function_still_reports_the_temperature(@TempDir Path folder) throws Exception {
        FakeNvmlLibrary laterLibrary = FakeNvmlLibrary.build(folder, "-DLATER_DRIVER");
        laterLibrary.play("count 1", "0.temp 61");
        Nvml later = NativeNvml.load(laterLibrary.path());
        later.init();

        assertThat(later.device(0).coreTempC()).isEqualTo(61);
    }

    @Test
    void first_library_that_is_there_is_taken() throws Exception {
        Nvml found = NativeNvml.loadFirst(List.of("/no/such/" + library.path(), library.path()));
        found.init();

        assertThat(found.deviceCount()).isEqualTo(1);
        assertThatThrownBy(() -> NativeNvml.loadFirst(List.of("/no/such/a", "/no/such/b")))
                .isInstanceOf(NvmlException.class)
                .hasMessageContaining("/no/such/a");
        assertThat(NativeNvml.LIBRARIES)
                .startsWith("libnvidia-ml.so.1")
                .contains("/run/nvidia/driver/usr/lib64/libnvidia-ml.so.1");
    }

    private static Nvml beginWith(String... scene) throws Exception {
        library.play(scene);
        Nvml begun = NativeNvml.load(library.path());
        begun.init();
        return begun;
    }

    @Test
    void lost_gpu_says_so_on_every_call() throws Exception {
        library.play("count 1", "0.all 15");

        assertCode(gpu::uuid, NvmlCode.GPU_IS_LOST);
        assertCode(gpu::coreTempC, NvmlCode.GPU_IS_LOST);
        assertCode(() -> gpu.fields(List.of(Field.MEM_TEMP)), NvmlCode.GPU_IS_LOST);
        assertCode(gpu::processes, NvmlCode.GPU_IS_LOST);
    }

    @Test
    void number_that_newer_releases_may_answer_is_unknown() throws Exception {
        library.play("count 1", "0.all 77");

        assertCode(gpu::uuid, NvmlCode.UNKNOWN);
    }

    @Test
    void xid_error_is_reported_once_and_with_its_gpu() throws Exception {
        library.play("count 1", "0.uuid GPU-a");
        try (Nvml.Events events = nvml.listen(gpu)) {
            assertThat(events.await(Duration.ZERO)).isEmpty();

            library.play("count 1", "0.uuid GPU-a", "0.xid 79");

            assertThat(events.await(Duration.ofSeconds(10))).contains(new Nvml.Event(gpu, 79));
            assertThat(events.await(Duration.ZERO)).isEmpty();
        }
    }

    @Test
    void gpu_is_listened_to_without_the_others_and_may_report_no_errors() throws Exception {
        library.play("count 2", "0.events! 3");
        Device other = nvml.device(1);

        try (Nvml.Events events = nvml.listen(other)) {
            library.play("count 2", "0.events! 3", "0.xid 79", "1.xid 48");

            assertThat(events.await(Duration.ofSeconds(10))).contains(new Nvml.Event(other, 48));
            assertThat(events.await(Duration.ZERO)).isEmpty();
            library.play("count 2", "0.events! 3", "1.wait! 15", "1.xid 49");
            assertCode(() -> events.await(Duration.ofSeconds(10)), NvmlCode.GPU_IS_LOST);
        }
        assertCode(() -> nvml.listen(gpu), NvmlCode.NOT_SUPPORTED);
    }

    @Test
    void library_without_a_driver_says_which_is_missing() throws Exception {
        library.play("init 9");
        assertCode(nvml::init, NvmlCode.DRIVER_NOT_LOADED);

        library.play("init 18");
        assertCode(nvml::init, NvmlCode.LIB_RM_VERSION_MISMATCH);

        assertCode(() -> NativeNvml.load("libno-such-thing.so.1"), NvmlCode.LIBRARY_NOT_FOUND);
    }

    @Test
    void older_driver_lacks_functions_and_has_others_under_older_names() throws Exception {
        oldLibrary.play("count 1", "0.throttle 0x20", "0.pid 7", "0.pid_mem 5", "0.margin 20", "0.mig 1");
        Nvml old = NativeNvml.load(oldLibrary.path());
        old.init();
        Device oldGpu = old.device(0);

        assertThat(oldGpu.throttleReasons()).isEqualTo(0x20);
        assertThat(oldGpu.processes()).containsExactly(new Nvml.GpuProcess(7, 5));
        assertCode(oldGpu::tLimitC, NvmlCode.FUNCTION_NOT_FOUND);
        assertCode(oldGpu::migInstances, NvmlCode.FUNCTION_NOT_FOUND);
        assertThat(oldGpu.fields(List.of(Field.RECOVERY_ACTION)))
                .extracting(FieldAnswer::code)
                .containsExactly(NvmlCode.INVALID_ARGUMENT);
    }

    @Test
    void library_that_was_let_go_of_answers_nothing_any_more(@TempDir Path other) throws Exception {
        Nvml unloaded = NativeNvml.load(library.copyTo(other).path());
        unloaded.init();
        Device before = unloaded.device(0);

        unloaded.unload();

        assertCode(unloaded::init, NvmlCode.UNINITIALIZED);
        assertCode(before::coreTempC, NvmlCode.UNINITIALIZED);
    }

    private static void assertCode(ThrowingCallable call, NvmlCode code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        NvmlException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
