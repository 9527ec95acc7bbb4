package io.emberwatch.probe.gpu.sysfs;

import io.emberwatch.probe.kernel.SensorChip;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Clocks of core and memory. AMD tells them as sensors in hertz, or as a table of levels with a star at the one in force;
 * Intel in files of its own in megahertz.
 */
final class CardClocks implements CardPart {
    private static final double HZ_PER_MHZ = 1e6;
    private static final Pattern LEVEL_IN_FORCE = Pattern.compile("(?m)(\\d{1,6})Mhz\\s*\\*");

    private final Optional<Path> coreHz;
    private final Optional<Path> memoryHz;
    private final Path coreLevels;
    private final Path memoryLevels;
    /** The clock in force, which is 0 while the card sleeps between frames, and then the one asked for. */
    private final List<Path> megahertz;

    CardClocks(PciCard card, List<SensorChip> chips) {
        coreHz = sensor(chips, "sclk");
        memoryHz = sensor(chips, "mclk");
        coreLevels = card.device().resolve("pp_dpm_sclk");
        memoryLevels = card.device().resolve("pp_dpm_mclk");
        Path xe = card.device().resolve("tile0/gt0/freq0");
        megahertz = Stream.of(
                        xe.resolve("act_freq"),
                        xe.resolve("cur_freq"),
                        card.drm().resolve("gt_act_freq_mhz"),
                        card.drm().resolve("gt_cur_freq_mhz"))
                .filter(Files::exists)
                .toList();
    }

    private static Optional<Path> sensor(List<SensorChip> chips, String label) {
        return chips.stream()
                .flatMap(chip -> chip.sensors("freq"))
                .filter(sensor -> sensor.label().equals(label))
                .map(sensor -> sensor.file())
                .findFirst();
    }

    @Override
    public boolean isThere() {
        return coreHz.isPresent() || !megahertz.isEmpty() || Files.exists(coreLevels);
    }

    @Override
    public void read(CardFiles files, MetricValues.Builder values) {
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
    }

    private static OptionalDouble clock(CardFiles files, Optional<Path> hertz, Path levels) {
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
