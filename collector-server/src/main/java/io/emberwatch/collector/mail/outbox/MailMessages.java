package io.emberwatch.collector.mail.outbox;

import io.emberwatch.collector.mail.text.MailRenderer;
import io.emberwatch.collector.mail.text.MailRenderer.Language;
import io.emberwatch.collector.mail.text.MailRenderer.RenderedMail;
import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.collector.problem.ProblemDigest;
import io.emberwatch.protocol.Texts;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.Properties;
import java.util.UUID;

/** Turns mails into messages: the headers, and the encodings of what is not ASCII. Immutable. */
public final class MailMessages {
    private static final String UTF_8 = StandardCharsets.UTF_8.name();

    private final MailRenderer renderer = new MailRenderer();
    private final InternetAddress from;

    private MailMessages(InternetAddress from) {
        this.from = from;
    }

    /**
     * Mails of this sender.
     *
     * @param from an address, with or without a name: {@code Emberwatch <emberwatch@example.org>}
     * @throws IllegalArgumentException if it is none
     */
    public static MailMessages from(String from) {
        try {
            InternetAddress address = parseAddress(from);
            String name = address.getPersonal() == null ? "Emberwatch" : address.getPersonal();
            return new MailMessages(new InternetAddress(address.getAddress(), name, UTF_8));
        } catch (AddressException | UnsupportedEncodingException e) {
            throw new IllegalArgumentException(
                    "'" + from + "' is not a sender's address; expected for example emberwatch@example.org", e);
        }
    }

    /**
     * Reads one address and nothing else, with or without a name: what comes from a table or a command must not add
     * recipients or headers.
     *
     * @throws AddressException if it is none, is a group, or is not ASCII: mail servers take others only after SMTPUTF8
     *     was agreed on, and cut down to bytes some of them hold line breaks (U+4E0A)
     */
    public static InternetAddress parseAddress(String text) throws AddressException {
        if (!text.codePoints().allMatch(Texts::isPrintable)) {
            throw new AddressException("control character in address", Texts.oneLine(text));
        }
        InternetAddress address = new InternetAddress(text, true);
        String mailbox = address.getAddress();
        if (address.isGroup() || mailbox.indexOf('@') < 1) {
            throw new AddressException("not an address of one mailbox", text);
        }
        if (!mailbox.chars().allMatch(c -> c <= '~')) {
            throw new AddressException("an address is ASCII, a domain in another script written as xn--…", text);
        }
        return address;
    }

    /** What stands behind the @ of the sender's address. */
    public String domain() {
        return from.getAddress().substring(from.getAddress().lastIndexOf('@') + 1);
    }

    /** A mail that shows that mails arrive, to be sent past the outbox. */
    public MimeMessage test(String recipient) throws MessagingException {
        RenderedMail mail = renderer.serverTest(recipient, Language.ENGLISH);
        MimeMessage message = new FixedIdMessage("<" + UUID.randomUUID() + "@" + domain() + ">");
        address(message, recipient, "");
        message.setSubject(mail.subject(), UTF_8);
        message.setSentDate(Date.from(Instant.now()));
        message.setText(mail.text(), UTF_8);
        message.saveChanges();
        return message;
    }

    /**
     * A mail to the admin about problems of the service, to be sent past the outbox.
     *
     * @param host where this collector runs
     * @throws AddressException if the recipient's address is none
     */
    MimeMessage problems(ProblemDigest digest, String host, String recipient, Instant now) throws MessagingException {
        RenderedMail mail = renderer.problems(digest, host, Language.ENGLISH);
        MimeMessage message = new FixedIdMessage("<" + UUID.randomUUID() + "@" + domain() + ">");
        address(message, recipient, "");
        message.setSubject(verbatim(mail.subject()), UTF_8);
        message.setSentDate(Date.from(now));
        message.setHeader("X-Emberwatch-Kind", "problems");
        if (digest.isUrgent()) {
            message.setHeader("Importance", "high");
        }
        message.setContent(bothForms(mail));
        message.saveChanges();
        return message;
    }

    /** What an alarm mail says. */
    RenderedMail render(MailFacts facts) {
        return renderer.render(facts, Language.ENGLISH);
    }

    /**
     * The message of an alarm mail; the same facts always make the same one.
     *
     * @throws AddressException if the recipient's address is none
     */
    MimeMessage alarm(MailFacts facts, RenderedMail mail) throws MessagingException {
        MimeMessage message = new FixedIdMessage(facts.messageId());
        address(message, facts.recipient(), verbatim(Texts.oneLine(facts.owner())));
        message.setSubject(verbatim(mail.subject()), UTF_8);
        message.setSentDate(Date.from(facts.queuedAt()));
        message.setHeader("X-Emberwatch-Alarm", Long.toString(facts.alarm().id()));
        message.setHeader("X-Emberwatch-Kind", facts.kind().toString());
        if (facts.firstMessageId().isPresent()) {
            String first = Texts.oneLine(facts.firstMessageId().get());
            message.setHeader("In-Reply-To", first);
            message.setHeader("References", first);
        }
        if (facts.kind() == MailKind.RAISED || facts.kind() == MailKind.REPEATED) {
            message.setHeader("Importance", "high");
        }
        message.setContent(bothForms(mail));
        message.saveChanges();
        return message;
    }

    /** What looks like an encoded word (RFC 2047) would be decoded by whoever reads the header, line breaks and all. */
    private static String verbatim(String text) {
        return text.replace("=?", "= ?");
    }

    private void address(MimeMessage message, String recipient, String name) throws MessagingException {
        InternetAddress to = parseAddress(recipient);
        try {
            if (!name.isEmpty()) {
                to.setPersonal(name, UTF_8);
            }
        } catch (UnsupportedEncodingException e) {
            throw new AssertionError("every JVM knows UTF-8", e);
        }
        message.setFrom(from);
        message.setRecipient(Message.RecipientType.TO, to);
        message.setHeader("Auto-Submitted", "auto-generated");
    }

    private static MimeMultipart bothForms(RenderedMail mail) throws MessagingException {
        MimeBodyPart text = new MimeBodyPart();
        text.setText(mail.text(), UTF_8, "plain");
        MimeBodyPart html = new MimeBodyPart();
        html.setText(mail.html(), UTF_8, "html");
        return new MimeMultipart("alternative", text, html);
    }

    /** Keeps its identity, which jakarta.mail would make anew whenever the message is saved. */
    private static final class FixedIdMessage extends MimeMessage {
        private final String id;

        FixedIdMessage(String id) {
            super(Session.getInstance(new Properties()));
            this.id = Texts.oneLine(id);
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", id);
        }
    }
}
