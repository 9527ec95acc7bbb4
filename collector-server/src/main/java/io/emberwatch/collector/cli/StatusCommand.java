package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Columns;
import io.emberwatch.collector.cli.print.Format;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.OverviewStore;
import io.emberwatch.collector.store.OverviewStore.FleetOverview;
import io.emberwatch.collector.store.ServiceProblemStore;
import io.emberwatch.collector.store.ServiceProblemStore.StoredProblem;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "status",
        description = "Sum up the fleet: machines, links, firing alarms, mails; and problems of the service itself.")
final class StatusCommand extends DatabaseCommand {
    private static final int MOST_PROBLEMS = 20;
    private static final Columns<StoredProblem> PROBLEMS = Columns.of(StoredProblem.class)
            .forScripts("kind", StoredProblem::kind)
            .forScripts("meaning", StoredProblem::meaning)
            .forScripts("subject", StoredProblem::subject)
            .forScripts("text", StoredProblem::text)
            .forScripts("open", StoredProblem::isOpen)
            .forScripts("first_at", StoredProblem::firstAt)
            .forScripts("last_at", StoredProblem::lastAt)
            .forScripts("count", StoredProblem::count)
            .forScripts("collector", StoredProblem::collector);

    @Mixin
    private JsonOption json;

    @Override
    void run(Database database) throws SQLException {
        FleetOverview fleet = database.transact(new OverviewStore()::fleet);
        List<StoredProblem> problems =
                database.transact(connection -> new ServiceProblemStore().recent(connection, now(), MOST_PROBLEMS + 1));
        List<StoredProblem> shown = problems.subList(0, Math.min(problems.size(), MOST_PROBLEMS));
        Columns<FleetOverview> columns = columns(now());
        Map<String, Object> object = new LinkedHashMap<>(columns.object(fleet));
        object.put("problems", PROBLEMS.objects(shown));
        String more = problems.size() > MOST_PROBLEMS ? "\n  and more, in table service_problem\n" : "";
        json.print(shell(), object, columns.sheet(fleet) + inWords(shown) + more);
    }

    private String inWords(List<StoredProblem> problems) {
        return problems.isEmpty()
                ? ""
                : "\nproblems of the service, the most urgent first\n"
                        + problems.stream().map(this::inWords).collect(Collectors.joining());
    }

    private String inWords(StoredProblem problem) {
        String when = problem.isOpen()
                ? "since " + Format.at(problem.firstAt(), now()) + ", last seen " + Format.ago(problem.lastAt(), now())
                : "over since " + Format.at(problem.lastAt(), now());
        return "\n  " + problem.meaning() + ": " + problem.subject()
                + "\n    " + problem.text()
                + "\n    " + when + ", " + problem.count() + (problem.count() == 1 ? " time" : " times")
                + ", collector "
                + problem.collector() + "\n";
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
