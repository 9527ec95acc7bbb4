package io.emberwatch.collector.cli;

import io.emberwatch.collector.store.Database;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "create", description = "Make a token with which boxes enrol themselves, as new machines of an owner.")
final class EnrollTokenCreate extends DatabaseCommand {
    @Option(
            names = "--owner",
            required = true,
            paramLabel = "NAME",
            description = "Who is told of the new machines' alarms.")
    private String owner;

    @Option(
            names = "--uses",
            paramLabel = "COUNT",
            defaultValue = "1",
            description = "How many boxes may enrol with it, 1 to 10000; 1 if not given.")
    private String uses;

    @Mixin
    private TokenOptions token;

    @Mixin
    private JsonOption json;

    EnrollTokenCreate(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        int count = Validation.tokenUses(uses);
        TokenMaker maker = token.maker(data());
        Invitation invitation = database.transact(connection ->
                maker.forNewMachines(connection, Lookup.owner(connection, owner).id(), count));
        json.print(shell(), invitation.forScripts(), invitation.forPeople());
        token.warn(shell());
    }
}
