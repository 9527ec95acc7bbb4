package io.emberwatch.collector.cli;

import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.MachineStore;
import java.sql.Connection;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "edit", description = "Change what is known of a machine; what is not given stays, '' removes.")
final class MachineEdit extends DatabaseCommand {
    private final MachineStore machines = new MachineStore();

    @Parameters(paramLabel = "NAME", description = "Name of the machine.")
    private String name;

    @Option(names = "--rename", paramLabel = "NAME", description = "New name; its probe needs it too.")
    private String rename;

    @Option(names = "--owner", paramLabel = "NAME", description = "Who is told of its alarms.")
    private String owner;

    @Mixin
    private MachineFields fields;

    @Mixin
    private JsonOption json;

    MachineEdit(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        Machine now = database.transact(this::edit);
        json.print(shell(), MachineTexts.describe(now), "machine " + now.name() + " changed\n");
        if (rename != null) {
            shell().note("its probe reports again once it has machine.name = " + now.name());
        }
    }

    private Machine edit(Connection connection) throws SQLException {
        Machine machine = Lookup.machine(connection, name);
        String newName = rename == null ? machine.name() : Validation.machineName(rename);
        int ownerId = owner == null
                ? machine.details().ownerId()
                : Lookup.owner(connection, owner).id();
        machines.find(connection, newName)
                .filter(other -> other.id() != machine.id())
                .ifPresent(other -> {
                    throw new CommandFailed("there is already a machine '" + other.name() + "'");
                });
        machines.edit(connection, machine.id(), fields.over(machine.details(), newName, ownerId));
        return Lookup.machine(connection, newName);
    }
}
