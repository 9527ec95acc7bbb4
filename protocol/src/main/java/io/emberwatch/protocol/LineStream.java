package io.emberwatch.protocol;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * What a daemon logs to: each {@code println} is one line of at most {@value #MAX_CHARACTERS} characters, whatever the
 * text holds. So nobody's words – a refusal's, a mail server's, an exception's – can look like an entry of the log or
 * steer the terminal that shows it. UTF-8. Thread-safe.
 */
public final class LineStream extends PrintStream {
    static final int MAX_CHARACTERS = 4000;

    public LineStream(OutputStream out) {
        super(out, true, StandardCharsets.UTF_8);
    }

    @Override
    public void println(String text) {
        super.println(line(String.valueOf(text)));
    }

    /** A stack trace comes line by line; its first one holds the exception's own words. */
    @Override
    public void println(Object object) {
        super.println(line(String.valueOf(object)));
    }

    /** Line breaks become one space; the tab before a frame of a stack trace stays. */
    static String line(String text) {
        String indent = text.startsWith("\t") ? "\t" : "";
        String cut = text.length() <= MAX_CHARACTERS ? text : text.substring(0, MAX_CHARACTERS) + " …";
        StringBuilder line = new StringBuilder(cut.length());
        boolean pending = false;
        for (int c : cut.substring(indent.length()).codePoints().toArray()) {
            if (isBreak(c)) {
                pending = true;
            } else {
                line.append(pending && !line.isEmpty() ? " " : "");
                pending = false;
                line.appendCodePoint(c);
            }
        }
        return indent + Texts.printable(line.toString());
    }

    private static boolean isBreak(int c) {
        return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
    }
}
