package io.emberwatch.collector.cli;

import java.io.Console;
import java.util.Optional;

/** Asks the person at the terminal. */
@FunctionalInterface
interface Prompt {
    /** The answer, or empty if there is nobody to ask. */
    Optional<String> ask(String question);

    /** The terminal that this process was started from. */
    @SuppressWarnings("SystemConsoleNull") // null up to JDK 21; from 22 on, its answer is then null
    static Prompt ofTerminal() {
        return question -> {
            Console console = System.console();
            return console == null ? Optional.empty() : Optional.ofNullable(console.readLine("%s", question));
        };
    }
}
