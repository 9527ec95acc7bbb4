package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Columns;
import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.model.Owner;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.MachineStore;
import io.emberwatch.collector.store.OwnerStore;
import io.emberwatch.protocol.Texts;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "owner",
        description = "People and teams who are notified of alarms.",
        subcommands = {
            OwnerCommand.Add.class,
            OwnerCommand.ListAll.class,
            OwnerCommand.Edit.class,
            OwnerCommand.Remove.class
        })
final class OwnerCommand {
    private static final OwnerStore OWNERS = new OwnerStore();
    private static final MachineStore MACHINES = new MachineStore();

    private static final Columns<Owner.Details> COLUMNS = Columns.of(Owner.Details.class)
            .with("OWNER", "name", Owner.Details::name)
            .with("MAIL", "mail", Owner.Details::mail)
            .with("PHONE", "phone", Owner.Details::phone)
            .forScripts("notes", Owner.Details::notes);

    static String address(Owner.Details owner) {
        return owner.name() + " <" + owner.mail() + ">";
    }

    @Command(name = "add", description = "Register an owner: a person or a team.")
    static final class Add extends DatabaseCommand {
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

        @Override
        void run(Database database) throws SQLException {
            Owner.Details owner = new Owner.Details(
                    Validation.ownerName(name),
                    Validation.mail(mail),
                    Validation.phone(phone),
                    Validation.notes(notes));
            database.transact(connection -> {
                Lookup.requireFree(
                        "an owner", OWNERS.find(connection, owner.name()).map(Owner::name));
                return OWNERS.add(connection, owner);
            });
            json.print(shell(), COLUMNS.object(owner), "owner " + address(owner) + " added\n");
        }
    }

    @Command(name = "list", description = "List the owners and their machines.")
    static final class ListAll extends DatabaseCommand {
        @Mixin
        private JsonOption json;

        /** An owner with the names of the machines. */
        private record Row(Owner.Details owner, List<String> machines) {}

        private static final Columns<Row> ROWS = COLUMNS.over(Row::owner)
                .with("MACHINES", row -> String.join(", ", row.machines()), "machines", Row::machines);

        @Override
        void run(Database database) throws SQLException {
            List<Owner> owners = database.transact(OWNERS::list);
            Map<Integer, List<String>> machines = database.transact(MACHINES::list).stream()
                    .collect(Collectors.groupingBy(
                            machine -> machine.details().ownerId(),
                            Collectors.mapping(Machine::name, Collectors.toList())));
            List<Row> rows = owners.stream()
                    .map(owner -> new Row(owner.details(), machines.getOrDefault(owner.id(), List.of())))
                    .toList();
            json.print(shell(), ROWS, rows, "no owners; add one with: owner add\n");
        }
    }

    @Command(name = "edit", description = "Change what is known of an owner; what is not given stays.")
    static final class Edit extends DatabaseCommand {
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

        @Override
        void run(Database database) throws SQLException {
            Owner.Details now = database.transact(this::edit);
            json.print(shell(), COLUMNS.object(now), "owner " + Texts.printable(address(now)) + " changed\n");
        }

        private Owner.Details edit(Connection connection) throws SQLException {
            Owner owner = Lookup.owner(connection, name);
            Owner.Details old = owner.details();
            Owner.Details now = new Owner.Details(
                    rename == null ? old.name() : Validation.ownerName(rename),
                    mail == null ? old.mail() : Validation.mail(mail),
                    phone == null ? old.phone() : Validation.phone(phone),
                    notes == null ? old.notes() : Validation.notes(notes));
            Lookup.requireFree(
                    "an owner",
                    OWNERS.find(connection, now.name())
                            .filter(other -> other.id() != owner.id())
                            .map(Owner::name));
            OWNERS.edit(connection, owner.id(), now);
            return now;
        }
    }

    @Command(name = "remove", description = "Remove an owner who has no machines.")
    static final class Remove extends DatabaseCommand {
        private static final int NAMED = 10;

        @Parameters(paramLabel = "NAME", description = "Name of the owner.")
        private String name;

        @Option(names = "--yes", description = "Do not ask.")
        private boolean yes;

        @Override
        void run(Database database) throws SQLException {
            Owner owner = database.transact(this::removable);
            shell().confirm(yes, "Remove owner " + address(owner.details()) + "?");
            database.transact(connection -> {
                Owner stillThere = removable(connection);
                OWNERS.remove(connection, stillThere.id());
                return stillThere;
            });
            say("owner " + owner.name() + " removed");
        }

        private Owner removable(Connection connection) throws SQLException {
            Owner owner = Lookup.owner(connection, name);
            List<Machine> machines = MACHINES.ofOwner(connection, owner.id());
            if (!machines.isEmpty()) {
                String names = machines.stream().limit(NAMED).map(Machine::name).collect(Collectors.joining(", "));
                String more = machines.size() > NAMED ? " and " + (machines.size() - NAMED) + " more" : "";
                throw new CommandFailed("owner " + owner.name() + " still has machines: " + names + more
                        + "; give them to somebody else (machine edit --owner) or remove them first");
            }
            return owner;
        }
    }
}
