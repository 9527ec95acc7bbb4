package io.emberwatch.collector.mail.outbox;

import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException.Kind;
import io.emberwatch.protocol.Texts;
import jakarta.mail.MessagingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;

/** What a mail server's answer means for a mail (RFC 5321, 4.2.1). */
final class SmtpErrors {
    private static final int PERMANENT = 500;
    /** Not about the mail but about who may send: authentication required, too weak, failed, or to be encrypted. */
    private static final Set<Integer> NOT_LET_IN = Set.of(530, 534, 535, 538);

    private SmtpErrors() {}

    /** What one refused step says. */
    private record Answer(int code, boolean aboutThisMail) {}

    /** What an error of a connection that had been made means. */
    static Kind kindInSending(MessagingException error) {
        return kind(answers(error));
    }

    /** What the server said, or what went wrong on the way, in one line. */
    static String words(MessagingException error) {
        return chain(error).stream()
                .map(Throwable::getMessage)
                .filter(text -> text != null && !text.isBlank())
                .map(text -> Texts.oneLine(text).replaceAll("\\s+", " "))
                .distinct()
                .collect(Collectors.joining("; "));
    }

    private static Kind kind(List<Answer> answers) {
        if (answers.isEmpty()) {
            return Kind.UNAVAILABLE;
        }
        if (answers.stream().anyMatch(answer -> answer.code() < PERMANENT)) {
            return Kind.TEMPORARY;
        }
        return answers.stream().allMatch(Answer::aboutThisMail) ? Kind.REJECTED : Kind.UNAVAILABLE;
    }

    private static List<Answer> answers(MessagingException error) {
        List<Answer> answers = new ArrayList<>();
        for (Exception e : chain(error)) {
            if (e instanceof SMTPAddressFailedException recipient) {
                answers.add(new Answer(recipient.getReturnCode(), !NOT_LET_IN.contains(recipient.getReturnCode())));
            } else if (e instanceof SMTPSenderFailedException sender) {
                answers.add(new Answer(sender.getReturnCode(), false));
            } else if (e instanceof SMTPSendFailedException step && step.getReturnCode() >= 400) {
                boolean isSender =
                        step.getCommand() != null && step.getCommand().startsWith("MAIL");
                answers.add(new Answer(step.getReturnCode(), !isSender && !NOT_LET_IN.contains(step.getReturnCode())));
            }
        }
        return answers;
    }

    private static List<Exception> chain(MessagingException error) {
        List<Exception> chain = new ArrayList<>();
        Exception next = error;
        while (next != null) {
            chain.add(next);
            next = next instanceof MessagingException messaging ? messaging.getNextException() : null;
        }
        return chain;
    }
}
