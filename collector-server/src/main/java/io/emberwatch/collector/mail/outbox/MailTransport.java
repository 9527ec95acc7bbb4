package io.emberwatch.collector.mail.outbox;

import jakarta.mail.internet.MimeMessage;

/** Hands mails over, one after the other. Not thread-safe, but {@link #close} may be called from any thread. */
public interface MailTransport extends AutoCloseable {
    /**
     * Hands over one mail; when it returns, the other side has taken responsibility for it.
     *
     * @throws DeliveryException if the other side did not take it
     */
    void send(MimeMessage mail) throws DeliveryException;

    /** Ends a connection, if there is one; a later {@link #send} makes a new one. */
    @Override
    void close();

    /** A mail was not taken. Its message is what the other side said. */
    final class DeliveryException extends Exception {
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
}
