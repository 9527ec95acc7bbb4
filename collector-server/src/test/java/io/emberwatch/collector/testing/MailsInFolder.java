package io.emberwatch.collector.testing;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/** The mails that a collector has put into a folder, as owners read them. */
public record MailsInFolder(Path folder) {
    /** A mail, with its plain text. */
    public record Mail(String subject, String text) {}

    /** Those with this in their subject. */
    public List<Mail> about(String subject) throws IOException, MessagingException {
        return all().stream().filter(mail -> mail.subject().contains(subject)).toList();
    }

    public List<Mail> all() throws IOException, MessagingException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Mail> mails = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(name -> name.toString().endsWith(".eml")).toList()) {
                mails.add(read(file));
            }
        }
        return mails;
    }

    private static Mail read(Path file) throws IOException, MessagingException {
        try (InputStream content = Files.newInputStream(file)) {
            MimeMessage message = new MimeMessage(Session.getInstance(new Properties()), content);
            MimeMultipart parts = (MimeMultipart) message.getContent();
            return new Mail(message.getSubject(), ((String) parts.getBodyPart(0).getContent()).replace("\r\n", "\n"));
        }
    }
}
