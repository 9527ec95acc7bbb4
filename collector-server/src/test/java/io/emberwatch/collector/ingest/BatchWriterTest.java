package io.emberwatch.collector.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.alarm.AlarmEngine;
import io.emberwatch.collector.alarm.AlarmPolicy;
import io.emberwatch.collector.ingest.IngestItem.AnnouncedGpus;
import io.emberwatch.collector.model.LimitTable;
import io.emberwatch.collector.model.Registry;
import io.emberwatch.collector.model.Registry.SilencedMachines;
import io.emberwatch.collector.problem.ServiceProblems;
import io.emberwatch.collector.store.AlarmStore;
import io.emberwatch.collector.store.MessageIds;
import io.emberwatch.collector.store.ProbeSessionStore;
import io.emberwatch.collector.testing.Registered;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Scope;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

final class BatchWriterTest {
    private static final UUID BOOT = new UUID(1, 2);

    @AutoClose
    private final TestDatabase database = TestServer.MARIADB.create();

    /** Else a later batch would be acknowledged, and with it one that nobody has. */
    @Test
    void what_a_defect_has_kept_from_being_dealt_with_is_dealt_with_again() throws SQLException {
        AtomicInteger ofDefect = new AtomicInteger();
        AtomicInteger ofOther = new AtomicInteger();
        Ingest ingest = start();
        try {
            ingest.queue()
                    .offer(
                            batch(session("gpu07", () -> {
                                if (ofDefect.incrementAndGet() == 1) {
                                    throw new AssertionError("a defect");
                                }
                            })),
                            () -> {});
            ingest.queue().offer(batch(session("gpu08", ofOther::incrementAndGet)), () -> {});

            await().untilAsserted(() -> {
                assertThat(ofOther).hasValue(1);
                assertThat(ofDefect).hasValue(2);
            });
        } finally {
            ingest.drain(Duration.ofSeconds(10));
        }
        assertThat(database.query("SELECT sequence FROM reading")).containsExactly("1", "1");
    }

    private Ingest start() {
        Registry registry = new Registry(
                LimitTable.of(List.of()), Map.of(), new SilencedMachines(false, Set.of()), Set.of(), Set.of());
        return Ingest.start(
                new Ingest.Settings(1, 1 << 24, 2_000, Duration.ofMillis(500), Duration.ofMinutes(1)),
                database.database(),
                new AlarmStore(new MessageIds("watch.example.org")),
                new AlarmEngine(AlarmPolicy.standard()),
                () -> registry,
                new ServiceProblems(Clock.systemUTC()),
                Clock.systemUTC(),
                () -> {});
    }

    private Session session(String machine, Runnable whenStored) throws SQLException {
        int id = Registered.machine(database, machine);
        long epoch = database.database()
                .transact(connection -> new ProbeSessionStore()
                        .open(connection, new ProbeSessionStore.Opening(id, BOOT, "10.0.0.1:5", "1.0", Duration.ZERO)))
                .epoch();
        return new Session(id, machine, epoch, BOOT, new Session.Feedback() {
            @Override
            public void stored(IngestItem.Batch batch, AcknowledgedRange acknowledged) {
                whenStored.run();
            }

            @Override
            public void fenced(String why) {
                throw new AssertionError(why);
            }
        });
    }

    private static IngestItem batch(Session session) {
        Instant now = Instant.now();
        Reading reading = new Reading(1, now, MetricValues.empty(Scope.MACHINE), List.of());
        return new IngestItem.LiveBatch(session, AnnouncedGpus.NONE, List.of(reading), now, Duration.ZERO);
    }
}
