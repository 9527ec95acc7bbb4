package io.emberwatch.protocol;

import java.time.Instant;
import java.util.List;

/**
 * A batch: readings with consecutive sequences, oldest first.
 *
 * @param sentAt the probe's clock when it sent this: how old a reading is lies between its time and this one, however
 *     wrong that clock is
 * @param readings 1 to {@value WireLimits#MAX_READINGS_PER_FRAME} readings
 */
public record Readings(Instant sentAt, List<Reading> readings) implements Message {
    public Readings {
        sentAt = Times.requireTime("sending time", sentAt);
        readings = List.copyOf(readings);
        if (readings.isEmpty() || readings.size() > WireLimits.MAX_READINGS_PER_FRAME) {
            throw new IllegalArgumentException("a batch has 1 to " + WireLimits.MAX_READINGS_PER_FRAME
                    + " readings, but this has " + readings.size());
        }
        requireConsecutive(readings);
    }

    /** A batch that is sent as soon as its last reading was taken. */
    public Readings(List<Reading> readings) {
        this(
                readings.isEmpty()
                        ? Instant.EPOCH
                        : readings.get(readings.size() - 1).takenAt(),
                readings);
    }

    static void requireConsecutive(List<Reading> readings) {
        if (readings.size() > WireLimits.MAX_READINGS_PER_FRAME) {
            throw new IllegalArgumentException("more than " + WireLimits.MAX_READINGS_PER_FRAME + " readings");
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
