package io.emberwatch.collector.cli;

import io.emberwatch.collector.config.AddressOptions;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.Machine;
import io.emberwatch.collector.store.MachineStore;
import io.emberwatch.protocol.auth.MachineKey;
import java.security.SecureRandom;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "rekey",
        description = "Give a machine a new key; a probe with the old one is turned away until it has the new one.")
final class MachineRekey extends DatabaseCommand {
    @Parameters(paramLabel = "NAME", description = "Name of the machine.")
    private String name;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Mixin
    private AddressOptions address;

    @Mixin
    private JsonOption json;

    MachineRekey(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        Machine machine = database.transact(connection -> Lookup.machine(connection, name));
        shell().confirm(yes, "Give " + machine.name() + " a new key? Its probe needs it before it can report again.");
        MachineKey key = MachineKey.random(new SecureRandom());
        database.transact(connection -> {
            Machine stillThere = Lookup.machine(connection, name);
            new MachineStore().setKey(connection, stillThere.id(), key.verifier());
            return stillThere;
        });
        ProbeSetup setup = new ProbeSetup(machine.name(), key, address);
        json.print(shell(), setup.forScripts(), "machine " + machine.name() + " has a new key\n\n" + setup.forPeople());
        setup.warn(shell());
    }
}
