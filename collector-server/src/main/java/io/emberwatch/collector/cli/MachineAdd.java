package io.emberwatch.collector.cli;

import io.emberwatch.collector.model.MachineDetails;
import io.emberwatch.collector.model.Owner;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.MachineStore;
import io.emberwatch.protocol.Texts;
import java.sql.Connection;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "add", description = "Register a machine and print the command that enrols its box, once.")
final class MachineAdd extends DatabaseCommand {
    private final MachineStore machines = new MachineStore();

    @Parameters(paramLabel = "NAME", description = "Name of the machine, usually its host name.")
    private String name;

    @Option(names = "--owner", required = true, paramLabel = "NAME", description = "Who is told of its alarms.")
    private String owner;

    @Mixin
    private MachineFields fields;

    @Mixin
    private TokenOptions token;

    @Mixin
    private JsonOption json;

    MachineAdd(Shell shell) {
        super(shell);
    }

    /** What was added. */
    private record Added(Owner told, Invitation invitation) {}

    @Override
    void run(Database database) throws SQLException {
        TokenMaker maker = token.maker(data());
        Added added = database.transact(connection -> add(connection, maker));
        Owner told = added.told();
        json.print(
                shell(),
                added.invitation().forScripts(),
                "machine " + name + " added; its alarms go to "
                        + Texts.printable(told.name() + " <" + told.details().mail() + ">") + "\n\n"
                        + added.invitation().forPeople());
        token.warn(shell());
    }

    private Added add(Connection connection, TokenMaker maker) throws SQLException {
        Validation.machineName(name);
        Owner told = Lookup.owner(connection, owner);
        MachineDetails details = fields.over(MachineDetails.named(name, told.id()), name, told.id());
        machines.find(connection, name).ifPresent(existing -> {
            throw new CommandFailed("there is already a machine '" + existing.name() + "'");
        });
        int machineId = machines.add(connection, details);
        return new Added(told, maker.forMachine(connection, machineId, told.id()));
    }
}
