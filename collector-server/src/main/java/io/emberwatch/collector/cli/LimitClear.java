package io.emberwatch.collector.cli;

import io.emberwatch.collector.model.LimitPlace;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.LimitStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "clear",
        description = "Remove a limit, so that the next wider one counts again: of the machine, of the fleet, or none.")
final class LimitClear extends DatabaseCommand {
    @Parameters(paramLabel = "METRIC", description = "For example cpu_temp_c.")
    private String metric;

    @Option(names = "--warning", description = "Only the warning limit.")
    private boolean warning;

    @Option(names = "--critical", description = "Only the critical limit.")
    private boolean critical;

    @Mixin
    private LimitTarget target;

    LimitClear(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        List<Severity> removed = database.transact(this::remove);
        String which = removed.stream().map(Severity::toString).collect(Collectors.joining(" and "));
        say(which + " limit of " + target.name() + " on " + metric + " removed");
    }

    private List<Severity> remove(Connection connection) throws SQLException {
        LimitPlace place = target.find(connection);
        List<Severity> removed = new ArrayList<>();
        for (Severity severity : Severity.values()) {
            boolean meant = warning == critical || (severity == Severity.WARNING ? warning : critical);
            if (meant && new LimitStore().remove(connection, place, metric, severity)) {
                removed.add(severity);
            }
        }
        if (removed.isEmpty()) {
            // After the attempt, so that a row with a wrong name, which SQL may have left, can be removed too.
            Lookup.metric(metric);
            throw new CommandFailed(target.name() + " has no such limit of its own on " + metric);
        }
        return removed;
    }
}
