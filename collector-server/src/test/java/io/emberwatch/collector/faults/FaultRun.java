package io.emberwatch.collector.faults;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** One run: start everything, spoil it for a while, leave it in peace, and draw up the ledger. */
final class FaultRun {
    private static final Path FOLDER = Path.of("target", "faults");
    private static final Duration WARM_UP = Duration.ofSeconds(2);

    private final FaultSettings settings;
    private final PrintStream out;

    FaultRun(FaultSettings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    /** Returns whether all is well; else what is not was printed, and logs are kept. */
    boolean run() throws Exception {
        out.println(settings);
        Path folder = Files.createDirectories(FOLDER).toRealPath().resolve("seed-" + settings.seed());
        deleteTree(folder);
        boolean well = false;
        try {
            well = run(Files.createDirectories(folder)).isEmpty();
        } finally {
            if (well) {
                deleteTree(folder);
            } else {
                out.println("logs and spools are kept in " + folder);
            }
            out.println((well ? "all well; seed " : "FAILED; seed ") + settings.seed());
        }
        return well;
    }

    private List<String> run(Path folder) throws Exception {
        List<PlannedFault> plan = FaultPlan.of(
                settings.seed(), settings.length(), settings.probes(), settings.kills(), settings.others());
        try (Rig rig = new Rig(settings, folder)) {
            rig.start();
            LedgerQueries queries = new LedgerQueries(rig.database());
            FaultDriver driver = new FaultDriver(rig, out);
            driver.keepFor(WARM_UP);
            driver.run(plan);
            driver.say("from now on all is left in peace");
            List<String> problems = new ArrayList<>(new Drain(rig, driver, queries).run());
            driver.stopCollector();
            driver.say("all is stopped");
            LedgerReport report = new LedgerReport(
                    rig.probes().stream().map(probe -> ledger(probe, queries)).toList(),
                    Rig.LIMITS,
                    rig.mail().taken(),
                    driver.excuses());
            problems.addAll(driver.problems());
            problems.addAll(report.problems());
            problems.addAll(leftovers(queries));
            report.print(out, plan, problems);
            return problems;
        }
    }

    private static MachineLedger ledger(ProbeUnderTest probe, LedgerQueries queries) {
        int id = probe.machine().id();
        return new MachineLedger(
                probe.machine().name(),
                probe.log().taken(),
                probe.kills(),
                probe.mayBeLost(),
                queries.readings(
                        id, Rig.LIMITS.stream().map(WatchedLimit::metric).toList()),
                queries.gaps(id),
                queries.lastSequence(id),
                queries.alarms(id));
    }

    private static List<String> leftovers(LedgerQueries queries) {
        List<String> found = new ArrayList<>();
        for (String condition : List.of(
                "reading_rejected",
                "probe_session WHERE state <> 'stopped'",
                "probe_session WHERE history_from IS NOT NULL",
                "alarm WHERE is_history = 1")) {
            int count = queries.count(condition);
            if (count > 0) {
                found.add(count + " rows are left in " + condition);
            }
        }
        return found;
    }

    private static void deleteTree(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> tree = Files.walk(folder)) {
                for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
