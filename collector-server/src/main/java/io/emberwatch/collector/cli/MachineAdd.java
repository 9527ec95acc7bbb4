package io.emberwatch.collector.cli;

import io.emberwatch.collector.config.AddressOptions;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.MachineDetails;
import io.emberwatch.collector.store.MachineStore;
import io.emberwatch.collector.store.Owner;
import io.emberwatch.protocol.Texts;
import io.emberwatch.protocol.auth.MachineKey;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "add", description = "Register a machine and print its probe's configuration, once.")
final class MachineAdd extends DatabaseCommand {
    private final MachineStore machines = new MachineStore();

    @Parameters(paramLabel = "NAME", description = "Name of the machine, usually its host name.")
    private String name;

    @Option(names = "--owner", required = true, paramLabel = "NAME", description = "Who is told of its alarms.")
    private String owner;

    @Mixin
    private MachineFields fields;

    @Mixin
    private AddressOptions address;

    @Mixin
    private JsonOption json;

    MachineAdd(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        MachineKey key = MachineKey.random(new SecureRandom());
        Owner told = database.transact(connection -> add(connection, key));
        ProbeSetup setup = new ProbeSetup(name, key, address);
        json.print(
                shell(),
                setup.forScripts(),
                "machine " + name + " added; its alarms go to "
                        + Texts.printable(told.name() + " <" + told.details().mail() + ">") + "\n\n"
                        + setup.forPeople());
        setup.warn(shell());
    }

    private Owner add(Connection connection, MachineKey key) throws SQLException {
        Validation.machineName(name);
        Owner told = Lookup.owner(connection, owner);
        MachineDetails nothing = new MachineDetails(
                name,
                told.id(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        MachineDetails details = fields.over(nothing, name, told.id());
        machines.find(connection, name).ifPresent(existing -> {
            throw new CommandFailed("there is already a machine '" + existing.name() + "'");
        });
        machines.setKey(connection, machines.add(connection, details), key.verifier());
        return told;
    }
}
