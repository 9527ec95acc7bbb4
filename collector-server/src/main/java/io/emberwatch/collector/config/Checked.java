package io.emberwatch.collector.config;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A kind of value: reads it, and says what is allowed in messages and documentation alike. */
abstract class Checked<T> implements ITypeConverter<T> {
    /** What a value must be, for a person: completes "must be …". */
    abstract String allowed();

    /** @throws RuntimeException if the text is not such a value; its message is not shown */
    abstract T read(String text);

    /** Whether a value that could be read is in range. */
    boolean accepts(T value) {
        return true;
    }

    @Override
    public final T convert(String text) {
        T value;
        try {
            value = read(text.strip());
        } catch (RuntimeException e) {
            throw refusal(e);
        }
        if (!accepts(value)) {
            throw refusal(null);
        }
        return value;
    }

    private TypeConversionException refusal(RuntimeException cause) {
        TypeConversionException refusal = new TypeConversionException("must be " + allowed());
        if (cause != null) {
            refusal.initCause(cause);
        }
        return refusal;
    }
}
