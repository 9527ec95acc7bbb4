package io.emberwatch.collector.mail.outbox;

/** A mail was not taken. Its message is what the other side said. */
public final class DeliveryException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What to do about it. */
    public enum Kind {
        /** The other side refuses this very mail, for good: there is no use in trying again. */
        REJECTED,
        /** The other side cannot take this mail now. */
        TEMPORARY,
        /** Nothing can be handed over now: not reachable, or it does not let us in. Also holds for other mails. */
        UNAVAILABLE
    }

    private final Kind kind;

    DeliveryException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
