package io.emberwatch.collector.cli;

import io.emberwatch.collector.model.KnownGpu;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.GpuStore;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "retire",
        description = {
            "Say that a card was taken out of its machine: it is not missed any more, and its alarms are over.",
            "A card that the machine shows again is in use again."
        })
final class GpuRetire extends DatabaseCommand {
    @Mixin
    private GpuTarget target;

    @Mixin
    private JsonOption json;

    GpuRetire(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        KnownGpu before = database.transact(target::find);
        KnownGpu now = database.transact(connection -> {
            new GpuStore().retire(connection, target.find(connection).id());
            return target.find(connection);
        });
        String text = before.retiredAt()
                .map(since -> GpuTexts.name(now) + " has been retired since " + since)
                .orElse(GpuTexts.name(now)
                        + " is retired: "
                        + (now.isNamed()
                                ? "nobody will miss it; it is watched until the machine shows it no more"
                                : "nobody misses it, and its alarms end with the machine's next reading"));
        json.print(shell(), GpuTexts.describe(now), text + "\n");
        if (now.isNamed()) {
            shell().note(now.machine() + " showed it when it last told of its cards;"
                    + " it is in use again if it does so once more");
        }
    }
}
