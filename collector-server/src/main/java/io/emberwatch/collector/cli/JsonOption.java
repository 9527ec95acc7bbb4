package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Json;
import picocli.CommandLine.Option;

/** Whether to print for scripts. */
final class JsonOption {
    @Option(names = "--json", description = "Print JSON, for scripts.")
    private boolean json;

    /**
     * Prints a result in the form asked for.
     *
     * @param forPeople lines, each with its end
     */
    void print(Shell shell, Object forScripts, String forPeople) {
        if (json) {
            shell.out().println(Json.write(forScripts));
        } else {
            forPeople.lines().forEach(shell::say);
        }
        shell.out().flush();
    }
}
