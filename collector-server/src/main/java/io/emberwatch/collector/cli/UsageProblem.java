package io.emberwatch.collector.cli;

/** What was asked for makes no sense; the message is one line that says what was expected. Exit code 2. */
final class UsageProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageProblem(String message) {
        super(message);
    }
}
