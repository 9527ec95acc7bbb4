package io.emberwatch.collector.fuzz;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.net.NetSettings;
import io.emberwatch.collector.net.limits.LimitSettings;
import io.emberwatch.collector.testing.CpuShare;
import io.emberwatch.collector.testing.SimulatedFleet;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestHeat;
import io.emberwatch.collector.testing.TestServer;
import io.netty.util.ResourceLeakDetector;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Feeds a live collector hostile frames until it has taken in as many as asked for, while 50 honest probes report to
 * it; then checks that nothing leaked, hangs, grew or got lost. Exits with 1 and says why if something did.
 */
public final class FuzzMain {
    private static final int HONEST = 50;
    private static final int HOSTILE_EACH = 10;
    private static final int THREADS = 2;
    private static final int ROUNDS = 5;
    private static final Duration QUIET = Duration.ofSeconds(5);
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final long GROWTH_ALLOWED_BYTES = 16 << 20;
    /** Of 99 in a hundred; like the next, on a machine that does nothing else. */
    private static final Duration USUAL_LATENCY = Duration.ofSeconds(5);
    /** Of all: the machine itself may stand still for some seconds. */
    private static final Duration LONGEST_LATENCY = Duration.ofSeconds(30);

    /** For what must come, however busy this machine is. */
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    /** All of it comes from one address, which must go on being heard. */
    private static final NetSettings NEVER_SHUT_OUT = TestCollectors.netWith(new LimitSettings(
            TestCollectors.ROOMY.address(),
            new LimitSettings.Failures(Integer.MAX_VALUE, Duration.ofSeconds(1), Duration.ofSeconds(1)),
            TestCollectors.ROOMY.machine(),
            TestCollectors.ROOMY.newHandshakes(),
            TestCollectors.ROOMY.maxUnauthenticated(),
            TestCollectors.ROOMY.maxUndeliveredBytes(),
            TestCollectors.ROOMY.proxyFrom()));

    private final long frames;
    private final long seed;
    private final LogWatch log;
    private final List<String> failures = new ArrayList<>();

    private FuzzMain(long frames, long seed, LogWatch log) {
        this.frames = frames;
        this.seed = seed;
        this.log = log;
    }

    /** Arguments: frames that the collector is to take in; optionally the seed. */
    public static void main(String[] arguments) throws Exception {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        LogWatch log = new LogWatch(System.err);
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
        FuzzMain run = new FuzzMain(Long.parseLong(arguments[0]), seed, log);
        run.run();
        run.failures.forEach(failure -> System.out.println("FAILED: " + failure));
        System.out.println(run.failures.isEmpty() ? "all well; seed " + seed : "seed " + seed);
        // The database server's shutdown hook ends it.
        System.exit(run.failures.isEmpty() ? 0 : 1);
    }

    private void run() throws Exception {
        try (TestDatabase database = TestServer.MARIADB.create()) {
            TestHeat.limitWithoutDelay(database);
            List<TestFleet.Member> machines = TestFleet.register(database.database(), HONEST + THREADS * HOSTILE_EACH);
            List<TestFleet.Member> honest = machines.subList(0, HONEST);
            try (Collector collector = TestCollectors.start(database.database(), NEVER_SHUT_OUT);
                    SimulatedFleet fleet = new SimulatedFleet(collector.address(), honest, TestHeat::values, 10)) {
                fleet.sampleEvery(INTERVAL);
                TimeUnit.MILLISECONDS.sleep(QUIET.toMillis());
                Latencies quiet = Latencies.of(fleet);
                CpuShare duringAttack = CpuShare.sinceNow();
                attack(collector, machines.subList(HONEST, machines.size()));
                Latencies underAttack = Latencies.of(fleet);
                System.out.println("latency of honest probes, median / 99 % / longest: quiet " + quiet
                        + ", under attack " + underAttack);
                System.out.printf(Locale.ROOT, "others left %.2f of this machine%n", duringAttack.left());
                if (quiet.sorted().isEmpty()) {
                    failures.add("no honest reading was acknowledged before the attack");
                }
                // How long the quiet ones took is not judged: of five seconds a machine that stands still may take all.
                check(underAttack, duringAttack);
                check(collector, fleet);
                List<Long> taken = fleet.takenByEach();
                forget(database, honest.get(HONEST - 1).id());
                check(() -> TestHeat.assertEverythingOnce(database, honest, taken));
            }
        }
        if (!log.unexpected().isEmpty()) {
            failures.add(log.unexpected().size() + " unexpected lines in the log, first: "
                    + log.unexpected().peek());
        }
    }

    /** What the hostile machines have stored is theirs to answer for. */
    private static void forget(TestDatabase database, int lastHonestId) {
        database.execute("DELETE FROM reading_rejected WHERE machine_id > " + lastHonestId);
        database.execute("DELETE FROM machine WHERE id > " + lastHonestId);
    }

    private void attack(Collector collector, List<TestFleet.Member> machines) throws InterruptedException {
        long heapAtFirst = 0;
        long start = System.nanoTime();
        for (int round = 1; round <= ROUNDS && failures.isEmpty(); round++) {
            long goal = frames * round / ROUNDS;
            attack(collector, machines, round, () -> collector.netCounters().frames() >= goal);
            long heap = heapBytesInUse();
            heapAtFirst = round == 1 ? heap : heapAtFirst;
            System.out.printf(
                    Locale.ROOT,
                    "%,d frames in %,d connections after %d s; heap %,d KiB; %,d lines logged%n",
                    collector.netCounters().frames(),
                    collector.netCounters().accepted(),
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
                    heap >> 10,
                    log.lines());
            if (heap > heapAtFirst + GROWTH_ALLOWED_BYTES) {
                failures.add("the heap has grown from " + heapAtFirst + " to " + heap + " bytes");
            }
        }
    }

    private void attack(Collector collector, List<TestFleet.Member> machines, int round, BooleanSupplier enough)
            throws InterruptedException {
        List<HostileClient> clients = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            HostileClient client = new HostileClient(
                    collector.address(),
                    machines.subList(i * HOSTILE_EACH, (i + 1) * HOSTILE_EACH),
                    new Random(seed + 1000L * round + i),
                    enough);
            clients.add(client);
            threads.add(new Thread(client, "hostile-" + i));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        clients.stream()
                .map(HostileClient::failure)
                .filter(text -> !text.isEmpty())
                .forEach(failures::add);
    }

    private void check(Collector collector, SimulatedFleet fleet) throws InterruptedException {
        await(
                "the hostile sessions to be gone",
                () -> collector.sessionCount() == HONEST
                        && collector.netCounters().open() == HONEST);
        fleet.stopSampling();
        await("all readings to be acknowledged", () -> fleet.acknowledged() == fleet.taken());
        if (fleet.reconnects() > 0) {
            failures.add("honest probes were cut off " + fleet.reconnects() + " times");
        }
    }

    private void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                failures.add("waited " + TIMEOUT.toSeconds() + " s for " + what);
                return;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private void check(Runnable assertion) {
        try {
            assertion.run();
        } catch (AssertionError e) {
            failures.add(e.getMessage());
        }
    }

    private void check(Latencies latencies, CpuShare share) {
        if (latencies.sorted().isEmpty()) {
            failures.add("no honest reading was acknowledged");
            return;
        }
        if (latencies.usual().compareTo(share.stretch(USUAL_LATENCY)) > 0) {
            failures.add("one in a hundred honest readings waited "
                    + latencies.usual().toMillis() + " ms for its acknowledgement");
        }
        if (latencies.longest().compareTo(share.stretch(LONGEST_LATENCY)) > 0) {
            failures.add("an honest reading waited " + latencies.longest().toMillis() + " ms for its acknowledgement");
        }
    }

    /** How long honest readings waited since somebody last asked. */
    private record Latencies(List<Duration> sorted) {
        static Latencies of(SimulatedFleet fleet) {
            return new Latencies(fleet.drainLatencies().stream().sorted().toList());
        }

        Duration usual() {
            return sorted.get(sorted.size() * 99 / 100);
        }

        Duration longest() {
            return sorted.get(sorted.size() - 1);
        }

        @Override
        public String toString() {
            return sorted.isEmpty()
                    ? "none"
                    : sorted.get(sorted.size() / 2).toMillis() + " / " + usual().toMillis() + " / "
                            + longest().toMillis() + " ms";
        }
    }

    private static long heapBytesInUse() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
