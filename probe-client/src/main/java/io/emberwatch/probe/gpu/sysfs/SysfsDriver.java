package io.emberwatch.probe.gpu.sysfs;

import io.emberwatch.probe.gpu.Gpu;
import io.emberwatch.probe.gpu.GpuDriver;
import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.kernel.SensorTree;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.WireLimits;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import oshi.hardware.GraphicsCard;

/**
 * GPUs whose drivers show their values as files: AMD's, Intel's, and NVIDIA's with nouveau. A survey reads no sensor.
 * One thread at a time.
 *
 * <p>Of the graphics inside CPUs only those count that report at least one value.
 */
public final class SysfsDriver implements GpuDriver {
    private final KernelTree tree;
    private final PciGpus pciGpus;
    private final SensorTree sensors;
    private final ModelNames names;
    private final LongSupplier nanoTime;
    private Map<SysfsGpu.Layout, SysfsGpu> known = Map.of();

    /**
     * A driver that has not looked yet.
     *
     * @param oshi its list of GPUs, made anew at each call; asked for the names of GPUs that report none
     * @param nanoTime {@link System#nanoTime()}
     */
    public SysfsDriver(KernelTree tree, Supplier<List<GraphicsCard>> oshi, LongSupplier nanoTime) {
        this.tree = tree;
        this.pciGpus = new PciGpus(tree);
        this.sensors = new SensorTree(tree);
        this.names = new ModelNames(tree, oshi);
        this.nanoTime = nanoTime;
    }

    @Override
    public Set<Metric> metrics() {
        return SysfsGpu.METRICS;
    }

    @Override
    public Survey survey() {
        Map<SysfsGpu.Layout, SysfsGpu> found = new LinkedHashMap<>();
        for (PciGpus.PciGpu gpu : pciGpus.find()) {
            SysfsGpu.Layout layout =
                    new SysfsGpu.Layout(gpu, sensors.chipsIn(gpu.device().resolve("hwmon"), SysfsGpu.Layout.KINDS));
            SysfsGpu before = known.get(layout);
            SysfsGpu now = before != null ? before : new SysfsGpu(layout, names.of(gpu), tree, nanoTime);
            if (now.hasReaders() && found.size() < WireLimits.MAX_GPUS) {
                found.put(layout, now);
            }
        }
        known = found;
        return new Survey(List.<Gpu>copyOf(found.values()), fault(), driverNames());
    }

    /** One GPU that its driver does not want is a missing GPU, and no reason to leave out the others. */
    private GpuFault fault() {
        boolean drives =
                known.keySet().stream().anyMatch(layout -> layout.gpu().vendor().equals(PciGpus.PciGpu.AMD));
        return !drives && pciGpus.driverIsMissing() ? GpuFault.DRIVER_MISSING : GpuFault.NONE;
    }

    private String driverNames() {
        return known.keySet().stream()
                .map(layout -> layout.gpu().driver())
                .distinct()
                .map(driver -> driver + " " + version(driver))
                .map(String::strip)
                .collect(Collectors.joining(", "));
    }

    /** A driver of the kernel's own goes with its version. */
    private String version(String driver) {
        return tree.text(tree.sys("bus/pci/drivers/" + driver + "/module/version"))
                .or(() -> tree.text(tree.proc("sys/kernel/osrelease")))
                .orElse("");
    }

    /**
     * What GPUs are called: as the GPU says itself, else as OSHI calls one of the same device id, which costs a process
     * ({@code lspci}) and is therefore remembered. Not thread-safe.
     */
    static final class ModelNames {
        private static final Logger LOG = LoggerFactory.getLogger(ModelNames.class);

        private final KernelTree tree;
        private final Supplier<List<GraphicsCard>> oshi;
        private final Map<String, String> byDevice = new HashMap<>();

        /** @param oshi its list of GPUs, made anew at each call */
        ModelNames(KernelTree tree, Supplier<List<GraphicsCard>> oshi) {
            this.tree = tree;
            this.oshi = oshi;
        }

        String of(PciGpus.PciGpu gpu) {
            return tree.text(gpu.device().resolve("product_name"))
                    .filter(name -> !name.isEmpty())
                    .orElseGet(() -> known(gpu));
        }

        private String known(PciGpus.PciGpu gpu) {
            String device = gpu.deviceId().toLowerCase(Locale.ROOT);
            if (!byDevice.containsKey(device)) {
                ask();
                byDevice.putIfAbsent(device, gpu.plainName());
            }
            return byDevice.get(device);
        }

        private void ask() {
            try {
                for (GraphicsCard gpu : oshi.get()) {
                    if (!gpu.getName().isBlank() && !gpu.getName().equalsIgnoreCase("unknown")) {
                        byDevice.putIfAbsent(gpu.getDeviceId().toLowerCase(Locale.ROOT), gpu.getName());
                    }
                }
            } catch (RuntimeException | LinkageError e) {
                LOG.debug("no names of graphics cards", e);
            }
        }
    }
}
