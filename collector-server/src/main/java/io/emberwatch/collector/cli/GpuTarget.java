package io.emberwatch.collector.cli;

import io.emberwatch.collector.model.KnownGpu;
import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.store.GpuStore;
import io.emberwatch.protocol.conf.Suggestion;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Parameters;

/** One card of a machine, by its UUID or its slot. */
final class GpuTarget {
    @Parameters(index = "0", paramLabel = "MACHINE", description = "Name of the machine.")
    private String machine;

    @Parameters(index = "1", paramLabel = "UUID|SLOT", description = "The card, as gpu list shows it.")
    private String card;

    KnownGpu find(Connection connection) throws SQLException {
        Machine found = Lookup.machine(connection, machine);
        List<KnownGpu> gpus = new GpuStore().ofMachine(connection, found.id());
        List<KnownGpu> meant =
                gpus.stream().filter(gpu -> gpu.uuid().equals(card)).toList();
        if (meant.isEmpty()) {
            meant = gpus.stream()
                    .filter(gpu -> Integer.toString(gpu.slot()).equals(card))
                    .toList();
        }
        if (meant.size() > 1) {
            throw new CommandFailed(found.name() + " has had " + meant.size() + " cards in slot " + card
                    + "; say which by its UUID: "
                    + meant.stream().map(KnownGpu::uuid).collect(Collectors.joining(", ")));
        }
        if (meant.isEmpty()) {
            throw new CommandFailed("there is no card '" + card + "' in " + found.name()
                    + Suggestion.hint(card, gpus.stream().map(KnownGpu::uuid).toList()));
        }
        return meant.get(0);
    }
}
