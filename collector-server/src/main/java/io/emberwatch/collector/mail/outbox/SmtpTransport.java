package io.emberwatch.collector.mail.outbox;

import io.emberwatch.collector.mail.outbox.MailDestination.Security;
import io.emberwatch.collector.mail.outbox.MailDestination.Smtp;
import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException;
import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException.Kind;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** Hands mails to a mail server; keeps the connection for the next mail. */
final class SmtpTransport implements MailTransport {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    /** Of each step; a server may look into a mail for a while before it takes it. */
    private static final Duration STEP_TIMEOUT = Duration.ofSeconds(30);

    private final Smtp server;
    private final Login login;
    private final Session session;
    private volatile Transport connection;

    SmtpTransport(Smtp server, Optional<String> password) {
        this.server = server;
        this.login = new Login(server.user(), password);
        this.session = Session.getInstance(properties(server));
    }

    @Override
    public void send(MimeMessage mail) throws DeliveryException {
        Transport transport = connected();
        try {
            transport.sendMessage(mail, mail.getAllRecipients());
        } catch (MessagingException e) {
            close();
            throw failure(SmtpErrors.kindInSending(e), SmtpErrors.words(e), e);
        }
    }

    /** Asks a kept connection whether it still lives; a server may have closed it long ago. */
    private Transport connected() throws DeliveryException {
        Transport kept = connection;
        if (kept != null && kept.isConnected()) {
            return kept;
        }
        close();
        try {
            Transport fresh = session.getTransport("smtp");
            connection = fresh;
            fresh.connect(
                    server.host(),
                    server.port(),
                    login.user().orElse(null),
                    login.password().orElse(null));
            return fresh;
        } catch (MessagingException e) {
            close();
            String where = server.host() + ":" + server.port();
            throw failure(Kind.UNAVAILABLE, where + ": " + SmtpErrors.words(e), e);
        }
    }

    /** Without its cause if that repeats the password. */
    private DeliveryException failure(Kind kind, String words, MessagingException cause) {
        String masked = login.masked(words);
        return new DeliveryException(kind, masked, masked.equals(words) ? cause : null);
    }

    @Override
    public void close() {
        Transport kept = connection;
        connection = null;
        if (kept != null) {
            try {
                kept.close();
            } catch (MessagingException e) {
                // It is gone either way.
            }
        }
    }

    private static Properties properties(Smtp server) {
        Properties properties = new Properties();
        set(properties, "connectiontimeout", CONNECT_TIMEOUT.toMillis());
        set(properties, "timeout", STEP_TIMEOUT.toMillis());
        set(properties, "writetimeout", STEP_TIMEOUT.toMillis());
        set(properties, "quitwait", false);
        set(properties, "auth", server.user().isPresent());
        set(properties, "ssl.enable", server.security() == Security.TLS);
        set(properties, "starttls.enable", server.security() == Security.STARTTLS);
        set(properties, "starttls.required", server.security() == Security.STARTTLS);
        set(properties, "ssl.checkserveridentity", true);
        return properties;
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
