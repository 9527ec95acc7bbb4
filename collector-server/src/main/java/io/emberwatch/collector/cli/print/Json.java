package io.emberwatch.collector.cli.print;

import io.emberwatch.protocol.Texts;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Writes JSON (RFC 8259), for the flat records that commands print. Objects are maps, arrays are collections; an empty
 * {@link Optional} is null, a {@link Duration} its seconds, anything unknown its text. What does not print is escaped, so
 * that a terminal shows it and does nothing else.
 */
public final class Json {
    private Json() {}

    /** An object, from names and values in turn. */
    public static Map<String, Object> object(Object... namesAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }

    public static String write(Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof Optional<?> optional) {
            return write(optional.orElse(null));
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> quote(entry.getKey().toString()) + ":" + write(entry.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (value instanceof Collection<?> collection) {
            return collection.stream().map(Json::write).collect(Collectors.joining(",", "[", "]"));
        }
        return scalar(value);
    }

    private static String scalar(Object value) {
        if (value instanceof Boolean || value instanceof Integer || value instanceof Long) {
            return value.toString();
        }
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        if (value instanceof Double number) {
            // JSON knows no infinity and no NaN.
            return Double.isFinite(number) ? plain(BigDecimal.valueOf(number)) : "null";
        }
        if (value instanceof Duration duration) {
            return plain(BigDecimal.valueOf(duration.toMillis(), 3));
        }
        return quote(value.toString());
    }

    private static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> quoted.append(escape(c)));
        return quoted.append('"').toString();
    }

    private static String escape(int c) {
        return switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            // What does not print lies within the 16 bits that an escape holds, and half pairs survive UTF-8 so.
            default -> Texts.isPrintable(c) ? Character.toString(c) : String.format("\\u%04x", c);
        };
    }
}
