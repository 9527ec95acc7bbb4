package io.emberwatch.probe.sample;

import io.emberwatch.protocol.Metric;
import java.util.OptionalLong;

/**
 * The fastest fan. A header without a fan reads 0 like a fan that stands still, so 0 counts only once a fan has turned.
 */
final class FanSampler implements Sampler {
    private final Hwmon hwmon;
    private boolean hasTurned;

    FanSampler(Hwmon hwmon) {
        this.hwmon = hwmon;
    }

    @Override
    public void sample(Readout readout) {
        OptionalLong fastest = hwmon.chips().stream()
                .flatMap(chip -> hwmon.inputs(chip, "fan").stream())
                .flatMapToLong(input -> input.value().stream())
                .max();
        if (fastest.isPresent()) {
            hasTurned |= fastest.getAsLong() > 0;
            if (hasTurned) {
                readout.put(Metric.FAN_RPM, fastest.getAsLong());
            }
        }
    }
}
