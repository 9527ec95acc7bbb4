package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Json;
import io.emberwatch.collector.config.MailOptions;
import io.emberwatch.collector.mail.outbox.MailMessages;
import io.emberwatch.collector.model.OutboxState;
import io.emberwatch.collector.model.OutboxStatus;
import io.emberwatch.collector.store.AlarmStore;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.MessageIds;
import io.emberwatch.collector.store.OutboxStore;
import io.emberwatch.protocol.Texts;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code alarm test}; the mail itself is sent by the running collector, as any other. */
@Command(
        name = "test",
        description = "Make an alarm that is marked as a test, and follow its mail until the mail server has taken it.")
final class AlarmTestCommand extends DatabaseCommand {
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    @Parameters(paramLabel = "MACHINE", description = "Name of the machine.")
    private String machine;

    @Option(
            names = "--wait",
            defaultValue = "30s",
            paramLabel = "TIME",
            description = "How long to follow the mail; 0s for not at all. Default: 30s.")
    private String wait;

    @Mixin
    private MailOptions mail;

    @Mixin
    private JsonOption json;

    AlarmTestCommand(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        Duration patience = Validation.duration(wait);
        AlarmStore alarms =
                new AlarmStore(new MessageIds(MailMessages.from(mail.from()).domain()));
        long id = database.transact(connection -> alarms.createTest(
                connection, Lookup.machine(connection, machine).id()));
        OutboxStatus status = follow(database, id, Instant.now().plus(patience));
        if (status.state() == OutboxState.REJECTED) {
            throw new CommandFailed("the mail to " + status.recipient() + " was refused for good: "
                    + status.lastError().orElse("without a reason"));
        }
        if (status.state() == OutboxState.PENDING && !patience.isZero()) {
            throw new CommandFailed("the mail to " + status.recipient() + " is not sent after " + wait + ": "
                    + status.lastError().orElse("nobody has tried; is emberwatch-collector serve running?")
                    + " It stays in the outbox.");
        }
        json.print(
                shell(),
                Json.object("machine", machine, "recipient", status.recipient(), "state", status.state()),
                "test alarm of " + machine + ": mail to " + Texts.printable(status.recipient()) + " is "
                        + status.state() + "\n");
    }

    private static OutboxStatus follow(Database database, long mailId, Instant deadline) throws SQLException {
        while (true) {
            Optional<OutboxStatus> status =
                    database.transact(connection -> new OutboxStore().status(connection, mailId));
            OutboxStatus now = status.orElseThrow(() -> new CommandFailed("the test alarm was removed meanwhile"));
            if (now.state() != OutboxState.PENDING || !Instant.now().isBefore(deadline)) {
                return now;
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_EVERY.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailed("interrupted; the mail stays in the outbox", e);
        }
    }
}
