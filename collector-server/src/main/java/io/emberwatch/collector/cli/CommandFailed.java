package io.emberwatch.collector.cli;

import picocli.CommandLine.ExitCode;

/** A command cannot do what it was asked to; the message is one line for the person who asked. */
final class CommandFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    CommandFailed(String message) {
        this(message, null);
    }

    CommandFailed(String message, Throwable cause) {
        this(message, cause, ExitCode.SOFTWARE);
    }

    private CommandFailed(String message, Throwable cause, int exitCode) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** What was asked for makes no sense; the message says what was expected. */
    static CommandFailed usage(String message) {
        return new CommandFailed(message, null, ExitCode.USAGE);
    }

    int exitCode() {
        return exitCode;
    }
}
