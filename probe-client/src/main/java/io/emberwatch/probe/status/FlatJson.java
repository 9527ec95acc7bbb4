package io.emberwatch.probe.status;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.emberwatch.protocol.Texts;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * A JSON object (RFC 8259) whose values are texts, numbers and truths, in the order in which they were put. Not
 * thread-safe.
 */
public final class FlatJson {
    private final JsonObject values;

    public FlatJson() {
        this(new JsonObject());
    }

    private FlatJson(JsonObject values) {
        this.values = values;
    }

    /** Leaves out what is absent. */
    public FlatJson put(String name, Optional<?> value) {
        value.ifPresent(present -> put(name, present));
        return this;
    }

    /** Takes any number or truth as it is, and everything else as text. */
    public FlatJson put(String name, Object value) {
        values.add(
                name,
                value instanceof Number number
                        ? new JsonPrimitive(number)
                        : value instanceof Boolean truth
                                ? new JsonPrimitive(truth)
                                : new JsonPrimitive(value.toString()));
        return this;
    }

    /** The text, or number in its printed form; empty if absent. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).map(JsonElement::getAsString);
    }

    @Override
    public String toString() {
        return Texts.printableJson(values.toString());
    }

    /**
     * Reads what {@link #toString} writes, and any other flat object.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static FlatJson parse(String text) {
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        try {
            JsonElement document = JsonParser.parseReader(reader);
            if (!document.isJsonObject() || reader.peek() != JsonToken.END_DOCUMENT) {
                throw new IllegalArgumentException("not a JSON object, or more than one");
            }
            FlatJson flat = new FlatJson();
            document.getAsJsonObject().asMap().forEach((name, value) -> flat.putIfKnown(name, value));
            return flat;
        } catch (JsonParseException | IOException e) {
            throw new IllegalArgumentException("not a flat JSON object: " + e.getMessage(), e);
        }
    }

    /** Null is as good as absent. */
    private void putIfKnown(String name, JsonElement value) {
        if (value.isJsonNull()) {
            return;
        }
        if (!value.isJsonPrimitive()) {
            throw new IllegalArgumentException(name + " is neither text nor number nor truth");
        }
        JsonPrimitive known = value.getAsJsonPrimitive();
        values.add(name, known.isNumber() ? new JsonPrimitive(new BigDecimal(known.getAsString())) : known);
    }
}
