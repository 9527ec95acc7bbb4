package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.EnrollTokenCommand.NewToken;
import io.emberwatch.collector.cli.EnrollTokenCommand.TokenMaker;
import io.emberwatch.collector.cli.EnrollTokenCommand.TokenOptions;
import io.emberwatch.collector.model.KnownGpu;
import io.emberwatch.collector.model.LimitTable;
import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.model.Owner;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.EnrollTokenStore;
import io.emberwatch.collector.store.GpuStore;
import io.emberwatch.collector.store.LimitStore;
import io.emberwatch.collector.store.MachineStore;
import io.emberwatch.collector.store.OverviewStore;
import io.emberwatch.collector.store.ReadingGapStore;
import io.emberwatch.protocol.Texts;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "machine",
        description = "Machines that may send readings.",
        subcommands = {
            MachineCommand.Add.class,
            MachineCommand.ListAll.class,
            MachineCommand.Show.class,
            MachineCommand.Edit.class,
            MachineCommand.Rekey.class,
            MachineCommand.Revoke.class,
            MachineCommand.Remove.class
        })
final class MachineCommand {
    private static final MachineStore MACHINES = new MachineStore();
    private static final OverviewStore OVERVIEW = new OverviewStore();

    @Command(name = "add", description = "Register a machine and print the command that enrolls it, once.")
    static final class Add extends DatabaseCommand {
        @Parameters(paramLabel = "NAME", description = "Name of the machine, usually its host name.")
        private String name;

        @Option(names = "--owner", required = true, paramLabel = "NAME", description = "Who is notified of its alarms.")
        private String owner;

        @Mixin
        private Fields fields;

        @Mixin
        private TokenOptions token;

        @Mixin
        private JsonOption json;

        private record Added(Owner owner, NewToken token) {}

        @Override
        void run(Database database) throws SQLException {
            TokenMaker maker = token.maker(data());
            Added added = database.transact(connection -> add(connection, maker));
            json.print(
                    shell(),
                    NewToken.COLUMNS.object(added.token()),
                    "machine " + name + " added; its alarms go to "
                            + Texts.printable(OwnerCommand.address(added.owner().details())) + "\n\n"
                            + added.token().forPeople());
            token.warn(shell());
        }

        private Added add(Connection connection, TokenMaker maker) throws SQLException {
            Validation.machineName(name);
            Owner notified = Lookup.owner(connection, owner);
            Machine.Details details = fields.over(Machine.Details.named(name, notified.id()), name, notified.id());
            Lookup.requireFree("a machine", MACHINES.find(connection, name).map(Machine::name));
            int machineId = MACHINES.add(connection, details);
            return new Added(notified, maker.forMachine(connection, machineId, notified.id()));
        }
    }

    @Command(name = "list", description = "List the machines: owner, place, whether connected, firing alarms.")
    static final class ListAll extends DatabaseCommand {
        @Option(names = "--owner", paramLabel = "NAME", description = "Only the machines of this owner.")
        private String owner;

        @Mixin
        private JsonOption json;

        @Override
        void run(Database database) throws SQLException {
            List<Machine> machines = database.transact(connection -> owner == null
                    ? MACHINES.list(connection)
                    : MACHINES.ofOwner(
                            connection, Lookup.owner(connection, owner).id()));
            Map<Integer, Machine.State> states = database.transact(OVERVIEW::machines);
            Instant now = now();
            List<MachineColumns.Row> rows = machines.stream()
                    .map(machine -> new MachineColumns.Row(
                            machine, states.getOrDefault(machine.id(), Machine.State.NEVER_SEEN), now))
                    .toList();
            json.print(shell(), MachineColumns.LIST, rows, "no machines; add one with: machine add\n");
        }
    }

    @Command(name = "show", description = "Show all that is known of a machine, and the limits that count for it.")
    static final class Show extends DatabaseCommand {
        private static final int LATEST_GAPS = 10;

        @Parameters(paramLabel = "NAME", description = "Name of the machine.")
        private String name;

        @Mixin
        private JsonOption json;

        @Override
        void run(Database database) throws SQLException {
            MachineColumns.Known known = database.transact(this::known);
            json.print(shell(), MachineColumns.ALL.object(known), known.text());
        }

        private MachineColumns.Known known(Connection connection) throws SQLException {
            Machine machine = Lookup.machine(connection, name);
            int id = machine.id();
            List<KnownGpu> gpus = new GpuStore().ofMachine(connection, id);
            return new MachineColumns.Known(
                    new MachineColumns.Row(
                            machine, OVERVIEW.machines(connection).getOrDefault(id, Machine.State.NEVER_SEEN), now()),
                    OVERVIEW.hardware(connection, id),
                    OVERVIEW.latestReading(connection, id),
                    gpus,
                    new ReadingGapStore().latest(connection, id, LATEST_GAPS),
                    LimitTable.of(new LimitStore().list(connection)).effectiveWithGpus(id, KnownGpu.targets(gpus)));
        }
    }

    @Command(name = "edit", description = "Change what is known of a machine; what is not given stays, '' removes.")
    static final class Edit extends DatabaseCommand {
        @Parameters(paramLabel = "NAME", description = "Name of the machine.")
        private String name;

        @Option(names = "--rename", paramLabel = "NAME", description = "New name; its probe needs it too.")
        private String rename;

        @Option(names = "--owner", paramLabel = "NAME", description = "Who is notified of its alarms.")
        private String owner;

        @Mixin
        private Fields fields;

        @Mixin
        private JsonOption json;

        @Override
        void run(Database database) throws SQLException {
            Machine now = database.transact(this::edit);
            json.print(shell(), MachineColumns.REGISTERED.object(now), "machine " + now.name() + " changed\n");
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
            Lookup.requireFree(
                    "a machine",
                    MACHINES.find(connection, newName)
                            .filter(other -> other.id() != machine.id())
                            .map(Machine::name));
            MACHINES.edit(connection, machine.id(), fields.over(machine.details(), newName, ownerId));
            return Lookup.machine(connection, newName);
        }
    }

    @Command(
            name = "rekey",
            description = {
                "Make a token with which a machine enrolls again and gets a new key.",
                "The key that it has stays valid until then; to end it at once, use machine revoke."
            })
    static final class Rekey extends DatabaseCommand {
        @Parameters(paramLabel = "NAME", description = "Name of the machine.")
        private String name;

        @Mixin
        private TokenOptions token;

        @Mixin
        private JsonOption json;

        @Override
        void run(Database database) throws SQLException {
            TokenMaker maker = token.maker(data());
            NewToken made = database.transact(connection -> {
                Machine machine = Lookup.machine(connection, name);
                return maker.forNewKey(
                        connection, machine.id(), machine.details().ownerId());
            });
            json.print(shell(), NewToken.COLUMNS.object(made), made.forPeople());
            token.warn(shell());
        }
    }

    @Command(
            name = "revoke",
            description = {
                "Take a machine's key away, and the tokens made for it: its probe is turned out within 5 s.",
                "The machine stays registered; machine rekey lets it in again."
            })
    static final class Revoke extends DatabaseCommand {
        @Parameters(paramLabel = "NAME", description = "Name of the machine.")
        private String name;

        @Option(names = "--yes", description = "Do not ask.")
        private boolean yes;

        @Override
        void run(Database database) throws SQLException {
            Machine machine = database.transact(connection -> Lookup.machine(connection, name));
            shell().confirm(
                            yes,
                            "Take the key of " + machine.name()
                                    + " away? Its probe is turned out at once, and the machine is"
                                    + " not watched until it is enrolled again.");
            database.transact(connection -> {
                Machine stillThere = Lookup.machine(connection, name);
                new EnrollTokenStore().revokeOf(connection, stillThere.id());
                MACHINES.removeKey(connection, stillThere.id());
                return stillThere;
            });
            say("the key of " + machine.name() + " is no longer valid; machine rekey " + machine.name()
                    + " makes a token for a new one");
        }
    }

    @Command(
            name = "remove",
            description = {
                "Remove a machine with its limits, silences, alarms and pending mails.",
                "Its readings stay until their days are dropped."
            })
    static final class Remove extends DatabaseCommand {
        @Parameters(paramLabel = "NAME", description = "Name of the machine.")
        private String name;

        @Option(names = "--yes", description = "Do not ask.")
        private boolean yes;

        @Override
        void run(Database database) throws SQLException {
            Machine machine = database.transact(connection -> Lookup.machine(connection, name));
            shell().confirm(
                            yes,
                            "Remove machine " + machine.name() + " of " + machine.ownerName()
                                    + ", with its limits, silences, alarms and pending mails? Its probe is turned"
                                    + " away; its readings stay until their days are dropped.");
            database.transact(connection -> {
                Machine stillThere = Lookup.machine(connection, name);
                MACHINES.remove(connection, stillThere.id());
                return stillThere;
            });
            say("machine " + machine.name() + " removed; its readings (machine_id " + machine.id()
                    + ") stay until their days are dropped");
        }
    }

    /** What {@code machine add} and {@code machine edit} both take. */
    static final class Fields {
        @Option(names = "--model", paramLabel = "TEXT", description = "Maker and model.")
        private String model;

        @Option(names = "--location", paramLabel = "TEXT", description = "Where to walk to: room, rack, unit.")
        private String location;

        @Option(names = "--ip", paramLabel = "IP", description = "Address, for people; the collector does not use it.")
        private String ip;

        @Option(
                names = "--sampling-interval",
                paramLabel = "TIME",
                description = "How often the probe is to take a reading, 1s to 1h; '' leaves it to the probe.")
        private String samplingInterval;

        @Option(names = "--notes", paramLabel = "TEXT", description = "Free text.")
        private String notes;

        /** {@code old} with what was given in its place; an empty text removes. */
        private Machine.Details over(Machine.Details old, String name, int ownerId) {
            return new Machine.Details(
                    name,
                    ownerId,
                    model == null ? old.model() : Validation.line(model),
                    location == null ? old.location() : Validation.line(location),
                    ip == null ? old.ip() : Validation.ip(ip),
                    samplingInterval == null ? old.samplingInterval() : Validation.samplingInterval(samplingInterval),
                    notes == null ? old.notes() : Validation.notes(notes));
        }
    }
}
