package io.emberwatch.collector.store;

/** The schema is not the one that this build needs; the message tells the operator what to do. */
public final class SchemaVersionException extends RuntimeException {
    SchemaVersionException(String message) {
        super(message);
    }
}
