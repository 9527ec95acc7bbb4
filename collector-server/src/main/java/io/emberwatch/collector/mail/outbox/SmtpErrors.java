package io.emberwatch.collector.mail.outbox;

import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException;
import io.emberwatch.collector.mail.outbox.SmtpRefusals.Row;
import io.emberwatch.collector.mail.outbox.SmtpRefusals.Step;
import io.emberwatch.protocol.Texts;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;

/** Finds in the errors of jakarta.mail what a mail server said at which step; {@link SmtpRefusals} say what it means. */
final class SmtpErrors {
    /** The reply that asks for the content: who was heard last to say this was in the midst of it. */
    private static final int GO_ON = 354;

    private static final int MAX_WORDS_CHARACTERS = 300;
    /** Some say thousands of lines; what counts is said first, and these are as many as can be looked through at once. */
    private static final int MAX_SAYS_CHARACTERS = 2_000;

    private static final Pattern CODE = Pattern.compile("(?:^|response: )([45]\\d\\d)(?=[ -]|$)");
    private static final Pattern REPEATED_CODE =
            Pattern.compile("(?<=\\s)[45]\\d\\d[ -]([45]\\.\\d{1,3}\\.\\d{1,3} )?");
    private static final Pattern ENHANCED = Pattern.compile(
            "^[45]\\d\\d[ -]([45]\\.\\d{1,3}\\.\\d{1,3})(?![.\\d])[: ]*|#([45]\\.\\d{1,3}\\.\\d{1,3})(?![.\\d])");

    private SmtpErrors() {}

    /**
     * What a mail server said.
     *
     * @param words as they were said, in one line
     * @param says the same as the table of answers wants it
     */
    private record Answer(Step step, String words, String says) {
        /** @param all words, that begin with a reply code */
        static Answer of(Step step, String all) {
            String words = all.substring(0, Math.min(all.length(), MAX_SAYS_CHARACTERS));
            String code = words.substring(0, 3);
            Matcher enhanced = ENHANCED.matcher(words);
            String status = "";
            String rest = words.substring(3);
            if (enhanced.find()) {
                status = (enhanced.group(1) == null ? enhanced.group(2) : enhanced.group(1)) + " ";
                rest = enhanced.group(1) == null ? rest : words.substring(enhanced.end());
            }
            String text = REPEATED_CODE.matcher(rest).replaceAll("").replaceFirst("^[ -]+", "");
            return new Answer(step, bounded(words), code + " " + status + text.toLowerCase(Locale.ROOT));
        }

        Row meaning() {
            return SmtpRefusals.ofAnswer(step, says);
        }
    }

    /**
     * What an error means.
     *
     * @param lastReply code of what the server said last
     */
    static DeliveryException meaning(MessagingException error, int lastReply) {
        List<Throwable> chain = chain(error);
        Optional<Answer> answer = answer(chain);
        Row row = answer.map(Answer::meaning).orElseGet(() -> trouble(chain, lastReply));
        String words = answer.map(Answer::words).orElseGet(() -> words(chain));
        return new DeliveryException(row.kind(), words + " (" + row.advice() + ")", row.passes(), error);
    }

    /** What the words of a server mean that it said at this step. */
    static DeliveryException meaning(Step step, String words) {
        Answer answer = Answer.of(step, words);
        Row row = answer.meaning();
        return new DeliveryException(row.kind(), answer.words() + " (" + row.advice() + ")", row.passes(), null);
    }

    private static Row trouble(List<Throwable> chain, int lastReply) {
        boolean isHeld = chain.stream().anyMatch(e -> e instanceof SMTPSendFailedException step && isEnd(step));
        Step step = isHeld || lastReply == GO_ON ? Step.END : Step.CONNECT;
        String says = chain.stream().map(Throwable::toString).collect(Collectors.joining(" "));
        return SmtpRefusals.ofTrouble(step, says);
    }

    /** What the server said, if that is what the error is about. */
    private static Optional<Answer> answer(List<Throwable> chain) {
        Optional<Answer> answer = Optional.empty();
        for (Throwable e : chain) {
            String words = words(e);
            Matcher code = CODE.matcher(words);
            if (code.find()) {
                answer = Optional.of(Answer.of(step(e), words.substring(code.start(1))));
            } else if (e instanceof AuthenticationFailedException) {
                answer = Optional.of(new Answer(Step.AUTH, bounded(words), words.toLowerCase(Locale.ROOT)));
            }
        }
        return answer;
    }

    private static Step step(Throwable error) {
        if (error instanceof SMTPAddressFailedException) {
            return Step.RCPT;
        }
        if (error instanceof SMTPSenderFailedException) {
            return Step.MAIL;
        }
        if (error instanceof AuthenticationFailedException) {
            return Step.AUTH;
        }
        if (error instanceof SMTPSendFailedException step) {
            return isEnd(step) ? Step.END : stepOf(step.getCommand());
        }
        return Step.CONNECT;
    }

    private static Step stepOf(String command) {
        return command.startsWith("MAIL") ? Step.MAIL : Step.DATA;
    }

    private static boolean isEnd(SMTPSendFailedException step) {
        return step.getCommand().strip().equals(".");
    }

    /** What went wrong on the way, in one line. */
    private static String words(List<Throwable> chain) {
        return bounded(chain.stream()
                .filter(Exception.class::isInstance)
                .map(SmtpErrors::words)
                .filter(text -> !text.isBlank())
                .distinct()
                .collect(Collectors.joining("; ")));
    }

    private static String bounded(String words) {
        return words.codePointCount(0, words.length()) <= MAX_WORDS_CHARACTERS
                ? words
                : words.substring(0, words.offsetByCodePoints(0, MAX_WORDS_CHARACTERS)) + "…";
    }

    private static String words(Throwable error) {
        String said = error.getMessage() == null ? "" : decoded(error.getMessage());
        return Texts.oneLine(said).replaceAll("\\s+", " ").strip();
    }

    /** Servers say it in UTF-8 or GBK, and it is read as Latin-1. */
    private static String decoded(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        boolean isLatin = new String(bytes, StandardCharsets.ISO_8859_1).equals(text);
        return !isLatin || text.chars().allMatch(c -> c < 0x80)
                ? text
                : Stream.of("UTF-8", "GB18030")
                        .flatMap(name -> decoded(bytes, Charset.forName(name)).stream())
                        .findFirst()
                        .orElse(text);
    }

    private static Optional<String> decoded(byte[] bytes, Charset charset) {
        try {
            return Optional.of(
                    charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** The error and what lies behind it, each once. */
    private static List<Throwable> chain(MessagingException error) {
        List<Throwable> chain = new ArrayList<>();
        Throwable next = error;
        while (next != null && !chain.contains(next)) {
            chain.add(next);
            next = next instanceof MessagingException messaging ? messaging.getNextException() : next.getCause();
        }
        return chain;
    }
}
