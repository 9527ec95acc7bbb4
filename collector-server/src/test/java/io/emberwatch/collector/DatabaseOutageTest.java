package io.emberwatch.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.ingest.Ingest;
import io.emberwatch.collector.testing.DatabaseServer;
import io.emberwatch.collector.testing.SimulatedFleet;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestHeat;
import io.emberwatch.collector.testing.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A database that is away for 20 s under load costs time, but no reading and no alarm. */
@Tag("integration")
@Execution(ExecutionMode.CONCURRENT)
class DatabaseOutageTest {
    private static final Duration OUTAGE = Duration.ofSeconds(17);
    /** A tenth of a second each: time alone may pass while this machine stands still. */
    private static final int LOOKS_UNTIL_QUIET = 30;

    /** Whatever waits until the database is back is still judged, however long a busy machine takes for that. */
    private static final Ingest.Settings JUDGES_ALL = new Ingest.Settings(
            TestCollectors.INGEST.writers(),
            TestCollectors.INGEST.queueBytes(),
            TestCollectors.INGEST.maxBatchReadings(),
            TestCollectors.INGEST.linger(),
            Duration.ofMinutes(10));

    @ParameterizedTest
    @EnumSource
    void a_database_that_is_killed_and_comes_back_loses_and_doubles_nothing(TestServer kind) throws Exception {
        try (DatabaseServer server = kind.startPrivate();
                TestDatabase database = server.createDatabase()) {
            List<TestFleet.Member> machines = TestFleet.register(database.database(), 50);
            TestHeat.limitWithoutDelay(database);
            try (Collector collector = TestCollectors.start(database.database(), JUDGES_ALL);
                    SimulatedFleet fleet = new SimulatedFleet(collector.address(), machines, TestHeat::values, 10)) {
                fleet.sampleEvery(Duration.ofMillis(50));
                await().until(() -> fleet.acknowledged() > 5_000);

                server.kill();
                // Acknowledgements that were on their way when it was killed are all that may come.
                long acknowledgedBefore = onceNoMoreCome(fleet);
                await().pollDelay(OUTAGE).until(() -> true);
                long acknowledgedInOutage = fleet.acknowledged() - acknowledgedBefore;
                server.start();

                await().atMost(Duration.ofMinutes(3)).until(() -> fleet.acknowledged() > acknowledgedBefore + 25_000);
                fleet.stopSampling();
                await().atMost(Duration.ofMinutes(3)).until(() -> fleet.acknowledged() == fleet.taken());

                assertThat(acknowledgedInOutage).isZero();
                TestHeat.assertEverythingOnce(database, machines, fleet.takenByEach());
            }
        }
    }

    private static long onceNoMoreCome(SimulatedFleet fleet) {
        AtomicLong last = new AtomicLong(-1);
        AtomicInteger looks = new AtomicInteger();
        await().pollInterval(Duration.ofMillis(100)).until(() -> {
            long now = fleet.acknowledged();
            looks.set(last.getAndSet(now) == now ? looks.get() + 1 : 0);
            return looks.get() == LOOKS_UNTIL_QUIET;
        });
        return last.get();
    }
}
