package io.emberwatch.collector.cli;

import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.EnrollTokenStore;
import io.emberwatch.collector.store.MachineStore;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "revoke",
        description = {
            "Take a machine's key away, and the tokens made for it: its probe is turned out within 5 s.",
            "The machine stays registered; machine rekey lets it in again."
        })
final class MachineRevoke extends DatabaseCommand {
    @Parameters(paramLabel = "NAME", description = "Name of the machine.")
    private String name;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    MachineRevoke(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        Machine machine = database.transact(connection -> Lookup.machine(connection, name));
        shell().confirm(
                        yes,
                        "Take the key of " + machine.name()
                                + " away? Its probe is turned out at once, and the machine is"
                                + " not watched until it is enrolled again.");
        database.transact(connection -> {
            Machine stillThere = Lookup.machine(connection, name);
            new EnrollTokenStore().revokeOf(connection, stillThere.id());
            new MachineStore().removeKey(connection, stillThere.id());
            return stillThere;
        });
        say("the key of " + machine.name() + " is no longer valid; machine rekey " + machine.name()
                + " makes a token for a new one");
    }
}
