package io.emberwatch.collector.bench;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.ReadingStore;
import io.emberwatch.collector.store.ReadingStore.ReadingRow;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How many readings a second the collector stores durably from 1,000 machines, as a ratio to how many rows a second the
 * same database takes in the same form from two bare connections that do nothing else. The fleet is a process of its
 * own; all of it shares one machine.
 */
public final class IngestBench {
    private static final int MACHINES = 1000;
    private static final int READINGS_IN_FRAME = 50;
    private static final int RAW_CONNECTIONS = 2;
    private static final int RAW_ROWS_IN_STATEMENT = 1000;

    private final int readingsEach;
    private final int rounds;

    private IngestBench(int readingsEach, int rounds) {
        this.readingsEach = readingsEach;
        this.rounds = rounds;
    }

    /** Arguments: MARIADB or MYSQL; readings for each machine; rounds. */
    public static void main(String[] arguments) throws Exception {
        TestServer server = TestServer.valueOf(arguments[0]);
        new IngestBench(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2])).run(server);
        // The servers' shutdown hooks end them.
        System.exit(0);
    }

    private void run(TestServer server) throws Exception {
        for (int round = 1; round <= rounds; round++) {
            double raw = raw(server);
            double collector = collector(server);
            System.out.printf(
                    Locale.ROOT,
                    "%s round %d: collector %,.0f readings/s, raw ceiling %,.0f rows/s, ratio %.0f %%%n",
                    server,
                    round,
                    collector,
                    raw,
                    100 * collector / raw);
        }
    }

    private double raw(TestServer server) throws Exception {
        try (TestDatabase database = server.create()) {
            int rowsEach = MACHINES * readingsEach / RAW_CONNECTIONS;
            List<Thread> threads = new ArrayList<>();
            long start = System.nanoTime();
            for (int i = 0; i < RAW_CONNECTIONS; i++) {
                int first = i * rowsEach;
                Thread thread = new Thread(() -> insertRaw(database.database(), first, rowsEach));
                thread.start();
                threads.add(thread);
            }
            for (Thread thread : threads) {
                thread.join();
            }
            return MACHINES * readingsEach / ((System.nanoTime() - start) / 1e9);
        }
    }

    private static void insertRaw(Database database, int first, int count) {
        ReadingStore store = new ReadingStore();
        Instant now = Instant.now();
        for (int done = 0; done < count; done += RAW_ROWS_IN_STATEMENT) {
            List<ReadingRow> rows = new ArrayList<>(RAW_ROWS_IN_STATEMENT);
            for (int i = done; i < Math.min(count, done + RAW_ROWS_IN_STATEMENT); i++) {
                long sequence = ((long) first + i) / MACHINES + 1;
                rows.add(new ReadingRow(
                        (first + i) % MACHINES + 1,
                        sequence,
                        now.plusMillis(sequence),
                        FullReadings.values(sequence),
                        Map.of(),
                        Map.of()));
            }
            try {
                database.transact(connection -> {
                    store.insert(connection, rows, now);
                    return rows.size();
                });
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private double collector(TestServer server) throws Exception {
        Path members = Files.createTempFile("fleet", ".txt");
        try (TestDatabase database = server.create()) {
            List<TestFleet.Member> fleet = TestFleet.register(database.database(), MACHINES);
            Files.write(
                    members,
                    fleet.stream()
                            .map(one -> one.id() + " " + one.name() + " "
                                    + one.key().text())
                            .collect(Collectors.toList()));
            try (Collector collector = TestCollectors.start(database.database())) {
                String[] result =
                        runFleet(collector.address().getPort(), members).split(" ", -1);
                long stored = Long.parseLong(
                        database.query("SELECT COUNT(*) FROM reading").get(0));
                if (stored != (long) MACHINES * readingsEach) {
                    throw new IllegalStateException("stored " + stored + " of " + MACHINES * readingsEach);
                }
                System.out.printf(
                        Locale.ROOT,
                        "    %d machines connected in %s s, %d transactions of %d readings on average%n",
                        MACHINES,
                        result[2],
                        collector.ingestCounters().transactions(),
                        stored / collector.ingestCounters().transactions());
                return stored / Double.parseDouble(result[1]);
            }
        } finally {
            Files.delete(members);
        }
    }

    private String runFleet(int port, Path members) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        FleetMain.class.getName(),
                        Integer.toString(port),
                        members.toString(),
                        Integer.toString(readingsEach),
                        Integer.toString(READINGS_IN_FRAME))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = output.readLine();
            process.waitFor();
            return line;
        }
    }
}
