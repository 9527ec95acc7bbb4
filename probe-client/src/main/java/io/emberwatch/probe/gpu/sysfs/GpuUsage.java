package io.emberwatch.probe.gpu.sysfs;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How busy the GPU is, and how full its memory. */
final class GpuUsage implements GpuFiles.Reader {
    private final Path busy;
    private final Path memoryBusy;
    private final Path memoryUsed;
    private final OptionalLong memoryTotalBytes;

    GpuUsage(PciGpus.PciGpu gpu, KernelTree tree) {
        busy = gpu.device().resolve("gpu_busy_percent");
        memoryBusy = gpu.device().resolve("mem_busy_percent");
        memoryUsed = gpu.device().resolve("mem_info_vram_used");
        OptionalLong amd = tree.number(gpu.device().resolve("mem_info_vram_total"));
        memoryTotalBytes = amd.isPresent() ? amd : ofTiles(gpu, tree);
    }

    /** Intel reports the memory of each part of a GPU. */
    private static OptionalLong ofTiles(PciGpus.PciGpu gpu, KernelTree tree) {
        long bytes = tree.list(gpu.device()).stream()
                .filter(file -> file.getFileName().toString().startsWith("tile"))
                .flatMapToLong(tile -> tree.number(tile.resolve("physical_vram_size_bytes")).stream())
                .sum();
        return bytes > 0 ? OptionalLong.of(bytes) : OptionalLong.empty();
    }

    @Override
    public boolean isThere() {
        return Files.exists(busy) || memoryTotalBytes.isPresent();
    }

    @Override
    public void read(GpuFiles files, MetricValues.Builder values) {
        putPercent(files.live(busy), Metric.GPU_UTIL_PERCENT, values);
        putPercent(files.live(memoryBusy), Metric.GPU_MEM_UTIL_PERCENT, values);
        putMemory(values);
        OptionalLong used = files.stored(memoryUsed);
        if (used.isPresent() && used.getAsLong() >= 0 && used.getAsLong() <= memoryTotalBytes.orElse(Long.MAX_VALUE)) {
            values.setRaw(Metric.GPU_MEM_USED_BYTES, used.getAsLong());
        }
    }

    /** What is known without asking the GPU. */
    void putMemory(MetricValues.Builder values) {
        memoryTotalBytes.ifPresent(bytes -> values.setRaw(Metric.GPU_MEM_TOTAL_BYTES, bytes));
    }

    private static void putPercent(OptionalLong percent, Metric metric, MetricValues.Builder values) {
        percent.ifPresent(value -> values.set(metric, (double) value));
    }
}
