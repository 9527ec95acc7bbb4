package io.emberwatch.protocol.conf;

/**
 * A configuration that cannot be used. The message is one line for the person who wrote it: where, what, and what was
 * expected.
 */
public final class ConfException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfException(String message) {
        super(message);
    }

    public ConfException(String message, Throwable cause) {
        super(message, cause);
    }
}
