package io.emberwatch.probe.gpu.sysfs;

import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Errors that AMD's GPUs count: of their memory (the kernel's {@code Documentation/gpu/amdgpu/ras.rst}) and on the bus.
 */
final class GpuErrors implements GpuFiles.Reader {
    private static final Pattern UNCORRECTED = Pattern.compile("\\bue:\\s*(\\d{1,18})\\b");
    private static final Pattern CORRECTED = Pattern.compile("\\bce:\\s*(\\d{1,18})\\b");

    private final Path memoryErrors;
    private final Path replays;

    GpuErrors(PciGpus.PciGpu gpu) {
        memoryErrors = gpu.device().resolve("ras/umc_err_count");
        replays = gpu.device().resolve("pcie_replay_count");
    }

    @Override
    public boolean isThere() {
        return Files.exists(memoryErrors);
    }

    @Override
    public void read(GpuFiles files, MetricValues.Builder values) {
        Optional<String> counts = files.storedText(memoryErrors);
        counts.ifPresent(text -> {
            put(UNCORRECTED, text, Metric.GPU_ECC_UNCORRECTED_COUNT, values);
            put(CORRECTED, text, Metric.GPU_ECC_CORRECTED_COUNT, values);
        });
        files.stored(replays).ifPresent(count -> values.setRaw(Metric.GPU_PCIE_REPLAY_COUNT, count));
    }

    private static void put(Pattern pattern, String text, Metric metric, MetricValues.Builder values) {
        Matcher count = pattern.matcher(text);
        if (count.find()) {
            values.setRaw(metric, Long.parseLong(count.group(1)));
        }
    }
}
