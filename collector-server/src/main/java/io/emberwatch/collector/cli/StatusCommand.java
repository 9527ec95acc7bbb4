package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Columns;
import io.emberwatch.collector.cli.print.Format;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.OverviewStore;
import io.emberwatch.collector.store.OverviewStore.FleetOverview;
import java.sql.SQLException;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "status", description = "Sum up the fleet: machines, links, firing alarms, mails.")
final class StatusCommand extends DatabaseCommand {
    @Mixin
    private JsonOption json;

    @Override
    void run(Database database) throws SQLException {
        FleetOverview fleet = database.transact(new OverviewStore()::fleet);
        Columns<FleetOverview> columns = columns(now());
        json.print(shell(), columns.object(fleet), columns.sheet(fleet));
    }

    private static Columns<FleetOverview> columns(Instant now) {
        return Columns.of(FleetOverview.class)
                .with("machines", "machines", FleetOverview::machines)
                .with("  connected", "connected", FleetOverview::connected)
                .with("  stopped", "stopped", FleetOverview::stopped)
                .with("  lost", "lost", FleetOverview::lost)
                .with("  never seen", "never_seen", FleetOverview::neverSeen)
                .forPeople("firing alarms", fleet -> fleet.critical() + " critical, " + fleet.warnings() + " warning")
                .forScripts("alarms_critical", FleetOverview::critical)
                .forScripts("alarms_warning", FleetOverview::warnings)
                .with("silences", "silences", FleetOverview::silences)
                .forPeople(
                        "mails",
                        fleet -> fleet.mailsPending() + " to be sent, " + fleet.mailsRejected() + " refused for good")
                .forScripts("mails_pending", FleetOverview::mailsPending)
                .forScripts("mails_rejected", FleetOverview::mailsRejected)
                .with("readings rejected", "readings_rejected", FleetOverview::readingsRejected)
                .with(
                        "last stored",
                        fleet -> fleet.lastStoredAt()
                                .map(then -> Format.at(then, now))
                                .orElse("never"),
                        "last_stored_at",
                        FleetOverview::lastStoredAt);
    }
}
