package io.emberwatch.protocol;

/**
 * Everything up to and including this sequence is stored for good; the probe may forget it.
 *
 * @param lastDurableSequence 0 or more
 */
public record Ack(long lastDurableSequence) implements Message {
    public Ack {
        if (lastDurableSequence < 0) {
            throw new IllegalArgumentException("sequence must not be negative: " + lastDurableSequence);
        }
    }
}
