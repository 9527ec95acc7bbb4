package io.emberwatch.collector.demo;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The folder that mails are delivered into. */
record MailFolder(Path path) {
    /** The file of a delivered mail; empty if somebody has taken it away. */
    Optional<Path> find(String messageId) {
        try (DirectoryStream<Path> mails = Files.newDirectoryStream(path, "*.eml")) {
            for (Path mail : mails) {
                if (messageId.equals(messageId(mail))) {
                    return Optional.of(mail);
                }
            }
        } catch (IOException | MessagingException e) {
            // The mail is there all the same: not finding its file is no reason to end the demo.
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static String messageId(Path mail) throws IOException, MessagingException {
        try (InputStream content = Files.newInputStream(mail)) {
            return new InternetHeaders(content).getHeader("Message-ID", null);
        }
    }
}
