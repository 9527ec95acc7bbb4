package io.emberwatch.collector.config;

import io.emberwatch.collector.mail.outbox.MailDestination;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How mails leave. */
public final class MailOptions {
    @Option(
            names = "--mail-url",
            descriptionKey = "mail.url",
            paramLabel = "URL",
            converter = Kinds.MailUrl.class,
            description = {
                "Mail server: smtp://, smtps:// or smtp+starttls:// with [user@]host[:port]; or file:FOLDER, which",
                "only writes each mail into a folder, for trying it out."
            })
    private String url;

    @Option(
            names = "--mail-from",
            descriptionKey = "mail.from",
            paramLabel = "ADDRESS",
            converter = Kinds.MailAddress.class,
            description = "Sender of the mails.")
    private String from;

    @Option(
            names = "--mail-password",
            descriptionKey = "mail.password",
            paramLabel = "PASSWORD",
            hidden = true,
            description = "Password of the user in mail.url; not taken as a flag, which others on this host can read.")
    private String password;

    @Option(
            names = "--mail-password-file",
            descriptionKey = "mail.password-file",
            paramLabel = "FILE",
            converter = Kinds.AbsolutePath.class,
            description = "File that holds the password alone, instead of mail.password.")
    private Path passwordFile;

    /** Where mails go; a folder in the data folder if it is not configured. */
    public MailDestination destination(DataOptions data) {
        return MailDestination.parse(url(data));
    }

    String url(DataOptions data) {
        return url != null
                ? url
                : "file:" + data.folder().resolve("mail").toUri().getRawPath();
    }

    /** The sender: an address, with or without a name. */
    public String from() {
        return from != null ? from : "emberwatch@" + domain(AddressOptions.hostName());
    }

    public Optional<String> password() {
        return Secrets.resolve("mail.password", password, passwordFile);
    }

    /** A host may have a name that mail does not allow. */
    private static String domain(String hostName) {
        return hostName.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,58}[A-Za-z0-9])?") ? hostName : "localhost";
    }
}
