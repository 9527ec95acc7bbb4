package io.emberwatch.collector.cli;

import io.emberwatch.collector.model.Silence;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.SilenceStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "unsilence", description = "End silences before their time.")
final class AlarmUnsilence extends DatabaseCommand {
    private final SilenceStore silences = new SilenceStore();

    @Mixin
    private SilenceTarget target;

    AlarmUnsilence(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        int ended = database.transact(this::end);
        if (ended == 0) {
            throw new CommandFailed(target.name() + ": no silence to end");
        }
        say("mails of " + target.name() + " are sent again");
    }

    private int end(Connection connection) throws SQLException {
        Instant now = shell().clock().instant();
        Optional<Integer> machine = target.find(connection);
        if (machine.isPresent()) {
            return silences.endAll(connection, machine.get(), now);
        }
        int ended = 0;
        for (Silence silence : silences.list(connection, now)) {
            if (silence.machine().isEmpty() && silences.end(connection, silence.id(), now)) {
                ended++;
            }
        }
        return ended;
    }
}
