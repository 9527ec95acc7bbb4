package io.emberwatch.probe.gpu.sysfs;

import io.emberwatch.probe.kernel.KernelTree;
import io.emberwatch.probe.kernel.SensorTree;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Clocks of core and memory, and whether heat keeps them down. AMD reports clocks as sensors in hertz, or as a table of
 * levels with a star at the one in force; Intel (the drivers i915 and xe) in files of its own in megahertz, and each
 * reason for lower ones in another file.
 */
final class GpuClocks implements GpuFiles.Reader {
    private static final double HZ_PER_MHZ = 1e6;
    private static final Pattern LEVEL_IN_FORCE = Pattern.compile("(?m)(\\d{1,6})Mhz\\s*\\*");

    private static final List<String> HEAT = List.of("reason_thermal", "reason_prochot", "reason_vr_thermalert");

    private final Optional<Path> coreHz;
    private final Optional<Path> memoryHz;
    private final Path coreLevels;
    private final Path memoryLevels;
    /** The clock in force, which is 0 while the GPU sleeps between frames, and then the one asked for. */
    private final List<Path> megahertz;

    private final List<Path> heatReasons;

    GpuClocks(PciGpus.PciGpu gpu, List<SensorTree.Chip> chips, KernelTree tree) {
        coreHz = sensor(chips, "sclk");
        memoryHz = sensor(chips, "mclk");
        coreLevels = gpu.device().resolve("pp_dpm_sclk");
        memoryLevels = gpu.device().resolve("pp_dpm_mclk");
        Path xe = gpu.device().resolve("tile0/gt0/freq0");
        megahertz = Stream.of(
                        xe.resolve("act_freq"),
                        xe.resolve("cur_freq"),
                        gpu.drm().resolve("gt_act_freq_mhz"),
                        gpu.drm().resolve("gt_cur_freq_mhz"))
                .filter(Files::exists)
                .toList();
        heatReasons = heatReasons(gpu, tree);
    }

    private static List<Path> heatReasons(PciGpus.PciGpu gpu, KernelTree tree) {
        Stream<Path> xe = parts(tree, gpu.device(), "tile")
                .flatMap(tile -> parts(tree, tile, "gt"))
                .flatMap(engine -> HEAT.stream().map(reason -> engine.resolve("freq0/throttle/" + reason)));
        Stream<Path> i915 = parts(tree, gpu.drm().resolve("gt"), "gt")
                .flatMap(engine -> HEAT.stream().map(reason -> engine.resolve("throttle_" + reason)));
        return Stream.concat(xe, i915).filter(Files::exists).toList();
    }

    private static Stream<Path> parts(KernelTree tree, Path folder, String name) {
        return tree.list(folder).stream()
                .filter(part -> part.getFileName().toString().matches(name + "\\d{1,3}"));
    }

    private static Optional<Path> sensor(List<SensorTree.Chip> chips, String label) {
        return chips.stream()
                .flatMap(chip -> chip.sensors("freq"))
                .filter(sensor -> sensor.label().equals(label))
                .map(sensor -> sensor.file())
                .findFirst();
    }

    @Override
    public boolean isThere() {
        return coreHz.isPresent() || !megahertz.isEmpty() || Files.exists(coreLevels) || !heatReasons.isEmpty();
    }

    @Override
    public void read(GpuFiles files, MetricValues.Builder values) {
        OptionalDouble core = clock(files, coreHz, coreLevels);
        if (core.isEmpty()) {
            core = megahertz.stream()
                    .flatMapToLong(file -> files.live(file).stream())
                    .filter(mhz -> mhz > 0)
                    .asDoubleStream()
                    .findFirst();
        }
        core.ifPresent(mhz -> values.set(Metric.GPU_SM_CLOCK_MHZ, mhz));
        clock(files, memoryHz, memoryLevels).ifPresent(mhz -> values.set(Metric.GPU_MEM_CLOCK_MHZ, mhz));
        List<OptionalLong> heat = heatReasons.stream().map(files::live).toList();
        if (heat.stream().anyMatch(OptionalLong::isPresent)) {
            boolean hot = heat.stream().anyMatch(reason -> reason.orElse(0) != 0);
            values.setRaw(Metric.GPU_THERMAL_THROTTLING, hot ? 1 : 0);
        }
    }

    private static OptionalDouble clock(GpuFiles files, Optional<Path> hertz, Path levels) {
        if (hertz.isPresent()) {
            return files.live(hertz.get()).stream()
                    .filter(hz -> hz >= 0)
                    .mapToDouble(hz -> hz / HZ_PER_MHZ)
                    .findFirst();
        }
        Optional<Matcher> inForce =
                files.liveText(levels).map(LEVEL_IN_FORCE::matcher).filter(Matcher::find);
        return inForce.map(level -> OptionalDouble.of(Integer.parseInt(level.group(1))))
                .orElse(OptionalDouble.empty());
    }
}
