package io.emberwatch.probe.gpu.sysfs;

import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * How fast the fan is meant to turn: {@code pwm1}, or its speed against the highest one. A GPU without a fan has
 * neither.
 */
final class GpuFan implements GpuFiles.Reader {
    /** hwmon's usual range; nouveau's is per cent. */
    private static final double PWM_MAX = 255;

    private final Path pwm;
    private final double pwmMax;
    private final Path rpm;
    private final Path rpmMax;

    GpuFan(Path chip, String driver) {
        pwm = chip.resolve("pwm1");
        pwmMax = driver.equals("nouveau") ? 100 : PWM_MAX;
        rpm = chip.resolve("fan1_input");
        rpmMax = chip.resolve("fan1_max");
    }

    @Override
    public boolean isThere() {
        return Files.exists(pwm) || Files.exists(rpmMax);
    }

    @Override
    public void read(GpuFiles files, MetricValues.Builder values) {
        OptionalLong duty = files.live(pwm);
        if (duty.isPresent()) {
            values.set(Metric.GPU_FAN_PERCENT, 100 * duty.getAsLong() / pwmMax);
            return;
        }
        long fastest = files.stored(rpmMax).orElse(0);
        if (fastest > 0) {
            OptionalLong now = files.live(rpm);
            // 65535 is what a controller says that knows of no fan.
            if (now.isPresent() && Metric.FAN_RPM.isCredible(now.getAsLong())) {
                values.set(Metric.GPU_FAN_PERCENT, 100.0 * now.getAsLong() / fastest);
            }
        }
    }
}
