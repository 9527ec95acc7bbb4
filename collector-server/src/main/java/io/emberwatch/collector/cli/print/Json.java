package io.emberwatch.collector.cli.print;

import com.google.gson.stream.JsonWriter;
import io.emberwatch.protocol.Texts;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Writes what commands print as JSON (RFC 8259). Objects are maps, arrays are collections; an empty optional is null, a
 * {@link Duration} its seconds, anything unknown its text. What does not print is escaped, so that a terminal shows it
 * and does nothing else.
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
        StringWriter text = new StringWriter();
        try (JsonWriter writer = new JsonWriter(text)) {
            write(value, writer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return escapeWhatDoesNotPrint(text.toString());
    }

    /** What is in an optional, or null if it is empty; any other value as it is. */
    static Object unwrap(Object value) {
        if (value instanceof Optional<?> optional) {
            return unwrap(optional.orElse(null));
        }
        if (value instanceof OptionalInt number) {
            return number.isPresent() ? (Integer) number.getAsInt() : null;
        }
        if (value instanceof OptionalLong number) {
            return number.isPresent() ? (Long) number.getAsLong() : null;
        }
        if (value instanceof OptionalDouble number) {
            return number.isPresent() ? (Double) number.getAsDouble() : null;
        }
        return value;
    }

    private static void write(Object wrapped, JsonWriter writer) throws IOException {
        Object value = unwrap(wrapped);
        if (value instanceof Map<?, ?> map) {
            writer.beginObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                write(entry.getValue(), writer.name(entry.getKey().toString()));
            }
            writer.endObject();
        } else if (value instanceof Collection<?> collection) {
            writer.beginArray();
            for (Object element : collection) {
                write(element, writer);
            }
            writer.endArray();
        } else if (value instanceof Boolean known) {
            writer.value(known);
        } else if (value instanceof Duration duration) {
            writer.jsonValue(plain(BigDecimal.valueOf(duration.toMillis(), 3)));
        } else if (value instanceof Number number) {
            // JSON knows no infinity and no NaN.
            boolean isFinite = Double.isFinite(number.doubleValue());
            writer.jsonValue(isFinite ? plain(new BigDecimal(number.toString())) : "null");
        } else {
            writer.value(value == null ? null : value.toString());
        }
    }

    /** Without an exponent. */
    private static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    /** Only strings hold such characters; all are of 16 bits, and half pairs survive UTF-8 so. */
    private static String escapeWhatDoesNotPrint(String json) {
        StringBuilder escaped = new StringBuilder(json.length());
        json.codePoints().forEach(c -> {
            if (Texts.isPrintable(c)) {
                escaped.appendCodePoint(c);
            } else {
                escaped.append(String.format("\\u%04x", c));
            }
        });
        return escaped.toString();
    }
}
