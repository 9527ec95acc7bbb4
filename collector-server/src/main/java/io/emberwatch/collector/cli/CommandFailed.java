package io.emberwatch.collector.cli;

/** A command cannot do what it was asked to; the message is one line for the person who asked. Exit code 1. */
final class CommandFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CommandFailed(String message) {
        super(message);
    }

    CommandFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
