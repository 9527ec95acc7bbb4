package io.emberwatch.collector.store.schema;

/** The schema is not the one that this build needs; the message tells the operator what to do. */
public final class SchemaVersionException extends RuntimeException {
    private final boolean tooOld;

    SchemaVersionException(String message) {
        this(message, false);
    }

    SchemaVersionException(String message, boolean tooOld) {
        super(message);
        this.tooOld = tooOld;
    }

    /** Whether migrating would help. */
    public boolean isTooOld() {
        return tooOld;
    }
}
