package io.emberwatch.collector.cli;

import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.store.Database;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "rekey",
        description = {
            "Make a token with which a machine's box enrols again and gets a new key.",
            "The key that it has stays valid until then; to end it at once, use machine revoke."
        })
final class MachineRekey extends DatabaseCommand {
    @Parameters(paramLabel = "NAME", description = "Name of the machine.")
    private String name;

    @Mixin
    private TokenOptions token;

    @Mixin
    private JsonOption json;

    MachineRekey(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        TokenMaker maker = token.maker(data());
        Invitation invitation = database.transact(connection -> {
            Machine machine = Lookup.machine(connection, name);
            return maker.forNewKey(connection, machine.id(), machine.details().ownerId());
        });
        json.print(shell(), invitation.forScripts(), invitation.forPeople());
        token.warn(shell());
    }
}
