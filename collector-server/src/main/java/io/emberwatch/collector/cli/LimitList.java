package io.emberwatch.collector.cli;

import io.emberwatch.collector.model.EffectiveLimit;
import io.emberwatch.collector.model.GpuTargetTemp;
import io.emberwatch.collector.model.KnownGpu;
import io.emberwatch.collector.model.LimitPlace.Fleet;
import io.emberwatch.collector.model.LimitTable;
import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.GpuStore;
import io.emberwatch.collector.store.LimitStore;
import io.emberwatch.collector.store.MachineStore;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        description = {
            "List the fleet's limits, those that machines have of their own, and what these replace;",
            "with --machine, every limit that counts for it and where it was set."
        })
final class LimitList extends DatabaseCommand {
    @Option(names = "--machine", paramLabel = "NAME", description = "Everything that counts for this machine.")
    private String machine;

    @Mixin
    private JsonOption json;

    LimitList(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        List<Machine> machines = database.transact(connection ->
                machine == null ? new MachineStore().list(connection) : List.of(Lookup.machine(connection, machine)));
        LimitTable limits = LimitTable.of(database.transact(new LimitStore()::list));
        LimitTexts texts = new LimitTexts(machines.stream().collect(Collectors.toMap(Machine::id, Machine::name)));
        LimitTexts.Table table = texts.table();
        List<Map<String, Object>> all = new ArrayList<>();
        if (machine == null) {
            table.rows(LimitTexts.FLEET, limits.ofFleet());
            all.addAll(texts.describe(LimitTexts.FLEET, limits.ofFleet()));
        }
        for (Machine each : machines) {
            Map<String, GpuTargetTemp> targets = machine == null
                    ? Map.of()
                    : KnownGpu.targets(
                            database.transact(connection -> new GpuStore().ofMachine(connection, each.id())));
            List<EffectiveLimit> shown = limits.effectiveWithGpus(each.id(), targets).stream()
                    .filter(limit -> machine != null
                            || !(limit.source() instanceof Fleet)
                            || limit.replacedBy().isPresent())
                    .toList();
            table.rows(each.name(), shown);
            all.addAll(texts.describe(each.name(), shown));
        }
        json.print(shell(), all, table.toString());
        limits.problems().forEach(problem -> shell().err().println("warning: " + problem));
        shell().err().flush();
    }
}
