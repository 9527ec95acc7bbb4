package io.emberwatch.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.bench.FleetMain;
import io.emberwatch.collector.net.NetSettings;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestServer;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A large fleet needs no more memory and no more threads the longer it is connected. */
@Tag("integration")
class ManyConnectionsIT {
    private static final int MACHINES = 2000;
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final long GROWTH_ALLOWED_BYTES = 8 << 20;
    /** Threads that come and go by themselves: the connection pool's own, and those of the test runner. */
    private static final Pattern HELPER =
            Pattern.compile("database[ :].*|awaitility.*|ForkJoinPool.*|process reaper.*");

    /** Nobody is shut out and comes again, however long a busy machine takes to let in so many. */
    private static final NetSettings LONG_TIMEOUTS = new NetSettings(
            TestCollectors.NET.listen(),
            TestCollectors.NET.maxConnections(),
            Duration.ofMinutes(2),
            Duration.ofMinutes(2),
            TestCollectors.NET.pingInterval(),
            TestCollectors.NET.maxBatchesInFlight(),
            TestCollectors.ROOMY);

    @TempDir
    private Path folder;

    @Test
    void two_thousand_machines_at_5_s_run_without_growth() throws Exception {
        try (TestDatabase database = TestServer.MARIADB.create()) {
            List<TestFleet.Member> machines = TestFleet.register(database.database(), MACHINES);
            try (Collector collector = TestCollectors.start(database.database(), LONG_TIMEOUTS)) {
                Process fleet = startFleet(collector.address().getPort(), machines);
                try {
                    // They measure before they are connected, too, and some send much before others are in.
                    await().atMost(TIMEOUT).until(() -> collector.sessionCount() == MACHINES);
                    awaitFurtherReadings(collector, 2 * MACHINES);
                    long threads = threadCount();
                    long heap = heapBytesInUse();
                    assertThat(collector.sessionCount()).isEqualTo(MACHINES);

                    awaitFurtherReadings(collector, 2 * MACHINES);
                    assertThat(collector.sessionCount()).isEqualTo(MACHINES);
                    assertThat(collector.netCounters().accepted()).isEqualTo(MACHINES);
                    assertThat(threadCount()).as(ManyConnectionsIT::threadNames).isLessThanOrEqualTo(threads);
                    assertThat(heapBytesInUse()).isLessThan(heap + GROWTH_ALLOWED_BYTES);
                } finally {
                    fleet.destroy();
                    fleet.waitFor();
                }
            }
        }
    }

    private Process startFleet(int port, List<TestFleet.Member> machines) throws Exception {
        Path members = folder.resolve("machines.txt");
        Files.write(
                members,
                machines.stream()
                        .map(one ->
                                one.id() + " " + one.name() + " " + one.key().text())
                        .toList());
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        FleetMain.class.getName(),
                        Integer.toString(port),
                        members.toString(),
                        "1",
                        "1",
                        Long.toString(INTERVAL.toMillis()))
                .inheritIO()
                .start();
    }

    private static void awaitFurtherReadings(Collector collector, long count) {
        long goal = collector.ingestCounters().readings() + count;
        await().atMost(TIMEOUT).until(() -> collector.ingestCounters().readings() >= goal);
    }

    private static long threadCount() {
        return threadNames().lines().count();
    }

    /** One a line, without the helpers. */
    private static String threadNames() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !HELPER.matcher(name).matches())
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    private static long heapBytesInUse() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
