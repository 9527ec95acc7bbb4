package io.emberwatch.probe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.probe.gpu.GpuProcess;
import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.probe.reading.Sample;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code compare.sh} as it is called, with a probe and an {@code nvidia-smi} that answer what a test asks for. */
@Tag("integration")
@Timeout(180)
final class CompareScriptTest {
    /** What nvidia-smi reports of a card for which the fake probe reports the same. */
    private static final String SAME =
            "GPU-a, 45, [N/A], 1024, 143771, 75.12, 700.00, 1980, 2619, 3, 0, [N/A], P0, 0, 0";

    @TempDir
    Path folder;

    @BeforeEach
    void aProbeAndNvidiaSmi() throws IOException {
        probeReports(values("GPU-a", 45, 1 << 30, 75.1));
        nvidiaSmiReports(SAME, SAME);
    }

    @Test
    void what_agrees_passes() throws Exception {
        Run run = compare("--rounds", "2");

        assertThat(run.output).contains("round 2 of 2, GPU-a", "All values agree.");
        assertThat(run.code).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "43.4 | 1073741824 | 75.1 | gpu_temp_c is 43.4, but nvidia-smi reports 45 before and 45 after: off by -1.6, allowed 1",
                "45 | 1173741824 | 75.1 | gpu_mem_used_bytes is 1119.4, but nvidia-smi reports 1024 before and 1024 after: off by 95.4",
                "45 | 1073741824 | 300 | gpu_power_w is 300.0, but nvidia-smi reports 75.12 before and 75.12 after"
            })
    void what_is_out_of_tolerance_fails_and_is_named(double tempC, long memoryBytes, double powerW, String difference)
            throws Exception {
        probeReports(values("GPU-a", tempC, memoryBytes, powerW));

        Run run = compare("--rounds", "1");

        assertThat(run.output).contains("Out of tolerance:", "GPU-a: " + difference);
        assertThat(run.code).isEqualTo(1);
    }

    @Test
    void what_changed_while_the_probe_looked_may_lie_between() throws Exception {
        nvidiaSmiReports(SAME.replace(", 45,", ", 40,"), SAME.replace(", 45,", ", 52,"));

        Run run = compare("--rounds", "1");

        assertThat(run.code).as(run.output).isZero();
    }

    @Test
    void value_that_only_nvidia_smi_reports_fails_and_one_that_it_does_not_report_is_ignored() throws Exception {
        nvidiaSmiReports(SAME.replace("P0, 0, 0", "P0, 0, 7").replace("[N/A], P0", "30, P0"), SAME);
        Run missing = compare("--rounds", "1");
        nvidiaSmiReports(SAME.replace("75.12", "[Unknown Error]"), SAME);
        Run unknown = compare("--rounds", "1");

        assertThat(missing.output).as("reported once, before").doesNotContain("gpu_fan_percent is absent");
        assertThat(unknown.output).contains("nvidia-smi does not report it");
        assertThat(unknown.code).isZero();

        nvidiaSmiReports(SAME.replace("[N/A], P0", "30, P0"), SAME.replace("[N/A], P0", "30, P0"));
        assertThat(compare("--rounds", "1").output)
                .contains("GPU-a: gpu_fan_percent is absent, but nvidia-smi reports 30");
    }

    @Test
    void gpu_that_the_probe_does_not_report_fails_and_one_of_another_maker_is_passed_over() throws Exception {
        probeReports(values("GPU-a", 45, 1 << 30, 75.1), values("GPU-amd", 60, 1 << 30, 100));
        nvidiaSmiReports(SAME + "\n" + SAME.replace("GPU-a", "GPU-b"), SAME + "\n" + SAME.replace("GPU-a", "GPU-b"));

        Run run = compare("--rounds", "1");

        assertThat(run.output)
                .contains("GPU-b: the probe does not report this card", "GPU-amd: not a card of nvidia-smi");
        assertThat(run.code).isEqualTo(1);
    }

    @Test
    void a_load_runs_while_it_is_measured_and_is_ended_with_all_that_it_started() throws Exception {
        Path pids = folder.resolve("pids");
        String load = "sleep 300 & echo $! >" + pids + "; sleep 300 & echo $! >>" + pids + "; wait";

        Run run = compare("--rounds", "1", "--warm-up", "1", "--load", load);

        assertThat(run.output).contains("under load, round 1 of 1, GPU-a");
        assertThat(run.code).as(run.output).isZero();
        assertThat(Files.readAllLines(pids)).hasSize(2).allSatisfy(pid -> await().until(() -> hasEnded(pid)));
    }

    @Test
    void what_cannot_be_compared_is_neither_a_pass_nor_a_difference() throws Exception {
        assertFails("no bin/emberwatch-probe in /no/such", compare("--probe", "/no/such"));
        assertFails("--rounds must be a whole number up to 9999, but is 'x'", compare("--rounds", "x"));
        assertFails(
                "the load ended before it was measured: out of memory",
                compare("--rounds", "1", "--warm-up", "1", "--load", "echo out of memory; exit 1"));
        script("bin/emberwatch-probe", "echo 'no such thing' >&2; exit 1");
        assertFails("the probe failed: no such thing", compare("--rounds", "1"));
        script("path/nvidia-smi", "echo 'No devices were found'; exit 6");
        assertFails("nvidia-smi failed: No devices were found", compare("--rounds", "1"));
        Files.delete(folder.resolve("path/nvidia-smi"));
        // This machine may have its own among the usual tools; of those the script needs one to come this far.
        Files.createSymbolicLink(folder.resolve("path/dirname"), Path.of("/usr/bin/dirname"));
        assertFails("no nvidia-smi found", compareOn(folder.resolve("path").toString()));
    }

    /** A process that nobody has asked for its exit code is still listed, as a zombie. */
    private static boolean hasEnded(String pid) {
        try {
            String stat = Files.readString(Path.of("/proc", pid, "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'Z';
        } catch (IOException e) {
            return true;
        }
    }

    private static void assertFails(String why, Run run) {
        assertThat(run.output).contains("compare.sh: " + why);
        assertThat(run.code).isEqualTo(2);
    }

    private record Run(int code, String output) {}

    private Run compare(String... arguments) throws IOException, InterruptedException {
        return compareOn(folder.resolve("path") + ":/usr/bin:/bin", arguments);
    }

    private Run compareOn(String path, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", "src/gpu-check/compare.sh"));
        command.addAll(List.of("--probe", folder.toString()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        File output = folder.resolve("output").toFile();
        builder.redirectOutput(output);
        builder.environment().put("PATH", path);
        Process process = builder.start();
        process.getOutputStream().close();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("compare.sh ends").isTrue();
        return new Run(process.exitValue(), Files.readString(output.toPath(), StandardCharsets.UTF_8));
    }

    private void probeReports(GpuSample... gpus) throws IOException {
        Inventory inventory = new Inventory(
                "",
                "",
                "",
                "",
                "",
                0,
                0,
                "none",
                Arrays.stream(gpus)
                        .map(gpu -> GpuInfo.withoutLimits(gpu.uuid(), "X", ""))
                        .toList(),
                "",
                OptionalInt.empty());
        SampleReport report = new SampleReport(
                new Sample(Instant.EPOCH, MetricValues.empty(Scope.MACHINE), List.of(gpus)),
                inventory,
                Optional.empty(),
                List.of(),
                List.of(),
                // A name that would mislead who takes JSON for lines of text.
                List.of(new GpuProcess("GPU-a", 1, "}],\"gpu_temp_c\":99,{[ \\", "谁", 0)));
        Files.writeString(folder.resolve("sample.json"), SampleJson.of(report));
        script("bin/emberwatch-probe", "cat " + folder.resolve("sample.json"));
    }

    private static GpuSample values(String uuid, double tempC, long memoryBytes, double powerW) {
        return new GpuSample(
                uuid,
                MetricValues.builder(Scope.GPU)
                        .set(Metric.GPU_TEMP_C, tempC)
                        .setRaw(Metric.GPU_MEM_USED_BYTES, memoryBytes)
                        .setRaw(Metric.GPU_MEM_TOTAL_BYTES, 143_771L << 20)
                        .set(Metric.GPU_POWER_W, powerW)
                        .set(Metric.GPU_POWER_LIMIT_W, 700)
                        .set(Metric.GPU_SM_CLOCK_MHZ, 1980)
                        .set(Metric.GPU_MEM_CLOCK_MHZ, 2619)
                        .set(Metric.GPU_UTIL_PERCENT, 3)
                        .set(Metric.GPU_MEM_UTIL_PERCENT, 0)
                        .set(Metric.GPU_PERFORMANCE_STATE, 0)
                        .set(Metric.GPU_ECC_CORRECTED_COUNT, 0)
                        .set(Metric.GPU_ECC_UNCORRECTED_COUNT, 0)
                        .build());
    }

    /** Answers one way and another in turn. */
    private void nvidiaSmiReports(String before, String after) throws IOException {
        Files.writeString(folder.resolve("before"), before + "\n");
        Files.writeString(folder.resolve("after"), after + "\n");
        script("path/nvidia-smi", """
                cd %s
                case $1 in
                    *driver_version*) echo 580.65.06 ;;
                    *) if [ -e turn ]; then rm turn; cat after; else : >turn; cat before; fi ;;
                esac""".formatted(folder));
    }

    private void script(String name, String body) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
