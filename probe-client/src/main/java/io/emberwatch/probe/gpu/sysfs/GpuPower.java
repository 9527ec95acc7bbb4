package io.emberwatch.probe.gpu.sysfs;

import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Power drawn and its limit. AMD and nouveau report watts; Intel reports the energy used so far, and its growth since
 * the reading before is the power.
 */
final class GpuPower implements GpuFiles.Reader {
    private static final double MICRO = 1e6;

    private final Optional<Path> power;
    private final Optional<Path> energy;
    private final List<Path> limits;
    private final LongSupplier nanoTime;
    private OptionalLong lastMicroJoules = OptionalLong.empty();
    private long lastNanos;

    /** @param nanoTime {@link System#nanoTime()} */
    GpuPower(List<Path> chips, LongSupplier nanoTime) {
        this.power = first(chips, "power1_average", "power1_input");
        this.energy = first(chips, "energy1_input", "energy2_input");
        // The sustained limit before that for bursts; the second of each is that of the chip, not of the whole GPU.
        this.limits = existing(chips, "power1_max", "power1_cap", "power2_max");
        this.nanoTime = nanoTime;
    }

    @Override
    public boolean isThere() {
        return power.isPresent() || energy.isPresent();
    }

    @Override
    public void read(GpuFiles files, MetricValues.Builder values) {
        if (power.isPresent()) {
            files.live(power.get()).ifPresent(microWatts -> values.set(Metric.GPU_POWER_W, microWatts / MICRO));
        } else if (energy.isPresent()) {
            files.live(energy.get()).ifPresent(microJoules -> putGrowth(microJoules, values));
        }
        // 0 says that the limit is switched off.
        limits.stream()
                .flatMapToLong(limit -> files.stored(limit).stream())
                .filter(microWatts -> microWatts > 0)
                .findFirst()
                .ifPresent(microWatts -> values.set(Metric.GPU_POWER_LIMIT_W, microWatts / MICRO));
    }

    private void putGrowth(long microJoules, MetricValues.Builder values) {
        long now = nanoTime.getAsLong();
        double seconds = (now - lastNanos) / 1e9;
        long spent = microJoules - lastMicroJoules.orElse(microJoules);
        // A counter that ran back began anew.
        if (lastMicroJoules.isPresent() && seconds > 0 && spent >= 0) {
            values.set(Metric.GPU_POWER_W, spent / MICRO / seconds);
        }
        lastMicroJoules = OptionalLong.of(microJoules);
        lastNanos = now;
    }

    private static Optional<Path> first(List<Path> chips, String... names) {
        return existing(chips, names).stream().findFirst();
    }

    private static List<Path> existing(List<Path> chips, String... names) {
        return List.of(names).stream()
                .flatMap(name -> chips.stream().map(chip -> chip.resolve(name)))
                .filter(Files::exists)
                .toList();
    }
}
