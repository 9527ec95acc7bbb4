package io.emberwatch.protocol;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Rules for texts in messages. */
public final class Texts {
    private static final Pattern MACHINE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    private Texts() {}

    /**
     * Whether this may name a machine: 1 to {@value WireLimits#MAX_MACHINE_NAME_LENGTH} ASCII letters, digits, dots,
     * hyphens and underscores, beginning with a letter or digit (every host name qualifies).
     */
    public static boolean isMachineName(String name) {
        return name.length() <= WireLimits.MAX_MACHINE_NAME_LENGTH
                && MACHINE_NAME.matcher(name).matches();
    }

    /** The longest beginning of {@code text} that fits a message, cut between characters. */
    public static String fit(String text) {
        String fitting =
                text.length() > WireLimits.MAX_TEXT_BYTES ? text.substring(0, WireLimits.MAX_TEXT_BYTES) : text;
        while (utf8Length(fitting) > WireLimits.MAX_TEXT_BYTES || endsInHalfACharacter(fitting)) {
            fitting = fitting.substring(0, fitting.length() - 1);
        }
        return fitting;
    }

    /** {@code text} on one line, with a question mark for each character that is not {@link #isPrintable}. */
    public static String printable(String text) {
        return printable(text, '?');
    }

    /** {@code text} on one line, with {@code instead} for each character that is not {@link #isPrintable}. */
    public static String printable(String text, char instead) {
        return text.codePoints().allMatch(Texts::isPrintable)
                ? text
                : text.codePoints()
                        .map(c -> isPrintable(c) ? c : instead)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }

    /**
     * A JSON document (RFC 8259) in which each character that is not {@link #isPrintable} is escaped: it means the
     * same, and a terminal shows it and does nothing else.
     *
     * @param json without line breaks between its parts
     */
    public static String printableJson(String json) {
        if (json.codePoints().allMatch(Texts::isPrintable)) {
            return json;
        }
        StringBuilder escaped = new StringBuilder();
        json.codePoints().forEach(c -> {
            if (isPrintable(c)) {
                escaped.appendCodePoint(c);
            } else {
                // None of them lies beyond the 16 bits that an escape holds.
                escaped.append("\\u%04x".formatted(c));
            }
        });
        return escaped.toString();
    }

    /**
     * {@code text} on one line, with a space for each character that is not {@link #isPrintable}, and none at its ends.
     */
    public static String oneLine(String text) {
        return printable(text, ' ').strip();
    }

    /**
     * Whether a character does no harm where somebody else's words are shown: in a log, a mail, a terminal. Not
     * printable are control characters, half pairs, separators of lines and paragraphs, and marks that turn the
     * direction of what stands beside them. Joiners are: Persian, Hindi and many emoji need them.
     */
    public static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                false;
            default -> !(codePoint >= 0x202A && codePoint <= 0x202E) && !(codePoint >= 0x2066 && codePoint <= 0x2069);
        };
    }

    static String requireText(String what, String text) {
        if (utf8Length(text) > WireLimits.MAX_TEXT_BYTES) {
            throw new IllegalArgumentException(what + " must be at most " + WireLimits.MAX_TEXT_BYTES
                    + " bytes of UTF-8, but has " + utf8Length(text));
        }
        return text;
    }

    private static boolean endsInHalfACharacter(String text) {
        return !text.isEmpty() && Character.isHighSurrogate(text.charAt(text.length() - 1));
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
