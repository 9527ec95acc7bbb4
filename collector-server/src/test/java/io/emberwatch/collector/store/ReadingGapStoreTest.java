package io.emberwatch.collector.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.store.ReadingGapStore.LostReadings;
import io.emberwatch.collector.store.ReadingGapStore.ReadingGap;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.Registered;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.Lost;
import io.emberwatch.protocol.Lost.Reason;
import io.emberwatch.protocol.WireLimits;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

@EveryServer
class ReadingGapStoreTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123Z");
    private static final UUID BOOT = new UUID(1, 2);

    @AutoClose
    private final TestDatabase database;

    private final ReadingGapStore store = new ReadingGapStore();
    private final int machine;

    ReadingGapStoreTest(TestServer server) {
        database = server.create();
        machine = Registered.machine(database, "gpu07");
    }

    @Test
    void what_is_lost_is_kept_and_said_again_it_replaces_what_was_said_before() throws SQLException {
        put(BOOT, lost(1, 10, 9, Reason.SPOOL_FULL));
        put(BOOT, lost(1, 40, 0, Reason.TOO_OLD));

        List<ReadingGap> gaps = latest(10);
        assertThat(gaps).hasSize(1);
        assertThat(gaps.get(0).count()).isEqualTo(OptionalLong.empty());
        assertThat(gaps.get(0).reason()).isEqualTo(Reason.TOO_OLD);
        assertThat(gaps.get(0).from()).isEqualTo(NOON);
        assertThat(gaps.get(0).to()).isEqualTo(NOON.plusSeconds(40));
        assertThat(database.query("SELECT last_sequence FROM reading_gap")).containsExactly("40");
    }

    @Test
    void every_reason_and_the_largest_numbers_and_times_can_be_stored() throws SQLException {
        long first = 1;
        for (Reason reason : Reason.values()) {
            put(BOOT, lost(first++, WireLimits.MAX_SEQUENCE, 1, reason));
        }
        Instant last = Instant.parse("9999-12-31T23:59:59.999Z");
        put(BOOT, new Lost(100, WireLimits.MAX_SEQUENCE, 0, last, Instant.EPOCH, Reason.DAMAGED));

        assertThat(latest(100)).hasSize(Reason.values().length + 1);
    }

    @Test
    void a_probe_that_loses_without_end_keeps_its_newest_gaps_only() throws SQLException {
        database.execute("INSERT INTO reading_gap (machine_id, boot_id, first_sequence, last_sequence, from_at, to_at,"
                + " reason, recorded_at) SELECT " + machine + ", REPEAT('b', 16), a.n * 100 + b.n * 10 + c.n + 1, 5000,"
                + " '2026-01-01', '2026-01-01', 'damaged', '2026-01-01' + INTERVAL a.n * 100 + b.n * 10 + c.n SECOND"
                + " FROM (" + digits() + ") a, (" + digits() + ") b, (" + digits() + ") c");

        put(BOOT, lost(1, 1, 1, Reason.DAMAGED));

        assertThat(database.query("SELECT COUNT(*) FROM reading_gap"))
                .containsExactly(Integer.toString(ReadingGapStore.MAX_GAPS_EACH));
        assertThat(database.query("SELECT MIN(first_sequence) FROM reading_gap WHERE boot_id = REPEAT('b', 16)"))
                .containsExactly("2");
        assertThat(latest(1).get(0).to()).isEqualTo(NOON.plusSeconds(1));
    }

    private static String digits() {
        return "SELECT 0 AS n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5"
                + " UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9";
    }

    private void put(UUID bootId, Lost lost) throws SQLException {
        database.database().transact(connection -> {
            store.put(connection, List.of(new LostReadings(machine, bootId, lost)));
            return true;
        });
    }

    private List<ReadingGap> latest(int atMost) throws SQLException {
        return database.database().transact(connection -> store.latest(connection, machine, atMost));
    }

    private static Lost lost(long first, long last, long count, Reason reason) {
        Instant to = last > 1000 ? NOON : NOON.plusSeconds(last);
        return new Lost(first, last, count, NOON, to, reason);
    }
}
