package io.emberwatch.collector.cli;

import io.emberwatch.collector.model.Owner;
import io.emberwatch.collector.model.OwnerDetails;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.OwnerStore;
import io.emberwatch.protocol.Texts;
import java.sql.Connection;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "edit", description = "Change what is known of an owner; what is not given stays.")
final class OwnerEdit extends DatabaseCommand {
    private final OwnerStore owners = new OwnerStore();

    @Parameters(paramLabel = "NAME", description = "Name of the owner.")
    private String name;

    @Option(names = "--rename", paramLabel = "NAME", description = "New name.")
    private String rename;

    @Option(names = "--mail", paramLabel = "ADDRESS", description = "Where alarm mails go.")
    private String mail;

    @Option(names = "--phone", paramLabel = "NUMBER", description = "For people to call; '' for none.")
    private String phone;

    @Option(names = "--notes", paramLabel = "TEXT", description = "Free text; '' for none.")
    private String notes;

    @Mixin
    private JsonOption json;

    OwnerEdit(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        OwnerDetails now = database.transact(this::edit);
        json.print(
                shell(),
                OwnerList.describe(now),
                "owner " + Texts.printable(now.name() + " <" + now.mail() + ">") + " changed\n");
    }

    private OwnerDetails edit(Connection connection) throws SQLException {
        Owner owner = Lookup.owner(connection, name);
        OwnerDetails old = owner.details();
        OwnerDetails now = new OwnerDetails(
                rename == null ? old.name() : Validation.ownerName(rename),
                mail == null ? old.mail() : Validation.mail(mail),
                phone == null ? old.phone() : Validation.phone(phone),
                notes == null ? old.notes() : Validation.notes(notes));
        owners.find(connection, now.name())
                .filter(other -> other.id() != owner.id())
                .ifPresent(other -> {
                    throw new CommandFailed("there is already an owner '" + other.name() + "'");
                });
        owners.edit(connection, owner.id(), now);
        return now;
    }
}
