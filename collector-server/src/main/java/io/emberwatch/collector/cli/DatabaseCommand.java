package io.emberwatch.collector.cli;

import io.emberwatch.collector.config.DataOptions;
import io.emberwatch.collector.config.DatabaseOptions;
import io.emberwatch.collector.store.Database;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** A command that works on the database, whose schema is current. */
abstract class DatabaseCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private DatabaseOptions database;

    DatabaseCommand(Shell shell) {
        this.shell = shell;
    }

    /** Does the work, and prints. */
    abstract void run(Database database) throws SQLException;

    @Override
    public final Integer call() throws SQLException {
        try (OpenDatabase open = OpenDatabase.open(database, Database.COMMAND_PATIENCE)) {
            run(open.database());
        }
        return ExitCode.OK;
    }

    final Shell shell() {
        return shell;
    }

    /** Where the collector keeps its files. */
    final DataOptions data() {
        return database.data();
    }

    final void say(String line) {
        shell.say(line);
    }
}
