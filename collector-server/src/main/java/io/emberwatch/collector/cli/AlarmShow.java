package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.TextTable;
import io.emberwatch.collector.model.AlarmView;
import io.emberwatch.collector.store.AlarmQueries;
import io.emberwatch.collector.store.Database;
import io.emberwatch.protocol.Texts;
import java.sql.SQLException;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Show an alarm, what happened to it and who was told.")
final class AlarmShow extends DatabaseCommand {
    @Parameters(paramLabel = "NUMBER", description = "Number of the alarm, as mails and alarm list give it.")
    private long number;

    @Mixin
    private JsonOption json;

    AlarmShow(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        AlarmView.History history = database.transact(connection -> new AlarmQueries().show(connection, number))
                .orElseThrow(
                        () -> new CommandFailed("there is no alarm " + number + "; alarm list shows the open ones"));
        json.print(shell(), AlarmTexts.describe(history), text(history));
    }

    private static String text(AlarmView.History history) {
        AlarmView alarm = history.alarm();
        TextTable events = new TextTable("WHEN", "WHAT", "VALUE", "NOTE");
        for (AlarmView.History.Event event : history.events()) {
            events.row(
                    event.moment().at(),
                    event.kind(),
                    AlarmTexts.value(alarm.metric(), event.moment().value()),
                    event.note().orElse(""));
        }
        TextTable mails = new TextTable("MAIL", "TO", "STATE", "SENT", "ERROR");
        for (AlarmView.History.Mail mail : history.mails()) {
            mails.row(
                    mail.kind(),
                    mail.recipient(),
                    mail.state(),
                    mail.sentAt().map(Instant::toString).orElse(""),
                    mail.lastError().orElse(""));
        }
        String limit = alarm.limit().isPresent() ? ", limit " + AlarmTexts.limit(alarm) : "";
        return "alarm " + alarm.id() + ": " + alarm.severity() + " " + alarm.metric() + " on "
                + Texts.printable((alarm.machine() + " " + alarm.component()).strip()) + limit + ", "
                + alarm.state() + (alarm.isHistory() ? ", judged afterwards" : "") + "\n\n" + events
                + (mails.isEmpty() ? "" : "\n" + mails);
    }
}
