package io.emberwatch.collector.cli;

import io.emberwatch.collector.store.AlarmStore;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.MessageIds;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "ack", description = "Take an alarm on: its mail is not repeated any more.")
final class AlarmAck extends DatabaseCommand {
    @Parameters(paramLabel = "NUMBER", description = "Number of the alarm, as mails and alarm list give it.")
    private long number;

    @Option(names = "--by", paramLabel = "NAME", description = "Who takes it on; you, if not given.")
    private String by;

    AlarmAck(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        String who = Validation.ownerName(by == null ? System.getProperty("user.name") : by);
        // Acknowledging makes no mail, so the domain of Message-IDs does not matter.
        AlarmStore alarms = new AlarmStore(new MessageIds("localhost"));
        switch (database.transact(connection -> alarms.acknowledge(connection, number, who))) {
            case DONE -> say("alarm " + number + " taken on by " + who);
            case ALREADY -> say("alarm " + number + " had been taken on before; see alarm show " + number);
            case NOT_FIRING -> throw new CommandFailed("alarm " + number + " is not firing; see alarm show " + number);
            case NO_SUCH_ALARM ->
                throw new CommandFailed("there is no alarm " + number + "; alarm list shows the open ones");
        }
    }
}
