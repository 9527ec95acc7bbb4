package io.emberwatch.collector.cli;

import io.emberwatch.protocol.Texts;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a command has around it. Prints without the environment, which may hold secrets. */
record Shell(Map<String, String> environment, PrintWriter out, PrintWriter err, Shell.Prompt prompt, Clock clock) {
    /** Prints one line, with none of the characters in it that would steer the terminal. */
    void say(String line) {
        out.println(Texts.printable(line));
        out.flush();
    }

    /** Like {@link #say}, beside the result. */
    void note(String line) {
        err.println("note: " + Texts.printable(line));
        err.flush();
    }

    /** Prints what does no harm but should be mended, on standard error. */
    void warn(String line) {
        err.println("warning: " + Texts.printable(line));
        err.flush();
    }

    /**
     * Goes on only if the person wants it.
     *
     * @param yes whether that was already said on the command line
     */
    void confirm(boolean yes, String question) {
        if (yes) {
            return;
        }
        String answer = prompt.ask(Texts.printable(question) + " [y/N] ")
                .orElseThrow(
                        () -> CommandFailed.usage("not done: there is no terminal to ask at; add --yes to go ahead"));
        if (!answer.strip().toLowerCase(Locale.ROOT).matches("y|yes")) {
            throw new CommandFailed("not done: not confirmed");
        }
    }

    @Override
    public String toString() {
        return "Shell";
    }

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
}
