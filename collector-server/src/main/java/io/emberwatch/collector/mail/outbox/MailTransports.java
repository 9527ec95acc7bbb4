package io.emberwatch.collector.mail.outbox;

import io.emberwatch.collector.mail.outbox.MailDestination.Folder;
import io.emberwatch.collector.mail.outbox.MailDestination.Smtp;
import java.time.Instant;
import java.util.Optional;

/** The way to each kind of destination. */
public final class MailTransports {
    private MailTransports() {}

    /**
     * A transport that brings mails there.
     *
     * @param password of the user whom the destination names, if the mail server asks for it
     */
    public static MailTransport to(MailDestination destination, Optional<String> password) {
        return destination instanceof Smtp server
                ? new SmtpTransport(server, password)
                : new FolderTransport(((Folder) destination).path(), Instant.now());
    }
}
