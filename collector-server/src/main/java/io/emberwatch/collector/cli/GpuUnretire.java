package io.emberwatch.collector.cli;

import io.emberwatch.collector.model.KnownGpu;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.GpuStore;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "unretire",
        description = "Say that a card is to be in its machine after all: while it is not, that is an alarm.")
final class GpuUnretire extends DatabaseCommand {
    @Mixin
    private GpuTarget target;

    @Mixin
    private JsonOption json;

    GpuUnretire(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        KnownGpu before = database.transact(target::find);
        KnownGpu now = database.transact(connection -> {
            new GpuStore().unretire(connection, target.find(connection).id());
            return target.find(connection);
        });
        String text = before.retiredAt().isEmpty()
                ? GpuTexts.name(now) + " was not retired"
                : GpuTexts.name(now) + " is to be there; while it is not, that is an alarm";
        json.print(shell(), GpuTexts.describe(now), text + "\n");
    }
}
