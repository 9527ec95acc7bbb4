package io.emberwatch.collector.mail.outbox;

import io.emberwatch.collector.mail.outbox.MailDestination.Security;
import io.emberwatch.collector.mail.outbox.MailDestination.Smtp;
import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException;
import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException.Kind;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/** Hands mails to a mail server; keeps the connection for the next mail. */
final class SmtpTransport implements MailTransport {
    private static final Duration LONGEST_CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final Smtp server;
    private final SmtpSettings settings;
    private final Login login;
    private volatile SMTPTransport connection;

    SmtpTransport(Smtp server, SmtpSettings settings) {
        this.server = server;
        this.settings = settings;
        this.login = new Login(server.user(), settings.password());
    }

    @Override
    public void send(MimeMessage mail) throws DeliveryException {
        SMTPTransport transport = connected();
        try {
            transport.sendMessage(mail, mail.getAllRecipients());
        } catch (MessagingException e) {
            DeliveryException failure = SmtpErrors.meaning(e, transport.getLastReturnCode());
            close();
            throw withoutPassword(failure);
        }
    }

    /** Asks a kept connection whether it still lives; a server may have closed it long ago. */
    private SMTPTransport connected() throws DeliveryException {
        SMTPTransport kept = connection;
        if (kept != null && kept.isConnected()) {
            return kept;
        }
        close();
        try {
            SMTPTransport fresh =
                    (SMTPTransport) Session.getInstance(properties()).getTransport("smtp");
            connection = fresh;
            fresh.connect(
                    server.host(),
                    server.port(),
                    login.user().orElse(null),
                    login.password().orElse(null));
            return fresh;
        } catch (MessagingException e) {
            close();
            throw withoutPassword(SmtpErrors.meaning(e, 0).at(server.host() + ":" + server.port()));
        }
    }

    /** Without its cause if that repeats the password. */
    private DeliveryException withoutPassword(DeliveryException failure) {
        String masked = login.masked(failure.getMessage());
        return masked.equals(failure.getMessage())
                ? failure
                : new DeliveryException(failure.kind(), masked, failure.isPassing(), null);
    }

    @Override
    public Duration timeout() {
        return settings.timeout();
    }

    @Override
    public void close() {
        SMTPTransport kept = connection;
        connection = null;
        if (kept != null) {
            try {
                kept.close();
            } catch (MessagingException e) {
                // It is gone either way.
            }
        }
    }

    private Properties properties() throws DeliveryException {
        Properties properties = new Properties();
        Duration timeout = settings.timeout();
        Duration toConnect = timeout.compareTo(LONGEST_CONNECT_TIMEOUT) < 0 ? timeout : LONGEST_CONNECT_TIMEOUT;
        set(properties, "connectiontimeout", toConnect.toMillis());
        set(properties, "timeout", timeout.toMillis());
        set(properties, "writetimeout", timeout.toMillis());
        set(properties, "quitwait", false);
        set(
                properties,
                "localhost",
                settings.ehloName().orElseGet(() -> EhloName.towards(server.host(), server.port())));
        set(properties, "auth", server.user().isPresent());
        set(properties, "ssl.enable", server.security() == Security.TLS);
        set(properties, "starttls.enable", server.security() == Security.STARTTLS);
        set(properties, "starttls.required", server.security() == Security.STARTTLS);
        set(properties, "ssl.checkserveridentity", true);
        if (settings.caFile().isPresent() && server.security() != Security.NONE) {
            properties.put(
                    "mail.smtp.ssl.socketFactory", trusting(settings.caFile().get()));
        }
        return properties;
    }

    /** Read for each connection, so that a renewed file needs no restart. */
    private static SSLSocketFactory trusting(Path caFile) throws DeliveryException {
        try {
            return MailAuthorities.read(caFile);
        } catch (IOException e) {
            throw new DeliveryException(Kind.UNAVAILABLE, e.getMessage(), false, e);
        }
    }

    private static void set(Properties properties, String name, Object value) {
        properties.setProperty("mail.smtp." + name, value.toString());
    }

    /** How to log in at a mail server. Prints without the password. */
    record Login(Optional<String> user, Optional<String> password) {
        private static final String MASK = "****";

        /** What a server says, without the password: some repeat the command that they do not understand. */
        String masked(String words) {
            if (password.isEmpty() || password.get().isEmpty()) {
                return words;
            }
            String secret = password.get();
            String masked = words;
            // Longest first: AUTH PLAIN, AUTH LOGIN, and in the clear.
            for (String form : List.of(base64("\0" + user.orElse("") + "\0" + secret), base64(secret), secret)) {
                masked = masked.replace(form, MASK);
            }
            return masked;
        }

        @Override
        public String toString() {
            return "Login[user=" + user.orElse("") + "]";
        }

        private static String base64(String text) {
            return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
