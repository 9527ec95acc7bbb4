package io.emberwatch.collector.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.store.ReadingStore.RejectedReading;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.Registered;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.GpuValues;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Scope;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What cannot be stored is set aside, whatever it is, and does not fill the database. */
@EveryServer
class ReadingStoreTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final UUID BOOT = new UUID(1, 2);

    @AutoClose
    private final TestDatabase database;

    private final int machine;
    private final ReadingStore store = new ReadingStore();

    ReadingStoreTest(TestServer server) {
        database = server.create();
        machine = Registered.machine(database, "box1");
    }

    @Test
    void the_largest_reading_is_set_aside_abridged() throws SQLException {
        Reading largest = largest(1);
        assertThat(largest.toString()).hasSizeGreaterThan(50_000);

        reject(List.of(rejected(largest, "x".repeat(10_000))));

        assertThat(database.query("SELECT CHAR_LENGTH(content) FROM reading_rejected"))
                .containsExactly("4000");
        assertThat(database.query("SELECT CHAR_LENGTH(reason) FROM reading_rejected"))
                .containsExactly("500");
    }

    @Test
    void no_machine_has_more_than_a_thousand_set_aside_and_each_is_there_once() throws SQLException {
        for (long first : new long[] {1, 1, 301, 601, 901, 1201}) {
            reject(LongStream.range(first, first + 300)
                    .mapToObj(sequence -> rejected(reading(sequence), "no"))
                    .toList());
        }

        assertThat(database.query("SELECT COUNT(*) FROM reading_rejected WHERE machine_id = " + machine))
                .containsExactly("1000");
        assertThat(database.query("SELECT MAX(sequence) FROM reading_rejected")).containsExactly("1000");
    }

    private void reject(List<RejectedReading> readings) throws SQLException {
        database.database().transact(connection -> {
            store.reject(connection, readings);
            return true;
        });
    }

    private RejectedReading rejected(Reading reading, String reason) {
        return new RejectedReading(machine, BOOT, reading, reason);
    }

    private static Reading reading(long sequence) {
        return new Reading(sequence, NOON, MetricValues.empty(Scope.MACHINE), List.of());
    }

    /** With large values of all that a card can measure, on all cards that a frame may name. */
    private static Reading largest(long sequence) {
        MetricValues.Builder values = MetricValues.builder(Scope.GPU);
        for (Metric metric : Scope.GPU.metrics()) {
            values.setRaw(metric, metric.maxRaw());
        }
        List<GpuValues> cards = IntStream.range(0, 64)
                .mapToObj(index -> new GpuValues(index, values.build(), List.of()))
                .toList();
        return new Reading(sequence, NOON, MetricValues.empty(Scope.MACHINE), cards);
    }
}
