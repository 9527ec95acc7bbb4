package io.emberwatch.probe.status;

import java.math.BigDecimal;

/** Reads one {@link FlatJson}, once. */
final class FlatJsonReader {
    private static final String ESCAPES = "\"\\/bfnrt";
    private static final String ESCAPED = "\"\\/\b\f\n\r\t";

    private final String text;
    private int at;

    FlatJsonReader(String text) {
        this.text = text;
    }

    FlatJson read() {
        FlatJson object = new FlatJson();
        expect('{');
        if (peek() != '}') {
            readMember(object);
            while (peek() == ',') {
                at++;
                readMember(object);
            }
        }
        expect('}');
        skipSpace();
        if (at < text.length()) {
            throw bad();
        }
        return object;
    }

    private void readMember(FlatJson object) {
        String name = readString();
        expect(':');
        if (peek() == '"') {
            object.put(name, readString());
        } else {
            readLiteral(object, name);
        }
    }

    private void readLiteral(FlatJson object, String name) {
        int start = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || "+-.".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        String literal = text.substring(start, at);
        switch (literal) {
            case "null" -> {
                // As good as absent.
            }
            case "true", "false" -> object.put(name, Boolean.valueOf(literal));
            default -> object.put(name, number(literal));
        }
    }

    private BigDecimal number(String literal) {
        try {
            return new BigDecimal(literal);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a number at " + at, e);
        }
    }

    private String readString() {
        expect('"');
        StringBuilder string = new StringBuilder();
        while (next() != '"') {
            string.append(current() == '\\' ? readEscape() : current());
        }
        return string.toString();
    }

    private char readEscape() {
        char escape = next();
        if (escape == 'u') {
            String digits = text.substring(at, Math.min(at + 4, text.length()));
            if (!digits.matches("[0-9a-fA-F]{4}")) {
                throw bad();
            }
            at += 4;
            return (char) Integer.parseInt(digits, 16);
        }
        int known = ESCAPES.indexOf(escape);
        if (known < 0) {
            throw bad();
        }
        return ESCAPED.charAt(known);
    }

    private char current() {
        return text.charAt(at - 1);
    }

    private char next() {
        if (at >= text.length()) {
            throw bad();
        }
        return text.charAt(at++);
    }

    /** The next character that is not space. */
    private char peek() {
        skipSpace();
        if (at >= text.length()) {
            throw bad();
        }
        return text.charAt(at);
    }

    private void expect(char c) {
        if (peek() != c) {
            throw bad();
        }
        at++;
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private IllegalArgumentException bad() {
        return new IllegalArgumentException("not a flat JSON object: position " + at);
    }
}
