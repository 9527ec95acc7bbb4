package io.emberwatch.collector.config;

import io.emberwatch.collector.mail.outbox.MailAuthorities;
import io.emberwatch.collector.mail.outbox.MailDestination;
import io.emberwatch.collector.mail.outbox.SmtpSettings;
import io.emberwatch.protocol.conf.ConfException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** How mails leave. */
public final class MailOptions extends ConfOptions {
    public MailOptions() {
        super("mail");
    }

    /** Where mails go; a folder in the data folder if it is not configured. */
    public MailDestination destination(DataOptions data) {
        return MailDestination.parse(url(data));
    }

    String url(DataOptions data) {
        return find(CollectorKeys.MAIL_URL)
                .orElseGet(() -> "file:" + data.folder().resolve("mail").toUri().getRawPath());
    }

    /** The sender: an address, with or without a name. */
    public String from() {
        return find(CollectorKeys.MAIL_FROM).orElseGet(() -> "emberwatch@" + domain(AddressOptions.hostName()));
    }

    /** How to talk to a mail server. */
    public SmtpSettings smtp() {
        return new SmtpSettings(
                Secrets.resolve(this, CollectorKeys.MAIL_PASSWORD, CollectorKeys.MAIL_PASSWORD_FILE),
                find(CollectorKeys.MAIL_EHLO_NAME),
                find(CollectorKeys.MAIL_CA_FILE),
                get(CollectorKeys.MAIL_TIMEOUT));
    }

    /** @throws ConfException if files that are named will not do */
    void check() {
        try {
            Optional<Path> caFile = smtp().caFile();
            if (caFile.isPresent()) {
                MailAuthorities.read(caFile.get());
            }
        } catch (IOException e) {
            throw new ConfException(e.getMessage(), e);
        }
    }

    /** A host may have a name that mail does not allow. */
    private static String domain(String hostName) {
        return hostName.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,58}[A-Za-z0-9])?") ? hostName : "localhost";
    }
}
