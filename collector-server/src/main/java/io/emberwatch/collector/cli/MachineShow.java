package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.TextTable;
import io.emberwatch.collector.model.EffectiveLimit;
import io.emberwatch.collector.model.KnownGpu;
import io.emberwatch.collector.model.LimitTable;
import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.model.MachineDetails;
import io.emberwatch.collector.model.MachineHardware;
import io.emberwatch.collector.model.MachineState;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.GpuStore;
import io.emberwatch.collector.store.LimitStore;
import io.emberwatch.collector.store.OverviewStore;
import io.emberwatch.collector.store.ReadingGapStore;
import io.emberwatch.collector.store.ReadingGapStore.ReadingGap;
import io.emberwatch.protocol.conf.Durations;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Show all that is known of a machine, and the limits that count for it.")
final class MachineShow extends DatabaseCommand {
    private static final int LATEST_GAPS = 10;

    @Parameters(paramLabel = "NAME", description = "Name of the machine.")
    private String name;

    @Mixin
    private JsonOption json;

    MachineShow(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        OverviewStore overview = new OverviewStore();
        Machine machine = database.transact(connection -> Lookup.machine(connection, name));
        MachineState state = database.transact(overview::machines).getOrDefault(machine.id(), MachineState.NEVER_SEEN);
        Optional<MachineHardware> hardware =
                database.transact(connection -> overview.hardware(connection, machine.id()));
        List<KnownGpu> gpus = database.transact(connection -> new GpuStore().ofMachine(connection, machine.id()));
        List<ReadingGap> gaps =
                database.transact(connection -> new ReadingGapStore().latest(connection, machine.id(), LATEST_GAPS));
        LimitTable limits = LimitTable.of(database.transact(new LimitStore()::list));
        List<EffectiveLimit> inForce = limits.effectiveWithGpus(machine.id(), KnownGpu.targets(gpus));
        LimitTexts texts = new LimitTexts(Map.of(machine.id(), machine.name()));

        Map<String, Object> object = MachineTexts.describe(machine, state);
        object.put("hardware", hardware.map(HardwareTexts::describe));
        object.put("gpus", GpuTexts.describe(gpus));
        object.put("gaps", GapTexts.describe(gaps));
        object.put("limits", texts.describe(machine.name(), inForce));
        json.print(
                shell(),
                object,
                facts(machine, state, hardware)
                        + GapTexts.print(gaps) + "\n"
                        + GpuTexts.hardware(gpus)
                        + (gpus.isEmpty() ? "" : "\n")
                        + texts.table().rows(machine.name(), inForce));
    }

    private String facts(Machine machine, MachineState state, Optional<MachineHardware> hardware) {
        MachineDetails details = machine.details();
        Instant now = shell().clock().instant();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("machine", machine.name());
        facts.put("owner", machine.ownerName());
        details.model().ifPresent(value -> facts.put("model", value));
        details.location().ifPresent(value -> facts.put("location", value));
        details.ip().ifPresent(value -> facts.put("ip", value));
        details.samplingInterval().ifPresent(value -> facts.put("sampled every", Durations.print(value)));
        details.notes().ifPresent(value -> facts.put("notes", value));
        facts.put("registered", machine.createdAt().toString());
        facts.put(
                "enrolled",
                state.enrolledAt()
                        .map(value -> value + " (" + MachineTexts.ago(value, now) + ")")
                        .orElse("no; machine rekey " + machine.name() + " makes a token for it"));
        facts.put("link", state.link());
        state.lastHeardAt()
                .ifPresent(value -> facts.put("last heard", value + " (" + MachineTexts.ago(value, now) + ")"));
        state.remoteAddress().ifPresent(value -> facts.put("from", value));
        state.probeVersion().ifPresent(value -> facts.put("probe", value));
        facts.put("firing alarms", Integer.toString(state.alarms()));
        if (state.historyToCome() > 0) {
            facts.put("history", "at most " + state.historyToCome() + " readings of before are still to come");
        }
        hardware.ifPresent(found -> facts.putAll(HardwareTexts.facts(found)));
        TextTable table = new TextTable("", "");
        facts.forEach(table::row);
        return table.toString().replaceFirst("\\A\\R", "");
    }
}
