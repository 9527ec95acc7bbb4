package io.emberwatch.protocol;

import java.time.Duration;
import java.util.Objects;

/**
 * The collector ends the connection, and why. Nothing follows.
 *
 * @param code stable reason, for the probe to act on
 * @param text the same for a person
 * @param retryAfter shortest time after which trying again makes sense; the probe adds a random part of its own. 0 to
 *     {@value WireLimits#MAX_DURATION_MILLIS} ms
 */
public record Refused(RefusalCode code, String text, Duration retryAfter) implements Message {
    public Refused {
        Objects.requireNonNull(code);
        Texts.requireText("text", text);
        retryAfter = Times.requireDuration("retry-after", retryAfter, 0);
    }

    /** A refusal with the code's own waiting time. */
    public static Refused because(RefusalCode code, String text) {
        return new Refused(code, Texts.fit(text), code.retryAfter());
    }
}
