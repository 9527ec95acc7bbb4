package io.emberwatch.collector.cli;

import io.emberwatch.collector.model.KnownGpu;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.GpuStore;
import java.sql.SQLException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "list", description = "List every card that machines have or once had, and how it is doing.")
final class GpuList extends DatabaseCommand {
    @Parameters(paramLabel = "MACHINE", arity = "0..1", description = "Only those of this machine.")
    private String machine;

    @Mixin
    private JsonOption json;

    GpuList(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        GpuStore gpus = new GpuStore();
        List<KnownGpu> found = database.transact(connection -> machine == null
                ? gpus.list(connection)
                : gpus.ofMachine(connection, Lookup.machine(connection, machine).id()));
        String text = found.isEmpty()
                ? "no cards" + (machine == null ? "" : " in " + machine)
                        + "; machines tell of theirs when they connect\n"
                : GpuTexts.list(found, shell().clock().instant());
        json.print(shell(), GpuTexts.describe(found), text);
    }
}
