package io.emberwatch.collector.mail.outbox;

import jakarta.mail.internet.MimeMessage;
import java.time.Duration;

/** Hands mails over, one after the other. Not thread-safe, but {@link #close} may be called from any thread. */
public interface MailTransport extends AutoCloseable {
    /** Whether a mail may be handed over now; false while the other side is left alone after failures. */
    default boolean isReady() {
        return true;
    }

    /**
     * Hands over one mail; when it returns, the other side has taken responsibility for it.
     *
     * @throws DeliveryException if the other side did not take it
     */
    void send(MimeMessage mail) throws DeliveryException;

    /** How long the other side may take for one step. */
    default Duration timeout() {
        return SmtpSettings.TIMEOUT;
    }

    /** Ends a connection, if there is one; a later {@link #send} makes a new one. */
    @Override
    void close();

    /** A mail was not taken. Its message is what the other side said, and what to do about it. */
    final class DeliveryException extends Exception {
        private static final long serialVersionUID = 1L;

        /** What becomes of the mail, and of others. */
        public enum Kind {
            /** The recipient does not exist: there is no use in trying again. */
            REJECTED,
            /** The other side does not take this mail, or mails for this recipient, for now. */
            DEFERRED,
            /** Nothing can be handed over now: not reachable, or not taken from us. Also holds for other mails. */
            UNAVAILABLE,
            /** The same, as we are not known there by our password; to be asked again rarely. */
            LOGIN_REFUSED;

            /** Whether it is about the other side as a whole, or about us. */
            boolean holdsForAll() {
                return this == UNAVAILABLE || this == LOGIN_REFUSED;
            }
        }

        private final Kind kind;
        private final boolean isPassing;

        DeliveryException(Kind kind, String message, boolean isPassing, Throwable cause) {
            super(message, cause);
            this.kind = kind;
            this.isPassing = isPassing;
        }

        /** The same, with a place in front of its message. */
        DeliveryException at(String place) {
            return new DeliveryException(kind, place + ": " + getMessage(), isPassing, getCause());
        }

        public Kind kind() {
            return kind;
        }

        /** Whether it is expected to pass without anybody's help. */
        boolean isPassing() {
            return isPassing;
        }
    }
}
