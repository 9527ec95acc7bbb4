package io.emberwatch.collector.store.embedded;

import java.io.IOException;

/** The embedded database cannot be used; the message says why, names the path, and is meant for the operator. */
public final class EmbeddedDatabaseException extends IOException {
    EmbeddedDatabaseException(String message) {
        super(message);
    }

    EmbeddedDatabaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
