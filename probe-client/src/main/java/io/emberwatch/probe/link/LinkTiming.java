package io.emberwatch.probe.link;

import java.time.Duration;

/**
 * How patient a session is.
 *
 * @param handshake longest wait for the answer to HELLO
 * @param pingAfter silence after which the probe asks for a sign of life
 * @param deadAfter silence after which the connection is given up
 * @param farewell longest wait for the collector to close after BYE
 */
public record LinkTiming(Duration handshake, Duration pingAfter, Duration deadAfter, Duration farewell) {
    public static final LinkTiming USUAL = new LinkTiming(
            Duration.ofSeconds(10), Duration.ofSeconds(15), Duration.ofSeconds(45), Duration.ofMillis(500));

    public LinkTiming {
        if (pingAfter.compareTo(deadAfter) >= 0) {
            throw new IllegalArgumentException("must ask for a sign of life before giving up: " + pingAfter);
        }
    }
}
