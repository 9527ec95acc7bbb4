package io.emberwatch.collector.cli;

import io.emberwatch.collector.model.EffectiveLimit;
import io.emberwatch.collector.model.LimitPlace;
import io.emberwatch.collector.model.LimitTable;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.collector.model.StoredLimit;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.LimitStore;
import io.emberwatch.protocol.Metric;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "set",
        description = {
            "Set a limit, of the whole fleet or of one machine or GPU.",
            "Without --clear or --for, the distance and the time of the limit that held so far are kept."
        })
final class LimitSet extends DatabaseCommand {
    private final LimitStore limits = new LimitStore();

    @Parameters(paramLabel = "METRIC", description = "For example cpu_temp_c.")
    private String metric;

    @Option(names = "--warning", paramLabel = "VALUE", description = "From which value on to warn, or off.")
    private String warning;

    @Option(names = "--critical", paramLabel = "VALUE", description = "From which value on it is critical, or off.")
    private String critical;

    @Option(names = "--clear", paramLabel = "VALUE", description = "At which value the alarm is over.")
    private String clear;

    @Option(names = "--for", paramLabel = "TIME", description = "How long it must last, for example 10s.")
    private String holdFor;

    @Mixin
    private LimitTarget target;

    @Mixin
    private JsonOption json;

    /**
     * What came of it.
     *
     * @param now the limits that were set, as they count
     * @param doubts what may be a slip
     */
    private record Outcome(List<EffectiveLimit> now, List<String> doubts) {}

    LimitSet(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        Outcome outcome = database.transact(this::set);
        StringBuilder text = new StringBuilder();
        for (EffectiveLimit limit : outcome.now()) {
            text.append(limit.severity() + " limit of " + target.name() + " on " + limit.metric() + ": "
                    + LimitTexts.sentence(limit) + "\n");
        }
        json.print(shell(), new LimitTexts(Map.of()).describe(target.machineOrFleet(), outcome.now()), text.toString());
        outcome.doubts().forEach(shell()::note);
    }

    private Outcome set(Connection connection) throws SQLException {
        Metric limited = Lookup.metric(metric);
        if (warning == null && critical == null) {
            throw new UsageProblem("give --warning VALUE or --critical VALUE");
        }
        if (warning != null && critical != null && clear != null) {
            throw new UsageProblem("--clear goes with one limit: set --warning and --critical one after the other");
        }
        LimitPlace place = target.find(connection);
        LimitChange change = new LimitChange(limited, place, LimitTable.of(limits.list(connection)));
        List<StoredLimit> wanted = new ArrayList<>();
        Optional.ofNullable(warning).ifPresent(value -> wanted.add(change.to(Severity.WARNING, value, clear, holdFor)));
        Optional.ofNullable(critical)
                .ifPresent(value -> wanted.add(change.to(Severity.CRITICAL, value, clear, holdFor)));
        for (StoredLimit limit : wanted) {
            limits.put(connection, limit);
        }
        List<EffectiveLimit> all = LimitChange.at(LimitTable.of(limits.list(connection)), place);
        List<EffectiveLimit> now = all.stream()
                .filter(limit -> limit.metric() == limited
                        && wanted.stream().anyMatch(set -> set.severity() == limit.severity()))
                .toList();
        List<String> doubts = Stream.of(
                        LimitDoubts.aboutCard(connection, place, target.machineOrFleet()),
                        LimitDoubts.aboutOrder(limited, all))
                .flatMap(Optional::stream)
                .toList();
        return new Outcome(now, doubts);
    }
}
