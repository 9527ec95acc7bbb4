package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Json;
import io.emberwatch.collector.cli.print.TextTable;
import io.emberwatch.collector.model.FleetOverview;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.OverviewStore;
import java.sql.SQLException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "status", description = "Sum up the fleet: machines, links, firing alarms, mails.")
final class StatusCommand extends DatabaseCommand {
    @Mixin
    private JsonOption json;

    StatusCommand(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        FleetOverview fleet = database.transact(new OverviewStore()::fleet);
        json.print(shell(), describe(fleet), text(fleet));
    }

    private String text(FleetOverview fleet) {
        return new TextTable("machines", Integer.toString(fleet.machines()))
                .row("  connected", fleet.connected())
                .row("  stopped", fleet.stopped())
                .row("  lost", fleet.lost())
                .row("  never seen", fleet.neverSeen())
                .row("firing alarms", fleet.critical() + " critical, " + fleet.warnings() + " warning")
                .row("silences", fleet.silences())
                .row("mails", fleet.mailsPending() + " to be sent, " + fleet.mailsRejected() + " refused for good")
                .row("readings rejected", fleet.readingsRejected())
                .row(
                        "last stored",
                        fleet.lastStoredAt()
                                .map(time -> time + " ("
                                        + MachineTexts.ago(time, shell().clock().instant()) + ")")
                                .orElse("never"))
                .toString();
    }

    private static Map<String, Object> describe(FleetOverview fleet) {
        return Json.object(
                "machines", fleet.machines(),
                "connected", fleet.connected(),
                "stopped", fleet.stopped(),
                "lost", fleet.lost(),
                "never_seen", fleet.neverSeen(),
                "alarms_critical", fleet.critical(),
                "alarms_warning", fleet.warnings(),
                "silences", fleet.silences(),
                "mails_pending", fleet.mailsPending(),
                "mails_rejected", fleet.mailsRejected(),
                "readings_rejected", fleet.readingsRejected(),
                "last_stored_at", fleet.lastStoredAt());
    }
}
