package io.emberwatch.protocol;

import java.util.Objects;

/** What is stored for good; the probe may forget it. */
public record Ack(Durable durable) implements Message {
    public Ack {
        Objects.requireNonNull(durable);
    }
}
