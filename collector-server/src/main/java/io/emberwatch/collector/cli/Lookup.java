package io.emberwatch.collector.cli;

import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.model.Owner;
import io.emberwatch.collector.store.MachineStore;
import io.emberwatch.collector.store.OwnerStore;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.conf.Suggestion;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds what a person named, or says what they may have meant. */
final class Lookup {
    private Lookup() {}

    static Machine machine(Connection connection, String name) throws SQLException {
        MachineStore machines = new MachineStore();
        var found = machines.find(connection, name);
        if (found.isEmpty()) {
            throw missing(
                    "machine",
                    name,
                    machines.list(connection).stream().map(Machine::name).toList());
        }
        return found.get();
    }

    static Owner owner(Connection connection, String name) throws SQLException {
        OwnerStore owners = new OwnerStore();
        // To the database's collation all emoji are one, and so are rare characters of Chinese names.
        var found = owners.find(connection, name)
                .filter(owner -> owner.name().strip().equalsIgnoreCase(name.strip()));
        if (found.isEmpty()) {
            throw missing(
                    "owner",
                    name,
                    owners.list(connection).stream().map(Owner::name).toList());
        }
        return found.get();
    }

    static Metric metric(String name) {
        return Metric.byColumn(name)
                .orElseThrow(() -> CommandFailed.usage("there is no metric '" + name + "'"
                        + Suggestion.hint(
                                name,
                                Stream.of(Metric.values()).map(Metric::column).toList())));
    }

    /** Fails if something, such as "a machine", has a name already that is to be given. */
    static void requireFree(String kind, Optional<String> taken) {
        taken.ifPresent(name -> {
            throw new CommandFailed("there is already " + kind + " '" + name + "'");
        });
    }

    private static CommandFailed missing(String kind, String name, List<String> known) {
        return new CommandFailed("there is no " + kind + " '" + name + "'" + Suggestion.hint(name, known));
    }
}
