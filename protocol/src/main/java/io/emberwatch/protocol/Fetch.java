package io.emberwatch.protocol;

/**
 * The collector has room for some history: the probe answers with one HISTORY.
 *
 * @param maxReadings 1 to {@value WireLimits#MAX_READINGS_PER_FRAME}
 */
public record Fetch(int maxReadings) implements Message {
    public Fetch {
        if (maxReadings < 1 || maxReadings > WireLimits.MAX_READINGS_PER_FRAME) {
            throw new IllegalArgumentException("a fetch asks for 1 to " + WireLimits.MAX_READINGS_PER_FRAME
                    + " readings, but this for " + maxReadings);
        }
    }
}
