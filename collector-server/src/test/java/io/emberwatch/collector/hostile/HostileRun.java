package io.emberwatch.collector.hostile;

import io.emberwatch.collector.faults.Delivery;
import io.emberwatch.collector.faults.MailLedger;
import io.emberwatch.collector.testing.CollectorProcess;
import io.emberwatch.collector.testing.CpuShare;
import io.emberwatch.collector.testing.DatabaseServer;
import io.emberwatch.collector.testing.SimulatedFleet;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestServer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Hostile boxes beside honest machines: a real collector with little memory, a real database, a mail server. Prints what
 * it cost the honest ones, and what it left behind.
 */
final class HostileRun {
    private static final Duration QUIET = Duration.ofSeconds(5);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int BATCH = 100;
    private static final int HEAP_MIB = 256;
    /** For what must come, however busy this machine is. */
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private static final int LOSSES_SHOWN = 10;

    private final HostileSettings settings;
    private final Path folder;
    private final PrintStream out;

    HostileRun(HostileSettings settings, Path folder, PrintStream out) {
        this.settings = settings;
        this.folder = folder;
        this.out = out;
    }

    /**
     * What honest machines met, the one that was locked left out.
     *
     * @param acknowledgements how long each of their readings waited
     * @param mails how long each of their alarms was on its way to the mail server
     * @param othersLeft share of this machine's processors that other processes left
     * @param stoodStill how long the machine stood still for all
     * @param lost what of honest machines is not stored, stored twice, or was not mailed, for a person
     * @param tooLarge tables that hold more rows than the machines may fill
     */
    record Outcome(
            Figures quiet,
            Figures acknowledgements,
            Figures mails,
            double othersLeft,
            Duration stoodStill,
            boolean isAlive,
            boolean isOutOfMemory,
            List<String> lost,
            List<String> tooLarge) {
        boolean isInTime(Duration acknowledgedWithin, Duration mailedWithin) {
            return acknowledgements.usual().compareTo(stretch(acknowledgedWithin)) < 0
                    && mails.longest().compareTo(stretch(mailedWithin)) < 0;
        }

        /** As much time on this machine, as it was then, as this much on one that does nothing else. */
        Duration stretch(Duration time) {
            return Duration.ofMillis(Math.round(time.toMillis() / othersLeft)).plus(stoodStill);
        }
    }

    Outcome run() throws Exception {
        Instant begun = Instant.now();
        out.println("hostile run: " + settings + " in " + folder);
        try (DatabaseServer server = TestServer.MARIADB.startPrivate();
                TestDatabase database = server.createDatabase();
                MailLedger mail = new MailLedger();
                CollectorProcess collector = collector(database, mail)) {
            database.execute("UPDATE fleet_limit SET for_s = 0 WHERE metric = 'cpu_temp_c' AND severity = 'critical'");
            List<TestFleet.Member> machines =
                    TestFleet.register(database.database(), settings.honest() + settings.boxes());
            List<TestFleet.Member> honest = machines.subList(0, settings.honest());
            List<TestFleet.Member> boxes = machines.subList(settings.honest(), machines.size());
            giveToAnother(database, boxes);
            Map<String, HonestMachine> models = new LinkedHashMap<>();
            honest.forEach(machine -> models.put(machine.name(), new HonestMachine(machine.name())));
            collector.start();
            TestFleet.Member locked = honest.get(honest.size() - 1);
            Function<TestFleet.Member, HonestMachine> model = member -> models.get(member.name());
            try (SimulatedFleet fleet = new SimulatedFleet(
                            collector.address(), honest.subList(0, honest.size() - 1), BATCH, model::apply);
                    SimulatedFleet alone =
                            new SimulatedFleet(collector.address(), List.of(locked), BATCH, model::apply)) {
                await("honest machines to be connected", () -> fleet.connected() == honest.size() - 1);
                fleet.sampleEvery(INTERVAL);
                alone.sampleEvery(INTERVAL);
                await("each to be acknowledged", () -> fleet.acknowledged() > 2L * honest.size());
                fleet.drainLatencies();
                TimeUnit.MILLISECONDS.sleep(QUIET.toMillis());
                Figures quiet = Figures.of(fleet.drainLatencies());
                Map<String, Long> rowsAtFirst = rows(database);
                CpuShare share = CpuShare.sinceNow();
                MemoryWatch memory = MemoryWatch.start(collector.pid());
                heat(
                        List.copyOf(models.values()),
                        fleet.takenByEach().stream()
                                .mapToLong(Long::longValue)
                                .max()
                                .orElseThrow());
                attack(collector, database, boxes, locked, models);
                double left = share.left();
                String processorTime = processorTime();
                memory.close();

                TimeUnit.MILLISECONDS.sleep(QUIET.toMillis());
                fleet.stopSampling();
                alone.stopSampling();
                List<String> lost = new ArrayList<>();
                boolean settled =
                        settles(() -> fleet.acknowledged() == fleet.taken() && alone.acknowledged() == alone.taken());
                if (!settled) {
                    lost.add("after " + TIMEOUT.toSeconds() + " s " + (fleet.taken() - fleet.acknowledged())
                            + " readings of honest machines are not acknowledged, and of the locked one "
                            + (alone.taken() - alone.acknowledged()));
                }
                Figures acknowledgements = Figures.of(fleet.drainLatencies());
                Figures ofLocked = Figures.of(alone.drainLatencies());
                List<Long> taken = Stream.concat(fleet.takenByEach().stream(), alone.takenByEach().stream())
                        .toList();
                lost.addAll(notStoredOnce(database, honest, taken));
                Figures mails = Figures.of(mailTimes(database, mail, honest, models, taken, locked, lost));

                out.println("acknowledgements of honest machines before: " + quiet);
                out.println("                                    meanwhile: " + acknowledgements);
                out.println("  of the one that an admin locks, not judged: " + ofLocked);
                out.println("honest machines were cut off " + fleet.reconnects() + " times, the locked one "
                        + alone.reconnects());
                out.println("alarm to mail of honest machines: " + mails);
                out.printf(Locale.ROOT, "others left %.2f of this machine%n", left);
                out.println("processor time until then: " + processorTime);
                out.println(
                        "memory of the collector: " + memory + ", heap after collections: " + heapAfterCollections());
                out.println(lost.size() + " things of honest machines were lost or are late");
                lost.stream().limit(LOSSES_SHOWN).forEach(loss -> out.println("  " + loss));
                Map<String, Long> rows = rows(database);
                print(rowsAtFirst, rows);
                printProblems(database);
                boolean isOutOfMemory = log().contains("OutOfMemoryError");
                return new Outcome(
                        quiet,
                        acknowledgements,
                        mails,
                        left,
                        share.stoodStill(),
                        collector.isAlive(),
                        isOutOfMemory,
                        lost,
                        Ceilings.exceeded(
                                rows,
                                settings,
                                Duration.between(begun, Instant.now()).toSeconds() / 60.0));
            }
        }
    }

    private CollectorProcess collector(TestDatabase database, MailLedger mail) throws IOException {
        return new CollectorProcess(
                        database.settings(),
                        folder,
                        "--mail-url=smtp://127.0.0.1:" + mail.address().getPort(),
                        "--mail-from=emberwatch@hostile.example",
                        "--data-dir=" + folder.resolve("data"))
                .withJavaOptions("-Xmx" + HEAP_MIB + "m -Xlog:gc:file=" + folder.resolve("gc.log"));
    }

    /**
     * All become hot once within the time of the attack, one after the other: that of the last one while the admin's
     * transaction is open.
     */
    private void heat(List<HonestMachine> models, long lastTaken) {
        long seconds = Math.min(140, settings.length().toSeconds());
        for (int i = 0; i < models.size(); i++) {
            boolean isLocked = i == models.size() - 1;
            long after = isLocked ? settings.length().toSeconds() / 2 : seconds * i / models.size();
            models.get(i).becomesHotAt(lastTaken + 2 + after);
        }
    }

    private void attack(
            CollectorProcess collector,
            TestDatabase database,
            List<TestFleet.Member> boxes,
            TestFleet.Member locked,
            Map<String, HonestMachine> models)
            throws InterruptedException, SQLException {
        List<String> gpusOfOthers = models.values().stream()
                .flatMap(model -> model.gpus().stream().map(gpu -> gpu.uuid()))
                .limit(64)
                .toList();
        long start = System.nanoTime();
        try (HostileFleet fleet = new HostileFleet(collector.address(), boxes, settings, gpusOfOthers);
                AdminTransaction admin = new AdminTransaction(database, locked, settings)) {
            while (System.nanoTime() - start < settings.length().toNanos() && collector.isAlive()) {
                TimeUnit.MILLISECONDS.sleep(200);
            }
            fleet.summary().forEach(out::println);
            out.println("the admin's transaction: " + admin);
        }
    }

    private static void giveToAnother(TestDatabase database, List<TestFleet.Member> boxes) {
        database.execute("INSERT INTO owner (name, mail) VALUES ('Mallory', 'mallory@example.org')");
        for (TestFleet.Member box : boxes) {
            database.execute("UPDATE machine SET owner_id = (SELECT id FROM owner WHERE name = 'Mallory') WHERE id = "
                    + box.id());
        }
    }

    private static List<String> notStoredOnce(TestDatabase database, List<TestFleet.Member> honest, List<Long> taken) {
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < honest.size(); i++) {
            TestFleet.Member machine = honest.get(i);
            String stored = database.query("SELECT CONCAT(COUNT(*), ' ', COUNT(DISTINCT sequence), ' ',"
                            + " COALESCE(MAX(sequence), 0)) FROM reading WHERE machine_id = " + machine.id())
                    .get(0);
            String expected = taken.get(i) + " " + taken.get(i) + " " + taken.get(i);
            if (!stored.equals(expected)) {
                problems.add(machine.name() + ": stored are " + stored + " readings, taken were " + expected);
            }
        }
        int last = honest.get(honest.size() - 1).id();
        String rejected = database.query("SELECT COUNT(*) FROM reading_rejected WHERE machine_id <= " + last)
                .get(0);
        if (!rejected.equals("0")) {
            problems.add(rejected + " honest readings were rejected");
        }
        return problems;
    }

    /** From the reading to the mail server, of each alarm that was to be raised. */
    private List<Duration> mailTimes(
            TestDatabase database,
            MailLedger mail,
            List<TestFleet.Member> honest,
            Map<String, HonestMachine> models,
            List<Long> taken,
            TestFleet.Member locked,
            List<String> lost)
            throws InterruptedException {
        String ofHonest = " FROM mail_outbox o JOIN alarm a ON a.id = o.alarm_id WHERE o.kind = 'raised'"
                + " AND a.metric = 'cpu_temp_c' AND a.severity = 'critical' AND a.machine_id = ";
        Map<String, Delivery> delivered = new HashMap<>();
        List<Duration> times = new ArrayList<>();
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        for (int i = 0; i < honest.size(); i++) {
            TestFleet.Member machine = honest.get(i);
            long expected = models.get(machine.name()).alarmsWithin(taken.get(i));
            List<String> mails =
                    database.query("SELECT CONCAT(o.message_id, ' ', DATE_FORMAT(a.raised_at, '%Y-%m-%dT%T.%fZ'))"
                            + ofHonest + machine.id() + " ORDER BY o.id");
            if (mails.size() != expected) {
                lost.add(machine.name() + ": " + expected + " alarms were to be mailed, and " + mails.size() + " were");
            }
            for (String row : mails) {
                String[] idAndTime = row.split(" ", 2);
                while (!delivered.containsKey(idAndTime[0]) && System.nanoTime() < deadline) {
                    TimeUnit.MILLISECONDS.sleep(100);
                    mail.taken().forEach(each -> delivered.putIfAbsent(each.messageId(), each));
                }
                Delivery delivery = delivered.get(idAndTime[0]);
                if (delivery == null) {
                    lost.add(machine.name() + ": a mail was not delivered within " + TIMEOUT.toSeconds() + " s");
                } else if (!machine.equals(locked)) {
                    times.add(Duration.between(Instant.parse(idAndTime[1]), delivery.at()));
                }
            }
        }
        return times;
    }

    private static Map<String, Long> rows(TestDatabase database) {
        return database
                .query("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
                        + " AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'flyway%' ORDER BY 1")
                .stream()
                .collect(Collectors.toMap(
                        Function.identity(),
                        table -> Long.parseLong(
                                database.query("SELECT COUNT(*) FROM " + table).get(0)),
                        (one, other) -> one,
                        TreeMap::new));
    }

    private void print(Map<String, Long> rowsAtFirst, Map<String, Long> rows) {
        double minutes = settings.length().toMillis() / 60_000.0;
        rows.forEach((table, count) -> out.printf(
                Locale.ROOT,
                "%-20s %,12d rows, %,12.0f a minute%n",
                table,
                count,
                (count - rowsAtFirst.getOrDefault(table, 0L)) / minutes));
    }

    private void printProblems(TestDatabase database) {
        List<String> problems = database.query(
                "SELECT CONCAT(kind, ': ', COUNT(*), ' subjects, seen ', SUM(seen_count), ' times, for example ',"
                        + " MIN(CONCAT(subject, ': ', text))) FROM service_problem GROUP BY kind");
        out.println(problems.size() + " kinds of problems were reported");
        problems.forEach(problem -> out.println("  " + problem));
    }

    /** Of this process, which plays all machines, and of those that it has started. */
    private static String processorTime() {
        ProcessHandle self = ProcessHandle.current();
        return Stream.concat(Stream.of(self), self.descendants())
                .map(ProcessHandle::info)
                .map(process -> Path.of(process.command().orElse("?")).getFileName() + " "
                        + process.totalCpuDuration().orElse(Duration.ZERO).toMillis() + " ms")
                .collect(Collectors.joining(", "));
    }

    /** What the collector's own log of its collections says. */
    private String heapAfterCollections() throws IOException {
        List<Integer> after = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("gc.log"))) {
            int arrow = line.indexOf("M->");
            if (arrow > 0) {
                after.add(Integer.parseInt(line.substring(arrow + 3, line.indexOf('M', arrow + 3))));
            }
        }
        after.sort(null);
        return after.isEmpty()
                ? "none"
                : after.size() + ", median " + after.get(after.size() / 2) + " MiB, most " + after.get(after.size() - 1)
                        + " of " + HEAP_MIB + " MiB";
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("collector.log"));
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        if (!settles(condition)) {
            throw new IllegalStateException("waited " + TIMEOUT.toSeconds() + " s for " + what);
        }
    }

    private static boolean settles(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return true;
    }
}
