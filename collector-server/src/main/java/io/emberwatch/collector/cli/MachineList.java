package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.TextTable;
import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.model.MachineState;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.MachineStore;
import io.emberwatch.collector.store.OverviewStore;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "list", description = "List the machines: owner, place, whether connected, firing alarms.")
final class MachineList extends DatabaseCommand {
    @Option(names = "--owner", paramLabel = "NAME", description = "Only the machines of this owner.")
    private String owner;

    @Mixin
    private JsonOption json;

    MachineList(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        List<Machine> machines = database.transact(connection -> owner == null
                ? new MachineStore().list(connection)
                : new MachineStore()
                        .ofOwner(connection, Lookup.owner(connection, owner).id()));
        Map<Integer, MachineState> states = database.transact(new OverviewStore()::machines);
        Instant now = shell().clock().instant();
        TextTable table = new TextTable("MACHINE", "OWNER", "LOCATION", "ENROLLED", "LINK", "LAST HEARD", "ALARMS");
        List<Object> all = new ArrayList<>();
        for (Machine machine : machines) {
            MachineState state = states.getOrDefault(machine.id(), MachineState.NEVER_SEEN);
            table.row(
                    machine.name(),
                    machine.ownerName(),
                    machine.details().location().orElse(""),
                    state.enrolledAt()
                            .map(since -> MachineTexts.ago(since, now))
                            .orElse("no"),
                    state.link(),
                    state.lastHeardAt()
                            .map(heard -> MachineTexts.ago(heard, now))
                            .orElse(""),
                    state.alarms() == 0 ? "" : state.alarms());
            all.add(MachineTexts.describe(machine, state));
        }
        json.print(shell(), all, table.isEmpty() ? "no machines; add one with: machine add\n" : table.toString());
    }
}
