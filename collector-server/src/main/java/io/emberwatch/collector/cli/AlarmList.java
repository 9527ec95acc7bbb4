package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.TextTable;
import io.emberwatch.collector.model.AlarmView;
import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.model.Moment;
import io.emberwatch.collector.store.AlarmQueries;
import io.emberwatch.collector.store.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "list", description = "List the open alarms.")
final class AlarmList extends DatabaseCommand {
    @Option(names = "--machine", paramLabel = "NAME", description = "Only of this machine.")
    private String machine;

    @Mixin
    private JsonOption json;

    AlarmList(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        List<AlarmView> alarms = database.transact(this::open);
        Instant now = shell().clock().instant();
        TextTable table = new TextTable(
                "ALARM", "SEVERITY", "STATE", "MACHINE", "METRIC", "VALUE", "LIMIT", "SINCE", "TAKEN ON BY");
        for (AlarmView alarm : alarms) {
            OptionalDouble value = alarm.raised().map(Moment::value).orElse(OptionalDouble.empty());
            table.row(
                    alarm.id(),
                    alarm.severity(),
                    alarm.state(),
                    (alarm.machine() + " " + alarm.component()).strip(),
                    alarm.metric(),
                    AlarmTexts.value(alarm.metric(), value),
                    AlarmTexts.limit(alarm),
                    AlarmTexts.since(alarm, now),
                    alarm.acknowledgement().map(AlarmView.Acknowledgement::by).orElse(""));
        }
        json.print(
                shell(),
                alarms.stream().map(AlarmTexts::describe).toList(),
                table.isEmpty() ? "no open alarms\n" : table.toString());
    }

    private List<AlarmView> open(Connection connection) throws SQLException {
        List<AlarmView> all = new AlarmQueries().listOpen(connection);
        if (machine == null) {
            return all;
        }
        Machine found = Lookup.machine(connection, machine);
        return all.stream()
                .filter(alarm -> alarm.machine().equals(found.name()))
                .toList();
    }
}
