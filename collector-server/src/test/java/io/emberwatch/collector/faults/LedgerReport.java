package io.emberwatch.collector.faults;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All checks of all books together, and the table at the end of a run. */
final class LedgerReport {
    private static final int MOST_PROBLEMS_SHOWN = 50;

    private final List<MachineLedger> machines;
    private final List<Delivery> deliveries;
    private final List<String> problems = new ArrayList<>();
    private final MailCheck mails;
    private int lost;
    private int duplicated;
    private int alarmsExpected;

    LedgerReport(
            List<MachineLedger> machines, List<WatchedLimit> limits, List<Delivery> deliveries, List<Excuse> excuses) {
        this.machines = machines;
        this.deliveries = deliveries;
        for (MachineLedger machine : machines) {
            ReadingCheck readings = new ReadingCheck(machine);
            AlarmCheck alarms = new AlarmCheck(machine, limits);
            problems.addAll(readings.problems());
            problems.addAll(alarms.problems());
            lost += readings.lost();
            duplicated += readings.duplicated();
            alarmsExpected += alarms.expected();
        }
        mails = new MailCheck(machines, deliveries, excuses);
        problems.addAll(mails.problems());
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    void print(PrintStream out, List<PlannedFault> plan, List<String> allProblems) {
        for (FaultKind kind : FaultKind.values()) {
            long count = plan.stream().filter(fault -> fault.kind() == kind).count();
            if (count > 0) {
                row(out, kind.words(), count);
            }
        }
        row(
                out,
                "kills in all",
                plan.stream().filter(fault -> fault.kind().isKill()).count());
        row(
                out,
                "readings taken",
                sum(machines.stream().map(MachineLedger::taken).toList()));
        row(
                out,
                "readings stored",
                sum(machines.stream().map(MachineLedger::stored).toList()));
        row(out, "readings stored that no probe had time to speak of", unlogged());
        row(out, "readings lost", lost);
        row(out, "gaps reported", sum(machines.stream().map(MachineLedger::gaps).toList()));
        row(out, "readings stored twice", duplicated);
        row(out, "alarms expected", alarmsExpected);
        row(
                out,
                "alarms found",
                sum(machines.stream().map(MachineLedger::alarms).toList()));
        row(out, "mails expected", mails.expected());
        row(out, "mails at the mail server", deliveries.size());
        for (Map.Entry<String, Integer> entry : mails.duplicatesByReason().entrySet()) {
            row(out, "mails that came again: " + entry.getKey(), entry.getValue());
        }
        allProblems.stream().limit(MOST_PROBLEMS_SHOWN).forEach(problem -> out.println("FAILED: " + problem));
        if (allProblems.size() > MOST_PROBLEMS_SHOWN) {
            out.println("FAILED: and " + (allProblems.size() - MOST_PROBLEMS_SHOWN) + " more");
        }
    }

    private long unlogged() {
        return machines.stream()
                .mapToLong(machine -> machine.stored().stream()
                        .filter(reading ->
                                machine.taken().stream().noneMatch(taken -> taken.sequence() == reading.sequence()))
                        .count())
                .sum();
    }

    private static long sum(List<? extends List<?>> lists) {
        return lists.stream().mapToLong(List::size).sum();
    }

    private static void row(PrintStream out, String what, long count) {
        out.printf("%8d  %s%n", count, what);
    }
}
