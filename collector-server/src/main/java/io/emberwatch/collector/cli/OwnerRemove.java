package io.emberwatch.collector.cli;

import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.model.Owner;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.MachineStore;
import io.emberwatch.collector.store.OwnerStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "remove", description = "Remove an owner who has no machines.")
final class OwnerRemove extends DatabaseCommand {
    private static final int NAMED = 10;

    @Parameters(paramLabel = "NAME", description = "Name of the owner.")
    private String name;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    OwnerRemove(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        Owner owner = database.transact(this::removable);
        shell().confirm(
                        yes,
                        "Remove owner " + owner.name() + " <" + owner.details().mail() + ">?");
        database.transact(connection -> {
            Owner stillThere = removable(connection);
            new OwnerStore().remove(connection, stillThere.id());
            return stillThere;
        });
        say("owner " + owner.name() + " removed");
    }

    private Owner removable(Connection connection) throws SQLException {
        Owner owner = Lookup.owner(connection, name);
        List<Machine> machines = new MachineStore().ofOwner(connection, owner.id());
        if (!machines.isEmpty()) {
            String names = machines.stream().limit(NAMED).map(Machine::name).collect(Collectors.joining(", "));
            String more = machines.size() > NAMED ? " and " + (machines.size() - NAMED) + " more" : "";
            throw new CommandFailed("owner " + owner.name() + " still has machines: " + names + more
                    + "; give them to somebody else (machine edit --owner) or remove them first");
        }
        return owner;
    }
}
