package io.emberwatch.probe.sample;

import io.emberwatch.protocol.Metric;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;

/**
 * The hottest CPU package, from every chip of the kernel that belongs to a CPU: OSHI looks at the first only and misses the
 * second socket. Where there is none, OSHI's value, which is 0 when it has none either.
 */
final class CpuTempSampler implements Sampler {
    private static final Set<String> CPU_CHIPS = Set.of("coretemp", "k10temp", "zenpower");
    /** What stands for the whole package, best first: AMD's Tctl carries an offset on some models, Tdie never. */
    private static final List<String> PACKAGE_LABELS = List.of("Package id", "Physical id", "Tdie", "Tctl");

    private static final double LOWEST_CREDIBLE_C = -40;
    private static final double HIGHEST_CREDIBLE_C = 150;

    private final Hwmon hwmon;
    private final DoubleSupplier fallback;

    /** @param fallback °C, 0 if unknown */
    CpuTempSampler(Hwmon hwmon, DoubleSupplier fallback) {
        this.hwmon = hwmon;
        this.fallback = fallback;
    }

    @Override
    public void sample(Readout readout) {
        OptionalDouble hottest = hwmon.chips().stream()
                .filter(chip -> CPU_CHIPS.contains(chip.name()))
                .map(chip -> packageTemp(hwmon.inputs(chip, "temp")))
                .flatMapToDouble(OptionalDouble::stream)
                .max();
        if (hottest.isPresent()) {
            readout.put(Metric.CPU_TEMP_C, hottest);
            return;
        }
        double otherwise = fallback.getAsDouble();
        if (otherwise != 0) {
            readout.put(Metric.CPU_TEMP_C, otherwise);
        }
    }

    private static OptionalDouble packageTemp(List<Hwmon.Input> inputs) {
        return PACKAGE_LABELS.stream()
                .map(label -> credible(inputs, label).max())
                .flatMapToDouble(OptionalDouble::stream)
                .boxed()
                .findFirst()
                .map(OptionalDouble::of)
                .orElseGet(() -> credible(inputs, "").max());
    }

    private static DoubleStream credible(List<Hwmon.Input> inputs, String labelStart) {
        return inputs.stream()
                .filter(input -> input.label().startsWith(labelStart))
                .flatMapToLong(input -> input.value().stream())
                .mapToDouble(milliDegrees -> milliDegrees / 1000.0)
                .filter(degrees -> degrees > LOWEST_CREDIBLE_C && degrees < HIGHEST_CREDIBLE_C && degrees != 0);
    }
}
