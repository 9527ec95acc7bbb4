package io.emberwatch.collector.cli;

import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.MachineStore;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "remove",
        description = {
            "Remove a machine with its limits, silences, alarms and mails still owed.",
            "Its readings stay until their days are dropped."
        })
final class MachineRemove extends DatabaseCommand {
    @Parameters(paramLabel = "NAME", description = "Name of the machine.")
    private String name;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    MachineRemove(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        Machine machine = database.transact(connection -> Lookup.machine(connection, name));
        shell().confirm(
                        yes,
                        "Remove machine " + machine.name() + " of " + machine.ownerName()
                                + ", with its limits, silences, alarms and mails still owed? Its probe is turned away;"
                                + " its readings stay until their days are dropped.");
        database.transact(connection -> {
            Machine stillThere = Lookup.machine(connection, name);
            new MachineStore().remove(connection, stillThere.id());
            return stillThere;
        });
        say("machine " + machine.name() + " removed; its readings (machine_id " + machine.id()
                + ") stay until their days are dropped");
    }
}
