package io.emberwatch.collector.cli;

import java.io.PrintWriter;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;

/** What a command has around it. */
record Shell(Map<String, String> environment, PrintWriter out, PrintWriter err, Prompt prompt, Clock clock) {
    /**
     * Goes on only if the person wants it.
     *
     * @param yes whether that was already said on the command line
     */
    void confirm(boolean yes, String question) {
        if (yes) {
            return;
        }
        String answer = prompt.ask(question + " [y/N] ")
                .orElseThrow(() -> new UsageProblem("not done: there is no terminal to ask at; add --yes to go ahead"));
        if (!answer.strip().toLowerCase(Locale.ROOT).matches("y|yes")) {
            throw new CommandFailed("not done: not confirmed");
        }
    }
}
