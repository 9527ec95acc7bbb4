package io.emberwatch.protocol;

/**
 * Everything up to and including this sequence is stored for good; the probe may forget it.
 *
 * @param lastDurableSequence 0 to {@link WireLimits#MAX_SEQUENCE}
 */
public record Ack(long lastDurableSequence) implements Message {
    public Ack {
        if (lastDurableSequence < 0 || lastDurableSequence > WireLimits.MAX_SEQUENCE) {
            throw new IllegalArgumentException("sequence out of range: " + lastDurableSequence);
        }
    }
}
