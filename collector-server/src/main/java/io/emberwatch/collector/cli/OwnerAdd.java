package io.emberwatch.collector.cli;

import io.emberwatch.collector.model.OwnerDetails;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.OwnerStore;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "add", description = "Register an owner: a person or a team.")
final class OwnerAdd extends DatabaseCommand {
    @Parameters(paramLabel = "NAME", description = "Name, in any script.")
    private String name;

    @Option(names = "--mail", required = true, paramLabel = "ADDRESS", description = "Where alarm mails go.")
    private String mail;

    @Option(names = "--phone", defaultValue = "", paramLabel = "NUMBER", description = "For people to call.")
    private String phone;

    @Option(names = "--notes", defaultValue = "", paramLabel = "TEXT", description = "Free text.")
    private String notes;

    @Mixin
    private JsonOption json;

    OwnerAdd(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        OwnerDetails owner = new OwnerDetails(
                Validation.ownerName(name), Validation.mail(mail), Validation.phone(phone), Validation.notes(notes));
        OwnerStore owners = new OwnerStore();
        database.transact(connection -> {
            owners.find(connection, name).ifPresent(existing -> {
                throw new CommandFailed("there is already an owner '" + existing.name() + "'");
            });
            return owners.add(connection, owner);
        });
        json.print(shell(), OwnerList.describe(owner), "owner " + name + " <" + mail + "> added\n");
    }
}
