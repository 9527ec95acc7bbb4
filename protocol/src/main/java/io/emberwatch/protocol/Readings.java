package io.emberwatch.protocol;

import java.util.List;

/**
 * A batch: readings with consecutive sequences, oldest first.
 *
 * @param readings 1 to {@value WireLimits#MAX_READINGS_PER_FRAME} readings
 */
public record Readings(List<Reading> readings) implements Message {
    public Readings {
        readings = List.copyOf(readings);
        if (readings.isEmpty() || readings.size() > WireLimits.MAX_READINGS_PER_FRAME) {
            throw new IllegalArgumentException("a batch has 1 to " + WireLimits.MAX_READINGS_PER_FRAME
                    + " readings, but this has " + readings.size());
        }
        for (int i = 1; i < readings.size(); i++) {
            if (readings.get(i).sequence() != readings.get(i - 1).sequence() + 1) {
                throw new IllegalArgumentException("sequences of a batch must be consecutive");
            }
        }
    }

    public long firstSequence() {
        return readings.get(0).sequence();
    }

    public long lastSequence() {
        return readings.get(readings.size() - 1).sequence();
    }
}
