package io.emberwatch.protocol;

import java.util.Objects;

/** What is stored for good; the probe may forget it. */
public record Ack(AcknowledgedRange acknowledged) implements Message {
    public Ack {
        Objects.requireNonNull(acknowledged);
    }
}
