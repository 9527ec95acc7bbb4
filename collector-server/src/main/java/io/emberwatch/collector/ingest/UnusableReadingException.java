package io.emberwatch.collector.ingest;

/** A reading that cannot be judged or stored, whatever the state of the database. */
final class UnusableReadingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableReadingException(String message, Throwable cause) {
        super(message, cause);
    }
}
