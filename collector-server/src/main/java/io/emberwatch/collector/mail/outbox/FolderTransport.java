package io.emberwatch.collector.mail.outbox;

import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException;
import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException.Kind;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Writes each mail as a file that appears whole or not at all. Its name sorts by the mail's date, says the subject, and
 * is the same if the mail is handed over again.
 */
final class FolderTransport implements MailTransport {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int MAX_SLUG = 80;

    private final Path folder;

    FolderTransport(Path folder) {
        this.folder = folder;
    }

    @Override
    public void send(MimeMessage mail) throws DeliveryException {
        try {
            Files.createDirectories(folder);
            Path target = folder.resolve(name(mail));
            Path unfinished = Files.createTempFile(folder, ".unfinished-", ".tmp");
            try (OutputStream out = Files.newOutputStream(unfinished)) {
                mail.writeTo(out);
            }
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | MessagingException e) {
            throw new DeliveryException(Kind.UNAVAILABLE, folder + ": " + e, e);
        }
    }

    @Override
    public void close() {}

    private static String name(MimeMessage mail) throws MessagingException {
        Instant date = mail.getSentDate().toInstant();
        String subject = mail.getSubject() == null ? "" : mail.getSubject();
        String slug = subject.replaceAll("[^A-Za-z0-9._]+", "-").replaceAll("^[-.]+|-+$", "");
        String id = Integer.toHexString(mail.getMessageID().hashCode());
        return TIME.format(date) + "-" + slug.substring(0, Math.min(slug.length(), MAX_SLUG)) + "-" + id + ".eml";
    }
}
