package io.emberwatch.probe.status;

import io.emberwatch.protocol.Texts;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/** A JSON object (RFC 8259) whose values are texts and numbers, in the order in which they were put. Not thread-safe. */
public final class FlatJson {
    private final Map<String, Object> values = new LinkedHashMap<>();

    public FlatJson() {}

    /** Leaves out what is absent. */
    public FlatJson put(String name, Optional<?> value) {
        value.ifPresent(present -> put(name, present));
        return this;
    }

    /** Takes any number or truth as it is, and everything else as text. */
    public FlatJson put(String name, Object value) {
        values.put(name, value instanceof Number || value instanceof Boolean ? value : value.toString());
        return this;
    }

    /** The text, or number in its printed form; empty if absent. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).map(Object::toString);
    }

    @Override
    public String toString() {
        StringJoiner object = new StringJoiner(",", "{", "}");
        values.forEach((name, value) ->
                object.add(quoted(name) + ":" + (value instanceof String text ? quoted(text) : value.toString())));
        return object.toString();
    }

    /** A JSON string (RFC 8259, section 7), also safe to look at: what does not print is escaped. */
    public static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (Texts.isPrintable(c)) {
                quoted.appendCodePoint(c);
            } else {
                // None of them lies beyond the 16 bits that an escape holds.
                quoted.append("\\u%04x".formatted(c));
            }
        });
        return quoted.append('"').toString();
    }

    /**
     * Reads what {@link #toString} writes, and any other flat object.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static FlatJson parse(String text) {
        return new FlatJsonReader(text).read();
    }
}
