package io.emberwatch.collector.cli;

import io.emberwatch.collector.config.DatabaseOptions;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

@Command(name = "migrate", description = "Bring the schema of the database to what this version needs.")
final class MigrateCommand extends ShellCommand {
    @Mixin
    private DatabaseOptions database;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() {
        List<String> applied = OpenDatabase.migrate(database);
        json.print(
                shell(),
                applied,
                applied.isEmpty()
                        ? "the schema is current\n"
                        : "applied " + String.join(", ", applied) + "\n" + next());
        return ExitCode.OK;
    }

    private String next() {
        return database.migratorUser().isPresent() ? DatabaseAdvice.afterMigration() : "";
    }
}
