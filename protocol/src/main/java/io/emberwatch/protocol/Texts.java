package io.emberwatch.protocol;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Rules for texts in messages. */
public final class Texts {
    private static final Pattern MACHINE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    /** Control, format and unassigned characters, half pairs, separators of lines and paragraphs. */
    private static final Pattern NOT_PRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");

    private Texts() {}

    /**
     * Whether this may name a machine: 1 to {@value WireLimits#MAX_MACHINE_NAME_LENGTH} ASCII letters, digits, dots, hyphens
     * and underscores, beginning with a letter or digit (every host name qualifies).
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

    /** {@code text} on one line and without characters that do not print: for logs, mails and terminals. */
    public static String printable(String text) {
        return NOT_PRINTABLE.matcher(text).replaceAll("?");
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
