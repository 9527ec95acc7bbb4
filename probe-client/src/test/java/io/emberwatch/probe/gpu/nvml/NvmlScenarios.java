package io.emberwatch.probe.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.probe.gpu.GpuPoller;
import io.emberwatch.probe.gpu.GpuProcess;
import io.emberwatch.probe.gpu.GpuSource;
import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of NVIDIA's GPUs, from NVML to the reading. The same for each NVML that can be had without a GPU. */
abstract class NvmlScenarios {
    /** Where something hangs: long enough for GPUs that answer at once, on a machine that has other work too. */
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private static final Duration ATTACH_TIMEOUT = Duration.ofSeconds(2);
    /** Where nothing hangs, nothing ever takes that long. */
    private static final Duration LONG_TIMEOUT = Duration.ofMinutes(1);

    private static final Duration SURVEYS_AGAIN_AFTER = Duration.ofSeconds(10);

    @TempDir
    private Path root;

    private final AtomicLong skippedNanos = new AtomicLong();
    private KernelTree tree;
    private GpuPoller gpus;

    /** The NVML to ask. */
    abstract NvmlDriver.Loader loader();

    /** The same, but older. */
    abstract NvmlDriver.Loader oldLoader();

    /** From now on both play this. */
    abstract void show(List<String> lines) throws IOException;

    @BeforeEach
    void eight_gpus() throws IOException {
        tree = NvidiaTree.of(root, 8);
        play(Scene.of(8));
        watch(loader(), true);
    }

    /** For scenes in which a GPU hangs, which is waited for. */
    final void watchWithShortDeadlines() {
        watch(loader(), true, DEADLINE, ATTACH_TIMEOUT);
    }

    /** For scenes in which a GPU hangs after it was met. */
    final void watchWithShortReadDeadline() {
        watch(loader(), true, DEADLINE, LONG_TIMEOUT);
    }

    @AfterEach
    void nothing_hangs_or_listens_any_more() throws Exception {
        play(Scene.of(8));
        loader().load().shutdown();
        oldLoader().load().shutdown();
    }

    @Test
    void eight_gpus_report_their_values_each_by_its_uuid() {
        GpuSource.Report report = read();

        assertThat(report.driverFault()).contains(GpuFault.NONE);
        assertThat(report.samples()).hasSize(8);
        for (int gpu = 0; gpu < 8; gpu++) {
            GpuSample sample = report.samples().get(gpu);
            assertThat(sample.uuid()).isEqualTo(Scene.uuid(gpu));
            assertThat(value(sample, Metric.GPU_TEMP_C)).isEqualTo(40 + gpu);
            assertThat(value(sample, Metric.GPU_MEM_TEMP_C)).isEqualTo(50 + gpu);
            assertThat(value(sample, Metric.GPU_SLOWDOWN_MARGIN_C)).isEqualTo(50 - gpu);
            assertThat(value(sample, Metric.GPU_MEM_MARGIN_C)).isEqualTo(55 - gpu);
            assertThat(value(sample, Metric.GPU_FAULT)).isZero();
            assertThat(value(sample, Metric.GPU_HUNG_S)).isZero();
        }
        assertThat(report.samples().get(0).values())
                .hasToString(
                        "{gpu_temp_c=40.0, gpu_mem_temp_c=50.0, gpu_slowdown_margin_c=50.0, gpu_util_percent=97.0, "
                                + "gpu_mem_used_bytes=120259084288, gpu_mem_total_bytes=150323855360, gpu_power_w=698.1, "
                                + "gpu_power_limit_w=700.0, gpu_sm_clock_mhz=1980, gpu_mem_clock_mhz=3201, "
                                + "gpu_fan_percent=55.0, gpu_throttle_reasons=0, gpu_ecc_corrected_count=5, "
                                + "gpu_ecc_uncorrected_count=0, gpu_mem_margin_c=55.0, gpu_mem_util_percent=41.0, "
                                + "gpu_performance_state=0, gpu_thermal_throttling=0, gpu_remapped_row_count=4, "
                                + "gpu_row_remap_pending=0, gpu_row_remap_failed=0, gpu_pcie_replay_count=7, "
                                + "gpu_mig_instance_count=0, gpu_process_count=1, gpu_fault=0, gpu_hung_s=0}");
        assertThat(gpus.driver()).isEqualTo("NVIDIA 580.65.06");
        assertThat(gpus.inventory()).hasSize(8);
        assertThat(gpus.inventory().get(3))
                .isEqualTo(new GpuInfo(
                        Scene.uuid(3),
                        "NVIDIA H200",
                        "0000:13:00.0",
                        OptionalInt.of(90),
                        OptionalInt.of(95),
                        OptionalInt.of(105),
                        OptionalInt.of(87),
                        OptionalInt.empty()));
    }

    @Test
    void declared_metrics_are_all_reported_but_fatal_errors_which_take_an_hour() {
        Set<Metric> reported = EnumSet.of(Metric.GPU_FATAL_XID);
        read().samples().get(0).values().forEachPresent((metric, raw) -> reported.add(metric));

        assertThat(reported).isEqualTo(gpus.metrics());
    }

    @Test
    void lost_gpu_is_reported_and_the_others_go_on() throws IOException {
        read();
        play(Scene.of(8).with("3.all", "15"));

        GpuSource.Report report = read();

        assertThat(report.driverFault()).contains(GpuFault.NONE);
        assertThat(faults(report)).containsExactly(0, 0, 0, 1, 0, 0, 0, 0);
        assertThat(report.samples().get(3).values().has(Metric.GPU_TEMP_C)).isFalse();
        assertThat(value(report.samples().get(4), Metric.GPU_TEMP_C)).isEqualTo(44);
        assertThat(gpus.inventory()).hasSize(8);
    }

    @Test
    void lost_gpu_that_has_lost_its_name_too_stays_in_the_inventory_and_may_come_back() throws IOException {
        read();
        play(Scene.of(8).with("3.all", "15").with("3.handle!", "15").reloaded());
        assertThat(read().driverFault()).contains(GpuFault.UNREADABLE);
        skip(Duration.ofSeconds(10));

        readUntil(report -> faults(report).equals(List.of(0, 0, 0, 1, 0, 0, 0, 0)));
        assertThat(gpus.inventory()).hasSize(8);

        play(Scene.of(8).reloaded());
        skip(Duration.ofMinutes(5));
        readUntil(report -> faults(report).equals(List.of(0, 0, 0, 0, 0, 0, 0, 0)));
        assertThat(gpus.inventory().get(3).uuid()).isEqualTo(Scene.uuid(3));
    }

    @Test
    void gpu_that_needs_a_reset_says_so() throws IOException {
        play(Scene.of(8).with("7.temp!", "16"));

        assertThat(faults(read())).containsExactly(0, 0, 0, 0, 0, 0, 0, 2);
    }

    @ParameterizedTest
    @CsvSource({
        "1, RESET_REQUIRED",
        "2, RESTART_REQUIRED",
        "4, RESET_REQUIRED",
        "6, RESET_REQUIRED",
        "7, RESTART_REQUIRED"
    })
    void gpu_that_its_driver_wants_to_recover_has_a_fault_and_its_values_until_that_is_done(
            String action, GpuFault fault) throws IOException {
        read();
        play(Scene.of(8).with("3.recovery", action));

        GpuSource.Report report = read();

        assertThat(faults(report)).containsExactly(0, 0, 0, fault.code(), 0, 0, 0, 0);
        assertThat(report.driverFault()).contains(GpuFault.NONE);
        assertThat(value(report.samples().get(3), Metric.GPU_TEMP_C)).isEqualTo(43);
        assertThat(value(report.samples().get(3), Metric.GPU_SLOWDOWN_MARGIN_C)).isEqualTo(47);
        assertThat(gpus.processes()).hasSize(8);

        play(Scene.of(8));
        assertThat(faults(read())).containsOnly(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "5", "99"})
    void recovery_action_that_a_gpu_can_go_on_with_is_no_fault_and_ends_one(String action) throws IOException {
        play(Scene.of(8).with("3.recovery", "1"));
        assertThat(faults(read()).get(3)).isEqualTo(GpuFault.RESET_REQUIRED.code());

        play(Scene.of(8).with("3.recovery", action));

        assertThat(faults(read())).containsOnly(0);
    }

    @Test
    void restart_that_all_gpus_need_takes_none_of_their_values() throws IOException {
        play(Scene.of(2).with("0.recovery", "2").with("1.recovery", "2"));

        GpuSource.Report report = read();

        assertThat(report.driverFault()).contains(GpuFault.NONE);
        assertThat(faults(report)).containsExactly(8, 8);
        assertThat(value(report.samples().get(1), Metric.GPU_TEMP_C)).isEqualTo(41);
    }

    @Test
    void needed_reset_is_reported_even_if_the_core_temperature_fails_and_is_not_over_because_it_fails_itself()
            throws IOException {
        play(Scene.of(8).with("3.recovery", "1").with("3.temp!", "999"));
        assertThat(faults(read()).get(3)).isEqualTo(GpuFault.RESET_REQUIRED.code());

        play(Scene.of(8).with("3.recovery!", "10"));
        assertThat(faults(read()).get(3)).isEqualTo(GpuFault.RESET_REQUIRED.code());
        play(Scene.of(8).with("3.recovery", "255"));
        assertThat(faults(read()).get(3))
                .as("255: the driver has not looked yet")
                .isEqualTo(GpuFault.RESET_REQUIRED.code());
    }

    @Test
    void driver_or_gpu_without_a_recovery_action_is_well_without_it() throws IOException {
        play(Scene.of(3).without("0.recovery").with("1.field_max", "229").with("2.recovery!", "2"));
        assertThat(faults(read())).containsExactly(0, 0, 0);

        play(Scene.of(1).with("0.recovery", "1"));
        watch(oldLoader(), true);
        assertThat(faults(read())).containsExactly(0);
        assertThat(value(read().samples().get(0), Metric.GPU_MEM_TEMP_C)).isEqualTo(50);
    }

    @Test
    void gpu_that_hangs_delays_one_reading_by_the_deadline_and_no_other() throws IOException {
        watchWithShortReadDeadline();
        read();
        play(Scene.of(8).with("5.hang", "1"));

        long begun = System.nanoTime();
        GpuSource.Report first = read();
        Duration firstTook = Duration.ofNanos(System.nanoTime() - begun);
        skip(Duration.ofSeconds(60));
        GpuSource.Report second = readInLessThan(DEADLINE);

        assertThat(faults(first)).containsExactly(0, 0, 0, 0, 0, 3, 0, 0);
        assertThat(faults(second)).containsExactly(0, 0, 0, 0, 0, 3, 0, 0);
        assertThat(value(first.samples().get(5), Metric.GPU_HUNG_S)).isBetween(1.0, 30.0);
        assertThat(value(second.samples().get(5), Metric.GPU_HUNG_S)).isBetween(61.0, 90.0);
        assertThat(firstTook).isGreaterThanOrEqualTo(DEADLINE);

        play(Scene.of(8));
        readUntil(report -> faults(report).equals(List.of(0, 0, 0, 0, 0, 0, 0, 0)));
    }

    @Test
    void gpu_that_hangs_as_the_probe_starts_hides_no_other() throws IOException {
        watchWithShortDeadlines();
        play(Scene.of(8).with("2.hang", "1"));

        GpuSource.Report report = read();

        assertThat(report.samples()).hasSize(7);
        assertThat(faults(report)).containsOnly(0);
        skip(NvmlGpus.WAITED_FOR);
        readUntil(later -> later.driverFault().equals(Optional.of(GpuFault.NONE)));
        assertThat(gpus.inventory()).hasSize(7);
        play(Scene.of(8));
        skip(Duration.ofMinutes(6));
        readUntil(later -> later.samples().size() == 8);
    }

    @Test
    void gpu_that_is_attached_slowly_leaves_it_unknown_which_gpus_there_are() throws IOException {
        watchWithShortDeadlines();
        play(Scene.of(8).with("2.hang", "1"));

        assertThat(read().driverFault()).isEmpty();
        skip(SURVEYS_AGAIN_AFTER);
        assertThat(read().driverFault()).isEmpty();
        play(Scene.of(8));
        skip(SURVEYS_AGAIN_AFTER);
        readUntil(report -> report.driverFault().equals(Optional.of(GpuFault.NONE)));

        assertThat(gpus.inventory()).hasSize(8);
    }

    @Test
    void known_gpu_that_is_attached_anew_is_left_out_until_it_is_and_hangs_if_that_takes_too_long() throws IOException {
        watchWithShortDeadlines();
        read();
        play(Scene.of(8).reloaded().with("2.hang", "1"));
        read();
        skip(SURVEYS_AGAIN_AFTER);
        readUntil(report -> report.samples().size() == 7);
        assertThat(gpus.inventory()).hasSize(8);

        skip(NvmlGpus.PendingGpu.HANGS_AFTER);
        readUntil(report -> faults(report).equals(List.of(0, 0, 3, 0, 0, 0, 0, 0)));

        play(Scene.of(8).reloaded());
        readUntil(report -> faults(report).equals(List.of(0, 0, 0, 0, 0, 0, 0, 0)));
    }

    @Test
    void gpu_that_refuses_to_be_attached_is_not_waited_for() throws IOException {
        play(Scene.of(8).with("2.handle!", "15"));

        assertThat(read().driverFault()).contains(GpuFault.NONE);
        assertThat(gpus.inventory()).hasSize(7);
    }

    @Test
    void driver_of_which_no_gpu_reports_what_it_is_is_faulty() throws IOException {
        play(Scene.of(2).with("0.handle!", "15").with("1.handle!", "15"));
        assertThat(read().driverFault())
                .as("an owner must not be notified that all is well again when a probe is restarted")
                .contains(GpuFault.LOST);

        play(Scene.of(2).with("0.handle!", "15").with("1.handle!", "16"));
        skip(Duration.ofMinutes(6));
        readUntil(report -> report.driverFault().equals(Optional.of(GpuFault.UNREADABLE)));

        play(Scene.of(2).with("0.handle!", "15"));
        skip(Duration.ofMinutes(6));
        readUntil(report -> report.driverFault().equals(Optional.of(GpuFault.NONE)));
        assertThat(gpus.inventory()).hasSize(1);
    }

    @Test
    void gpus_are_found_after_a_driver_reload_also_where_none_was_known() throws IOException {
        play(Scene.of(2).with("0.handle!", "15").with("1.handle!", "15"));
        read();
        play(Scene.of(2).reloaded());
        skip(Duration.ofMinutes(6));
        readUntil(report -> report.driverFault().equals(Optional.of(GpuFault.UNREADABLE)));

        skip(Duration.ofMinutes(6));
        readUntil(report -> report.samples().size() == 2);
    }

    @Test
    void driver_hangs_once_it_is_certain_that_all_gpus_do_as_the_probe_starts() throws IOException {
        watchWithShortDeadlines();
        play(Scene.of(2).with("0.hang", "1").with("1.hang", "1"));
        assertThat(read().driverFault()).as("they may be slow to attach").isEmpty();

        skip(NvmlGpus.WAITED_FOR);
        readUntil(report -> report.driverFault().equals(Optional.of(GpuFault.HUNG)));
    }

    @Test
    void all_gpus_with_the_same_fault_are_one_fault_of_the_driver() throws IOException {
        Scene lost = Scene.of(8);
        for (int gpu = 0; gpu < 8; gpu++) {
            lost = lost.with(gpu + ".all", "15");
        }
        read();
        play(lost);

        GpuSource.Report report = read();

        assertThat(report.driverFault()).contains(GpuFault.LOST);
        assertThat(report.samples()).isEmpty();
        assertThat(gpus.inventory()).hasSize(8);
    }

    @Test
    void gpus_are_back_by_themselves_after_a_driver_reload() throws IOException {
        read();
        play(Scene.of(8).reloaded());

        assertThat(read().driverFault()).contains(GpuFault.UNREADABLE);
        skip(Duration.ofSeconds(10));
        readUntil(report -> report.samples().size() == 8 && report.driverFault().orElseThrow() == GpuFault.NONE);
    }

    @Test
    void missing_driver_is_in_the_reading_and_the_inventory_stays() throws IOException {
        read();
        play(Scene.of(8).reloaded().with("init", "9"));
        read();
        skip(Duration.ofSeconds(10));

        readUntil(report -> report.driverFault().orElseThrow() == GpuFault.DRIVER_MISSING);
        assertThat(read().samples()).isEmpty();
        assertThat(gpus.inventory()).hasSize(8);

        play(Scene.of(8).reloaded());
        skip(Duration.ofMinutes(5));
        readUntil(report -> report.samples().size() == 8);
    }

    @Test
    void library_is_loaded_anew_after_a_driver_upgrade() throws IOException {
        read();
        play(Scene.of(8).reloaded().with("init", "18"));
        read();
        skip(Duration.ofSeconds(10));
        readUntil(report -> report.driverFault().orElseThrow() == GpuFault.DRIVER_MISMATCH);

        play(Scene.of(8).reloaded().with("driver", "590.1.2"));
        skip(Duration.ofMinutes(5));

        readUntil(report -> report.samples().size() == 8);
        assertThat(gpus.driver()).isEqualTo("NVIDIA 590.1.2");
    }

    @Test
    void gpu_that_was_taken_out_leaves_the_inventory() throws IOException {
        read();
        play(Scene.of(7).reloaded());
        read();
        skip(Duration.ofSeconds(10));

        // While NVML begins anew, a reading may by chance leave out one of the eight that were known before.
        readUntil(report -> report.samples().size() == 7 && gpus.inventory().size() == 7);
        assertThat(read().driverFault()).contains(GpuFault.NONE);
    }

    @Test
    void gpus_are_known_by_their_new_positions_after_one_has_gone() throws IOException {
        read();
        play(Scene.of(7).with("3.uuid", Scene.uuid(7)));
        skip(Duration.ofMinutes(5));

        readUntil(report -> report.samples().size() == 7);

        assertThat(gpus.inventory().get(3).uuid()).isEqualTo(Scene.uuid(7));
    }

    @Test
    void driver_that_does_not_begin_says_why() throws IOException {
        assertThat(driverFaultWithInit("9")).isEqualTo(GpuFault.DRIVER_MISSING);
        assertThat(driverFaultWithInit("18")).isEqualTo(GpuFault.DRIVER_MISMATCH);
        assertThat(driverFaultWithInit("4")).isEqualTo(GpuFault.NO_PERMISSION);
        assertThat(driverFaultWithInit("999")).isEqualTo(GpuFault.UNREADABLE);
    }

    @Test
    void machine_without_gpus_of_nvidia_has_no_fault_whatever_the_library_says(@TempDir Path empty) throws IOException {
        tree = new KernelTree(empty);

        assertThat(driverFaultWithInit("9")).isEqualTo(GpuFault.NONE);
        assertThat(gpus.inventory()).isEmpty();
    }

    @Test
    void value_without_permission_is_left_out_and_the_others_are_not() throws IOException {
        play(Scene.of(8).with("0.ecc_corrected!", "4").with("0.power!", "999"));

        GpuSample sample = read().samples().get(0);

        assertThat(sample.values().has(Metric.GPU_ECC_CORRECTED_COUNT)).isFalse();
        assertThat(sample.values().has(Metric.GPU_POWER_W)).isFalse();
        assertThat(value(sample, Metric.GPU_TEMP_C)).isEqualTo(40);
        assertThat(value(sample, Metric.GPU_FAULT)).isZero();
    }

    @Test
    void power_of_all_ones_is_rejected_and_a_fan_may_turn_faster_than_it_is_meant_to() throws IOException {
        play(Scene.of(8).with("0.power", "4294967295").with("0.fan", "110").with("1.fan", "4294967295"));

        List<GpuSample> samples = read().samples();

        assertThat(samples.get(0).values().has(Metric.GPU_POWER_W)).isFalse();
        assertThat(samples.get(0).values().rejectedCount()).isEqualTo(1);
        assertThat(value(samples.get(0), Metric.GPU_FAN_PERCENT)).isEqualTo(110);
        assertThat(samples.get(1).values().has(Metric.GPU_FAN_PERCENT)).isFalse();
        assertThat(samples.get(1).values().rejectedCount()).isEqualTo(1);
    }

    @Test
    void gpu_whose_core_temperature_fails_says_so_and_reports_the_rest() throws IOException {
        play(Scene.of(8).with("0.temp!", "999").without("1.temp"));

        GpuSource.Report report = read();

        assertThat(faults(report)).containsExactly(7, 0, 0, 0, 0, 0, 0, 0);
        assertThat(value(report.samples().get(0), Metric.GPU_MEM_TEMP_C)).isEqualTo(50);
        assertThat(gpus.processes()).hasSize(8);
    }

    @Test
    void gpus_are_not_left_out_if_all_core_temperatures_fail() throws IOException {
        play(Scene.of(2).with("0.temp!", "999").with("1.temp!", "999"));

        GpuSource.Report report = read();

        assertThat(report.driverFault()).contains(GpuFault.NONE);
        assertThat(faults(report)).containsExactly(7, 7);
    }

    @Test
    void container_without_a_gpu_on_a_machine_that_has_some_has_nothing_to_drive() throws IOException {
        watch(
                () -> {
                    throw new NvmlException(NvmlCode.LIBRARY_NOT_FOUND, "libnvidia-ml.so.1");
                },
                true);
        assertThat(read().driverFault()).contains(GpuFault.DRIVER_MISSING);

        Files.createDirectories(root.resolve("proc/driver/nvidia"));
        Files.writeString(root.resolve("proc/driver/nvidia/version"), "NVRM version: NVIDIA 580.65.06\n");
        skip(Duration.ofMinutes(5));
        readUntil(report -> report.driverFault().equals(Optional.of(GpuFault.NONE)));

        Files.createDirectories(root.resolve("dev"));
        Files.createFile(root.resolve("dev/nvidiactl"));
        skip(Duration.ofMinutes(5));
        readUntil(report -> report.driverFault().equals(Optional.of(GpuFault.DRIVER_MISSING)));
    }

    @Test
    void gpu_that_sleeps_is_left_out_because_reading_it_would_keep_it_awake() throws IOException {
        read();
        Path power = Files.createDirectories(
                root.resolve("sys/bus/pci/devices").resolve(Scene.busId(2)).resolve("power"));
        Files.writeString(power.resolve("runtime_status"), "suspended\n");

        assertThat(read().samples())
                .hasSize(7)
                .noneMatch(sample -> sample.uuid().equals(Scene.uuid(2)));
        assertThat(read().driverFault()).contains(GpuFault.NONE);
        assertThat(gpus.inventory()).hasSize(8);

        Files.writeString(power.resolve("runtime_status"), "active\n");
        assertThat(read().samples()).hasSize(8);
    }

    @Test
    void gpu_of_which_nothing_may_be_read_says_so() throws IOException {
        read();
        play(Scene.of(8).with("1.all", "4"));

        assertThat(faults(read())).containsExactly(0, 6, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void memory_that_the_driver_keeps_for_itself_is_not_in_use() throws IOException {
        play(Scene.of(8).with("0.mem_used", "5000").with("0.mem_reserved", "700"));

        assertThat(value(read().samples().get(0), Metric.GPU_MEM_USED_BYTES)).isEqualTo(5000);
    }

    @Test
    void older_driver_reports_what_it_can() throws IOException {
        play(Scene.of(8).with("0.margin", "1").with("0.mem_used", "5000").with("0.mem_reserved", "700"));
        watch(oldLoader(), true);

        GpuSample sample = read().samples().get(0);

        assertThat(value(sample, Metric.GPU_SLOWDOWN_MARGIN_C)).isEqualTo(50);
        assertThat(value(sample, Metric.GPU_MEM_USED_BYTES)).isEqualTo(5700);
        assertThat(value(sample, Metric.GPU_PROCESS_COUNT)).isEqualTo(1);
        assertThat(sample.values().has(Metric.GPU_MIG_INSTANCE_COUNT)).isFalse();
        assertThat(value(sample, Metric.GPU_FAULT)).isZero();
    }

    @Test
    void newer_gpu_reports_its_margin_itself_and_its_limits_follow_from_it() throws IOException {
        play(Scene.of(8)
                .without("0.shutdown", "0.slowdown", "0.gpu_max", "0.mem_max")
                .with("0.margin", "47")
                .with("0.tlimit_shutdown", "-8")
                .with("0.tlimit_slowdown", "-2")
                .with("0.tlimit_gpu_max", "0")
                .with("0.tlimit_mem_max", "0"));

        GpuSample sample = read().samples().get(0);

        assertThat(value(sample, Metric.GPU_SLOWDOWN_MARGIN_C)).isEqualTo(49);
        assertThat(sample.values().has(Metric.GPU_MEM_MARGIN_C)).isFalse();
        GpuInfo info = gpus.inventory().get(0);
        assertThat(info.slowdownTempC()).hasValue(89);
        assertThat(info.shutdownTempC()).hasValue(95);
        assertThat(info.gpuMaxTempC()).hasValue(87);
        assertThat(info.memMaxTempC()).isEmpty();
    }

    /**
     * As an RTX 4070 Laptop GPU does: at 41 °C its T.Limit is 46, and it slows down 2 °C above the temperature that it
     * aims for.
     */
    @Test
    void gpu_says_which_temperature_it_aims_for() throws IOException {
        play(Scene.of(8)
                .without("0.shutdown", "0.slowdown", "0.gpu_max", "0.mem_max")
                .with("0.temp", "41")
                .with("0.margin", "46")
                .with("0.tlimit_slowdown", "-2")
                .with("0.target", "87")
                .with("1.target", "255")
                .with("2.target", "0"));

        read();

        assertThat(gpus.inventory().get(0).targetTempC()).hasValue(87);
        assertThat(gpus.inventory().get(0).slowdownTempC()).hasValue(89);
        assertThat(gpus.inventory().subList(1, 4))
                .as("nonsense, and a card that does not say it")
                .allSatisfy(gpu -> assertThat(gpu.targetTempC()).isEmpty());
    }

    @Test
    void margin_of_nothing_on_a_cool_gpu_is_nonsense_and_its_constant_limit_counts() throws IOException {
        play(Scene.of(8).with("0.margin", "0").with("1.margin", "-7").without("1.slowdown"));

        GpuSource.Report report = read();

        assertThat(value(report.samples().get(0), Metric.GPU_SLOWDOWN_MARGIN_C)).isEqualTo(50);
        assertThat(report.samples().get(1).values().has(Metric.GPU_SLOWDOWN_MARGIN_C))
                .isFalse();
    }

    @Test
    void throttling_because_of_heat_is_distinguished_from_other_reasons() throws IOException {
        play(Scene.of(8).with("0.throttle", "0x24").with("1.throttle", "0x4").with("2.throttle", "0x48"));

        List<GpuSample> samples = read().samples();

        assertThat(samples.stream().map(sample -> value(sample, Metric.GPU_THERMAL_THROTTLING)))
                .startsWith(1.0, 0.0, 1.0, 0.0);
        assertThat(value(samples.get(0), Metric.GPU_THROTTLE_REASONS)).isEqualTo(0x24);
    }

    @Test
    void value_that_no_sensor_can_mean_is_left_out() throws IOException {
        play(Scene.of(8)
                .with("0.temp", "0")
                .with("0.mem_temp", "255")
                .with("0.pstate", "32")
                .with("0.util", "4000")
                .with("0.mem_util", "103"));

        GpuSample sample = read().samples().get(0);

        assertThat(sample.values().has(Metric.GPU_TEMP_C)).isFalse();
        assertThat(sample.values().has(Metric.GPU_MEM_TEMP_C)).isFalse();
        assertThat(sample.values().has(Metric.GPU_SLOWDOWN_MARGIN_C)).isFalse();
        assertThat(sample.values().has(Metric.GPU_MEM_MARGIN_C)).isFalse();
        assertThat(sample.values().has(Metric.GPU_PERFORMANCE_STATE)).isFalse();
        assertThat(sample.values().has(Metric.GPU_UTIL_PERCENT)).isFalse();
        assertThat(value(sample, Metric.GPU_MEM_UTIL_PERCENT)).isEqualTo(100);
    }

    @Test
    void gpu_divided_into_instances_is_one_gpu() throws IOException {
        play(Scene.of(8).with("0.mig", "1").with("0.mig_instances", "3"));

        GpuSource.Report report = read();

        assertThat(report.samples()).hasSize(8);
        assertThat(value(report.samples().get(0), Metric.GPU_MIG_INSTANCE_COUNT))
                .isEqualTo(3);
    }

    @Test
    void processes_are_reported_with_the_largest_first_and_only_counted_where_they_are_private() {
        read();

        assertThat(gpus.processes()).hasSize(8);
        assertThat(gpus.processes().get(0))
                .isEqualTo(new GpuProcess(Scene.uuid(7), ProcessHandle.current().pid(), "", "", 8L << 30));

        watch(loader(), false);
        assertThat(value(read().samples().get(0), Metric.GPU_PROCESS_COUNT)).isEqualTo(1);
        assertThat(gpus.processes()).isEmpty();
    }

    @Test
    void gpu_that_retires_pages_of_its_memory_instead_of_rows_says_when_one_is_pending() throws IOException {
        play(Scene.of(2)
                .without("0.rows_corrected", "1.rows_corrected")
                .with("0.pages_pending", "1")
                .with("1.pages_pending", "0"));

        List<GpuSample> gpus = read().samples();

        assertThat(value(gpus.get(0), Metric.GPU_ROW_REMAP_PENDING)).isEqualTo(1);
        assertThat(value(gpus.get(1), Metric.GPU_ROW_REMAP_PENDING)).isZero();
        assertThat(gpus.get(0).values().has(Metric.GPU_ROW_REMAP_FAILED)).isFalse();
    }

    @Test
    void xid_error_is_reported_once_and_a_fatal_one_is_remembered_for_an_hour() throws IOException {
        read();
        skip(Duration.ofHours(1));
        readUntil(report -> hearing(report) == 8);
        play(Scene.of(8).with("2.xid", "48").with("4.xid", "13"));

        List<GpuSample> reported = new ArrayList<>();
        await().atMost(LONG_TIMEOUT).until(() -> {
            read().samples().stream().filter(sample -> !sample.xids().isEmpty()).forEach(reported::add);
            return reported.size() == 2;
        });
        assertThat(reported.stream().filter(sample -> sample.uuid().equals(Scene.uuid(2))))
                .singleElement()
                .satisfies(sample -> {
                    assertThat(sample.xids()).containsExactly(48);
                    assertThat(value(sample, Metric.GPU_FATAL_XID)).isEqualTo(48);
                });
        GpuSource.Report after = read();
        assertThat(after.samples())
                .allSatisfy(sample -> assertThat(sample.xids()).isEmpty());
        assertThat(value(after.samples().get(2), Metric.GPU_FATAL_XID)).isEqualTo(48);
        assertThat(value(after.samples().get(4), Metric.GPU_FATAL_XID)).isZero();

        skip(Duration.ofHours(1));
        play(Scene.of(8));
        readUntil(report -> report.samples().size() == 8
                && report.samples().get(2).values().has(Metric.GPU_FATAL_XID)
                && value(report.samples().get(2), Metric.GPU_FATAL_XID) == 0);
    }

    /** Where NVML reports it: often it does not, and then the loss is all that there is. */
    @Test
    void xid_error_of_a_gpu_that_is_lost_is_reported_but_is_no_fatal_one_beside_the_loss_nor_after_it()
            throws IOException {
        // Before NVML begins: an hour after that, a GPU that is lost makes it begin anew.
        skip(Duration.ofHours(1));
        read();
        readUntil(report -> hearing(report) == 8);
        play(Scene.of(8).with("2.xid", "79").with("2.all", "15"));
        List<GpuSample> lost = new ArrayList<>();
        await().until(() -> {
            GpuSample sample = read().samples().get(2);
            if (value(sample, Metric.GPU_FAULT) == GpuFault.LOST.code()) {
                lost.add(sample);
            }
            return lost.stream().anyMatch(reported -> reported.xids().equals(List.of(79)));
        });

        assertThat(lost)
                .allSatisfy(sample ->
                        assertThat(value(sample, Metric.GPU_FATAL_XID)).isZero());

        play(Scene.of(8));
        readUntil(report -> value(report.samples().get(2), Metric.GPU_FAULT) == 0);
        assertThat(value(read().samples().get(2), Metric.GPU_FATAL_XID)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void xid_error_of_a_gpu_that_is_to_be_recovered_is_no_fatal_one_beside_that_nor_after_it(String action)
            throws IOException {
        read();
        skip(Duration.ofHours(1));
        readUntil(report -> hearing(report) == 8);
        play(Scene.of(8).with("2.xid", "48").with("2.recovery", action));
        readUntil(report -> {
            GpuSample sample = report.samples().get(2);
            assertThat(sample.values().has(Metric.GPU_FATAL_XID) && value(sample, Metric.GPU_FATAL_XID) != 0)
                    .isFalse();
            return sample.xids().equals(List.of(48));
        });

        play(Scene.of(8));
        assertThat(value(read().samples().get(2), Metric.GPU_FATAL_XID)).isZero();
    }

    @Test
    void change_of_the_recovery_action_is_reported_as_an_xid_error_that_is_not_fatal() throws IOException {
        read();
        skip(Duration.ofHours(1));
        readUntil(report -> hearing(report) == 8);
        play(Scene.of(8).with("2.xid", "154"));

        readUntil(report -> report.samples().get(2).xids().equals(List.of(154)));

        assertThat(value(read().samples().get(2), Metric.GPU_FATAL_XID)).isZero();
    }

    @Test
    void probe_that_has_not_heard_for_an_hour_does_not_say_that_there_was_no_error() {
        read();
        skip(Duration.ofHours(1).minusSeconds(30));
        assertThat(hearing(read())).isZero();

        skip(Duration.ofSeconds(30));
        readUntil(report -> hearing(report) == 8);
    }

    @Test
    void gpu_whose_errors_cannot_be_waited_for_silences_no_other() throws IOException {
        read();
        skip(Duration.ofHours(1));
        readUntil(report -> hearing(report) == 8);
        play(Scene.of(8).with("2.wait!", "15"));
        readUntil(report -> hearing(report) == 7);

        play(Scene.of(8).with("2.wait!", "15").with("5.xid", "79"));
        readUntil(report -> report.samples().get(5).xids().equals(List.of(79)));

        play(Scene.of(8));
        skip(XidSubscriptions.TRIED_AGAIN_AFTER);
        readUntil(report -> hearing(report) == 8);
    }

    private static long hearing(GpuSource.Report report) {
        return report.samples().stream()
                .filter(sample -> sample.values().has(Metric.GPU_FATAL_XID))
                .count();
    }

    /** What a GPU's place on the bus says. */
    final void putOnBus(int gpu, int first, int second) throws IOException {
        Files.write(
                root.resolve("sys/bus/pci/devices").resolve(Scene.busId(gpu)).resolve("config"),
                new byte[] {(byte) first, (byte) second});
    }

    /** Begins to watch, and waits until it is known which GPUs there are. */
    final void watch(NvmlDriver.Loader loader, boolean reportProcesses) {
        watch(loader, reportProcesses, LONG_TIMEOUT, LONG_TIMEOUT);
    }

    private void watch(NvmlDriver.Loader loader, boolean reportProcesses, Duration deadline, Duration attachTimeout) {
        gpus = new GpuPoller(
                List.of(new NvmlDriver(loader, tree, reportProcesses, attachTimeout, this::nanoTime)),
                deadline,
                this::nanoTime);
    }

    final void play(Scene scene) throws IOException {
        show(scene.text());
    }

    final GpuPoller gpus() {
        return gpus;
    }

    /** A reading of GPUs that are known, however busy this machine is. */
    final GpuSource.Report read() {
        assertThat(gpus.awaitSurvey(LONG_TIMEOUT)).isTrue();
        return gpus.read();
    }

    /** The first reading that takes less than that: one of several comes to run undisturbed by other work. */
    private GpuSource.Report readInLessThan(Duration time) {
        AtomicReference<GpuSource.Report> report = new AtomicReference<>();
        await().until(() -> {
            long begun = System.nanoTime();
            report.set(read());
            return System.nanoTime() - begun < time.toNanos();
        });
        return report.get();
    }

    /** Lets time pass. */
    final void skip(Duration time) {
        skippedNanos.addAndGet(time.toNanos());
    }

    final void readUntil(Predicate<GpuSource.Report> hoped) {
        await().atMost(LONG_TIMEOUT).until(this::read, hoped);
    }

    static List<Integer> faults(GpuSource.Report report) {
        return report.samples().stream()
                .map(sample -> (int) value(sample, Metric.GPU_FAULT))
                .toList();
    }

    static double value(GpuSample sample, Metric metric) {
        return sample.values().get(metric).orElseThrow(() -> new AssertionError(metric + " is absent: " + sample));
    }

    private GpuFault driverFaultWithInit(String code) throws IOException {
        play(Scene.of(8).with("init", code));
        watch(loader(), true);
        return read().driverFault().orElseThrow();
    }

    private long nanoTime() {
        return System.nanoTime() + skippedNanos.get();
    }
}
