package io.emberwatch.collector.cli;

import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.EnrollTokenStore;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "revoke",
        description = "Make a token useless; machines that have enrolled with it keep their keys (see machine revoke).")
final class EnrollTokenRevoke extends DatabaseCommand {
    @Parameters(paramLabel = "ID", description = "Number of the token, see enroll-token list.")
    private int id;

    EnrollTokenRevoke(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        if (!database.transact(connection -> new EnrollTokenStore().revoke(connection, id))) {
            throw new CommandFailed("there is no token " + id + "; see enroll-token list");
        }
        say("token " + id + " revoked");
    }
}
