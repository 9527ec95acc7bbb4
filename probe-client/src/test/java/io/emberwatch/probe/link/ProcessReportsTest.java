package io.emberwatch.probe.link;

import static io.emberwatch.probe.testing.Fixtures.inventory;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.gpu.GpuProcess;
import io.emberwatch.protocol.GpuProcesses;
import io.emberwatch.protocol.WireLimits;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a session says what runs on the GPUs, and what it says. */
final class ProcessReportsTest {
    private static final Instant NOW = Instant.parse("2026-11-02T00:00:00Z");
    private static final long INTERVAL = ProcessReports.INTERVAL.toNanos();

    private final GpuIndex gpus = new GpuIndex();
    private final ProcessReports reports = new ProcessReports(gpus);

    @BeforeEach
    void two_gpus() {
        gpus.announce(inventory("GPU-a", "GPU-b"), List.of());
    }

    @Test
    void first_report_comes_at_once_and_has_each_process_with_the_index_of_its_gpu() {
        assertThat(next(0, on("GPU-b", 7), on("GPU-a", 8)))
                .contains(new GpuProcesses(
                        NOW,
                        List.of(
                                new GpuProcesses.OnGpu(1, 7, "python3", "ana", 1 << 20),
                                new GpuProcesses.OnGpu(0, 8, "python3", "ana", 1 << 20))));
    }

    @Test
    void what_has_not_changed_is_not_said_again() {
        assertThat(next(0, on("GPU-a", 7))).isPresent();

        assertThat(next(10 * INTERVAL, on("GPU-a", 7))).isEmpty();
    }

    @Test
    void change_is_reported_but_not_before_the_interval_is_over() {
        assertThat(next(0, on("GPU-a", 7))).isPresent();

        assertThat(next(INTERVAL - 1, on("GPU-a", 8))).isEmpty();
        assertThat(next(INTERVAL, on("GPU-a", 8))).isPresent();
    }

    @Test
    void end_of_all_processes_is_reported() {
        assertThat(next(0)).isPresent();
        assertThat(next(INTERVAL, on("GPU-a", 7))).isPresent();

        assertThat(next(2 * INTERVAL)).contains(new GpuProcesses(NOW, List.of()));
    }

    @Test
    void a_machine_that_keeps_its_processes_to_itself_says_once_that_there_are_none() {
        assertThat(next(0)).contains(new GpuProcesses(NOW, List.of()));
        assertThat(next(10 * INTERVAL)).isEmpty();
    }

    @Test
    void machine_without_gpus_reports_nothing() {
        gpus.announce(inventory(), List.of());

        assertThat(next(0)).isEmpty();
    }

    @Test
    void process_on_a_gpu_that_was_not_announced_waits_until_it_is() {
        assertThat(next(0, on("GPU-c", 7))).contains(new GpuProcesses(NOW, List.of()));
        gpus.announce(inventory("GPU-a", "GPU-b", "GPU-c"), List.of());

        assertThat(next(INTERVAL, on("GPU-c", 7)).orElseThrow().processes()).hasSize(1);
    }

    /** The collector has taken them for ended by then. */
    @Test
    void processes_are_reported_again_after_each_inventory() {
        assertThat(next(0, on("GPU-a", 7))).isPresent();
        gpus.announce(inventory(), List.of());
        assertThat(next(INTERVAL, on("GPU-a", 7))).isEmpty();
        gpus.announce(inventory("GPU-a", "GPU-b"), List.of());

        assertThat(next(2 * INTERVAL, on("GPU-a", 7)).orElseThrow().processes()).hasSize(1);
        assertThat(next(3 * INTERVAL, on("GPU-a", 7))).isEmpty();
    }

    @Test
    void of_too_many_processes_the_first_are_reported_and_texts_are_cut_to_fit() {
        GpuProcess[] many = IntStream.range(0, WireLimits.MAX_GPU_PROCESSES + 5)
                .mapToObj(pid -> new GpuProcess("GPU-a", pid, "x".repeat(500), "y".repeat(500), 0))
                .toArray(GpuProcess[]::new);

        assertThat(next(0, many).orElseThrow().processes())
                .hasSize(WireLimits.MAX_GPU_PROCESSES)
                .allSatisfy(process -> assertThat(process.name()).hasSize(WireLimits.MAX_TEXT_BYTES));
    }

    private Optional<GpuProcesses> next(long nanos, GpuProcess... processes) {
        return reports.next(List.of(processes), NOW, nanos);
    }

    private static GpuProcess on(String uuid, long pid) {
        return new GpuProcess(uuid, pid, "python3", "ana", 1 << 20);
    }
}
