package io.emberwatch.protocol;

/**
 * The probe has so much to send that it goes on live at a later reading, and brings what lies before that as HISTORY, when
 * the collector asks for it.
 *
 * @param liveFrom sequence of the first reading that comes as READINGS, 2 to {@link WireLimits#MAX_SEQUENCE}
 */
public record Defer(long liveFrom) implements Message {
    public Defer {
        if (liveFrom < 2 || liveFrom > WireLimits.MAX_SEQUENCE) {
            throw new IllegalArgumentException("sequence out of range: " + liveFrom);
        }
    }
}
