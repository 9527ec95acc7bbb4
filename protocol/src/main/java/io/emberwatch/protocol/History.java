package io.emberwatch.protocol;

import java.time.Instant;
import java.util.List;

/**
 * Readings that were put off, oldest first; the answer to a FETCH.
 *
 * @param upTo the probe has nothing more up to this sequence, 1 to {@link WireLimits#MAX_SEQUENCE}
 * @param sentAt the probe's clock when it sent this
 * @param readings with consecutive sequences up to {@code upTo}; none if there were only lost ones
 */
public record History(long upTo, Instant sentAt, List<Reading> readings) implements Message {
    public History {
        if (upTo < 1 || upTo > WireLimits.MAX_SEQUENCE) {
            throw new IllegalArgumentException("sequence out of range: " + upTo);
        }
        sentAt = Times.requireTime("sending time", sentAt);
        readings = List.copyOf(readings);
        Readings.requireConsecutive(readings);
        if (!readings.isEmpty() && readings.get(readings.size() - 1).sequence() > upTo) {
            throw new IllegalArgumentException("readings beyond " + upTo);
        }
    }
}
