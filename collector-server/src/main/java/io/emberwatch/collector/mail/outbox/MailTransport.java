package io.emberwatch.collector.mail.outbox;

import jakarta.mail.internet.MimeMessage;
import java.util.Optional;

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

    /** The transport for a destination. */
    static MailTransport to(MailDestination destination, Optional<String> password) {
        if (destination instanceof MailDestination.Smtp server) {
            return new SmtpTransport(server, password);
        }
        return new FolderTransport(((MailDestination.Folder) destination).path());
    }
}
