package io.emberwatch.collector.cli;

import io.emberwatch.collector.config.DataOptions;
import io.emberwatch.collector.config.DatabaseOptions;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.Database.Timeouts;
import java.sql.SQLException;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** A command that works on the database, whose schema is current. */
abstract class DatabaseCommand extends ShellCommand {
    @Mixin
    private DatabaseOptions database;

    /** Does the work, and prints. */
    abstract void run(Database database) throws SQLException;

    @Override
    public final Integer call() throws SQLException {
        try (OpenDatabase open = OpenDatabase.open(database, Timeouts.COMMAND)) {
            run(open.database());
        }
        return ExitCode.OK;
    }

    /** Where the collector keeps its files. */
    final DataOptions data() {
        return database.data();
    }
}
