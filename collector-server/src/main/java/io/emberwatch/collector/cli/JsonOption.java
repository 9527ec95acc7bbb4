package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Columns;
import io.emberwatch.collector.cli.print.Json;
import java.util.List;
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

    /**
     * Prints a table, or an array of objects.
     *
     * @param whenNone what people read if there are no rows
     * @param heads the columns to show, in their order; all if none is given
     */
    <R> void print(Shell shell, Columns<R> columns, List<R> rows, String whenNone, String... heads) {
        print(shell, columns.objects(rows), rows.isEmpty() ? whenNone : columns.table(rows, heads));
    }
}
