package io.emberwatch.probe.gpu.sysfs;

import io.emberwatch.probe.gpu.Gpu;
import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.kernel.SensorTree;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.Texts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongSupplier;

/** One GPU, read from the files of its driver. {@link #info} is for any thread. */
final class SysfsGpu implements Gpu {
    /** All that its readers may report. */
    static final Set<Metric> METRICS = EnumSet.of(
            Metric.GPU_TEMP_C,
            Metric.GPU_MEM_TEMP_C,
            Metric.GPU_SLOWDOWN_MARGIN_C,
            Metric.GPU_UTIL_PERCENT,
            Metric.GPU_MEM_USED_BYTES,
            Metric.GPU_MEM_TOTAL_BYTES,
            Metric.GPU_POWER_W,
            Metric.GPU_POWER_LIMIT_W,
            Metric.GPU_SM_CLOCK_MHZ,
            Metric.GPU_MEM_CLOCK_MHZ,
            Metric.GPU_FAN_PERCENT,
            Metric.GPU_ECC_CORRECTED_COUNT,
            Metric.GPU_ECC_UNCORRECTED_COUNT,
            Metric.GPU_MEM_MARGIN_C,
            Metric.GPU_MEM_UTIL_PERCENT,
            Metric.GPU_THERMAL_THROTTLING,
            Metric.GPU_PCIE_REPLAY_COUNT);

    private final Layout layout;
    private final KernelTree tree;
    private final GpuInfo info;
    private final GpuUsage use;
    private final List<GpuFiles.Reader> readers;
    private boolean hasAnswered;

    /** @param nanoTime {@link System#nanoTime()} */
    SysfsGpu(Layout layout, String model, KernelTree tree, LongSupplier nanoTime) {
        this.layout = layout;
        this.tree = tree;
        PciGpus.PciGpu gpu = layout.gpu();
        GpuTemps temps = new GpuTemps(layout.chips(), tree, gpu.driver().equals("nouveau") ? "max" : "crit");
        use = new GpuUsage(gpu, tree);
        List<GpuFiles.Reader> all = new ArrayList<>(List.of(
                temps,
                use,
                new GpuPower(layout.chipFolders(), nanoTime),
                new GpuClocks(gpu, layout.chips(), tree),
                new GpuErrors(gpu)));
        layout.chipFolders().forEach(chip -> all.add(new GpuFan(chip, gpu.driver())));
        readers = all.stream().filter(GpuFiles.Reader::isThere).toList();
        info = new GpuInfo(
                Texts.fit(gpu.identity()),
                Texts.fit(model),
                gpu.busId(),
                temps.slowdownC(),
                temps.coreLimitC(tree, "emergency"),
                temps.memoryLimitC(),
                gpu.driver().equals("xe") ? temps.coreLimitC(tree, "max") : OptionalInt.empty(),
                OptionalInt.empty());
    }

    /** Whether there is anything that it could report. */
    boolean hasReaders() {
        return !readers.isEmpty();
    }

    @Override
    public GpuInfo info() {
        return info;
    }

    @Override
    public Reading read() throws Gpu.FaultException {
        MetricValues.Builder values = MetricValues.builder(Scope.GPU);
        if (isAsleep()) {
            use.putMemory(values);
            return new Reading(values.build(), List.of());
        }
        requireOnTheBus();
        GpuFiles files = new GpuFiles();
        readers.forEach(part -> part.read(files, values));
        MetricValues reported = values.build();
        if (!files.answered() && !isContentWith(reported, files)) {
            requireOnTheBus();
            throw new Gpu.FaultException(files.fault(), name() + ": " + files.reason(), null);
        }
        hasAnswered |= files.answered();
        return new Reading(reported, List.of());
    }

    /** Some parts of GPUs that virtual machines get never report more than what their driver knows. */
    private boolean isContentWith(MetricValues reported, GpuFiles files) {
        return !hasAnswered && !reported.isEmpty() && files.fault() == GpuFault.UNREADABLE;
    }

    /** Asking a GPU that was put to sleep would wake it up, and it is cold anyway. */
    private boolean isAsleep() {
        return tree.text(layout.gpu().device().resolve("power/runtime_status"))
                .orElse("")
                .equals("suspended");
    }

    /** What has fallen off the bus answers with ones to whatever it is asked, if it is still listed at all. */
    private void requireOnTheBus() throws Gpu.FaultException {
        Path device = layout.gpu().device();
        if (!Files.exists(device)) {
            throw new Gpu.FaultException(GpuFault.LOST, name() + " is not on the bus any more", null);
        }
        try (InputStream config = Files.newInputStream(device.resolve("config"))) {
            byte[] ids = config.readNBytes(4);
            if (ids.length == 4 && (ids[0] & ids[1] & ids[2] & ids[3] & 0xff) == 0xff) {
                throw new Gpu.FaultException(GpuFault.LOST, name() + " does not answer on the bus", null);
            }
        } catch (IOException e) {
            // Then its values show whether it is there.
        }
    }

    private String name() {
        return info.model() + " at " + info.pciBusId();
    }

    /**
     * Where the values of a GPU are to be found. It changes when its driver is loaded anew.
     *
     * @param chips that of the whole GPU first: i915 has more, for parts of it, with longer names
     */
    record Layout(PciGpus.PciGpu gpu, List<SensorTree.Chip> chips) {
        /** The kinds of sensors that a GPU is asked for. */
        static final Set<String> KINDS = Set.of("temp", "freq");

        Layout {
            chips = chips.stream()
                    .sorted(Comparator.comparingInt(chip -> chip.name().length()))
                    .toList();
        }

        List<Path> chipFolders() {
            return chips.stream().map(SensorTree.Chip::folder).toList();
        }
    }
}
