package io.emberwatch.collector.mail.outbox;

import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException;
import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException.Kind;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each mail as a file that appears whole or not at all. Its name sorts by the mail's date, says the subject, and
 * is the same if the mail is handed over again.
 */
final class FolderTransport implements MailTransport {
    private static final Logger LOG = LoggerFactory.getLogger(FolderTransport.class);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int MAX_SLUG = 80;
    private static final String PREFIX = ".unfinished-";
    private static final String SUFFIX = ".tmp";
    /** A mail is written in a moment; other collectors may be at it. */
    private static final Duration LEFT_BEHIND_AFTER = Duration.ofHours(1);

    private final Path folder;

    /** Into this folder; what a collector that was killed left there unfinished is removed. */
    FolderTransport(Path folder, Instant now) {
        this.folder = folder;
        removeUnfinished(now);
    }

    private void removeUnfinished(Instant now) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
            for (Path file : files) {
                boolean isOld = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                        .toInstant()
                        .isBefore(now.minus(LEFT_BEHIND_AFTER));
                if (isOld && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // The folder may not be there yet; and a mail that cannot be written will say what is wrong.
            LOG.debug("cannot tidy up {}", folder, e);
        }
    }

    @Override
    public void send(MimeMessage mail) throws DeliveryException {
        try {
            Files.createDirectories(folder);
            Path target = folder.resolve(name(mail));
            Path unfinished = Files.createTempFile(folder, PREFIX, SUFFIX);
            try (OutputStream out = Files.newOutputStream(unfinished)) {
                mail.writeTo(out);
            }
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | MessagingException e) {
            throw new DeliveryException(Kind.UNAVAILABLE, folder + ": " + e, true, e);
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
