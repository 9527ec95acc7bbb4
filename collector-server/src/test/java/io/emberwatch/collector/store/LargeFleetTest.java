package io.emberwatch.collector.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.store.schema.PartitionKeeper;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.Registered;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What people look at costs by what there is, and not by how long it has been watched: counted in rows read. */
@EveryServer
class LargeFleetTest {
    private static final LocalDate TODAY = LocalDate.parse("2026-11-21");
    private static final int CARDS = 200;
    /** Days that have a partition, and the one before and the one after all of them. */
    private static final int PARTITIONS = 11;
    /** Of every card: itself, its machine, what else stands beside it, and the sorting of the answer. */
    private static final int READS_EACH = 12;

    @AutoClose
    private final TestDatabase database;

    private final int machine;

    LargeFleetTest(TestServer server) throws SQLException {
        database = server.create();
        machine = Registered.machine(database, "gpu07");
        new PartitionKeeper(database.database()).keep(TODAY);
        for (int card = 0; card < CARDS; card++) {
            database.execute("INSERT INTO gpu (id, machine_id, uuid, slot, model, pci_bus_id, first_seen_at,"
                    + " last_seen_at) VALUES (" + (card + 1) + ", " + machine + ", 'GPU-" + card + "', " + card % 64
                    + ", 'H100', '', '2026-11-01', '2026-11-01')");
        }
    }

    @Test
    void cards_that_are_gone_are_listed_without_reading_through_all_that_they_ever_measured() throws SQLException {
        history(1);
        long before = reads(connection -> assertThat(new GpuStore().list(connection))
                .hasSize(CARDS)
                .allMatch(card -> card.lastSeenAt().toString().startsWith("2026-11-21T00:00:01")));
        history(50);
        long after = reads(connection -> assertThat(new GpuStore().list(connection))
                .hasSize(CARDS)
                .allMatch(card -> card.lastSeenAt().toString().startsWith("2026-11-21T00:00:50")));

        assertThat(before).isLessThan(CARDS * (READS_EACH + 2 * PARTITIONS));
        assertThat(after).isLessThan(CARDS * (READS_EACH + 2 * PARTITIONS));
    }

    @Test
    void last_error_of_each_card_is_shown_without_reading_through_all_of_them() throws SQLException {
        history(50);

        long reads = reads(connection -> assertThat(
                        Sql.list(connection, "SELECT last_xid, last_xid_at FROM gpu_now", row -> row.getInt(1)))
                .hasSize(CARDS)
                .containsOnly(50));

        assertThat(reads).isLessThan(CARDS * (READS_EACH + PARTITIONS));
    }

    @Test
    void open_alarms_are_listed_without_reading_through_those_that_are_over() throws SQLException {
        for (int i = 0; i < 20; i++) {
            database.execute(
                    "INSERT INTO alarm (machine_id, component, metric, severity, state, is_open, pending_since)"
                            + " SELECT machine_id, uuid, 'gpu_temp_c', 'warning', 'cleared', NULL, '2026-11-21' FROM gpu");
        }
        database.execute("INSERT INTO alarm (machine_id, component, metric, severity, state, pending_since)"
                + " SELECT machine_id, uuid, 'gpu_temp_c', 'warning', 'firing', '2026-11-21' FROM gpu");
        database.execute("ANALYZE TABLE alarm");

        long alarms = reads(connection ->
                assertThat(new AlarmQueries().listOpen(connection)).hasSize(CARDS));
        long machines = reads(connection -> assertThat(
                        new OverviewStore().machines(connection).get(machine).alarms())
                .isEqualTo(CARDS));

        assertThat(alarms).isLessThan(CARDS * READS_EACH);
        assertThat(machines).isLessThan(CARDS * READS_EACH);
    }

    /** One reading with one XID error for every second up to this one, as far as it is not there yet. */
    private void history(int seconds) {
        for (int second = 1; second <= seconds; second++) {
            String time = "'2026-11-21' + INTERVAL " + second + " SECOND, " + second;
            database.execute("INSERT IGNORE INTO gpu_reading (gpu_id, taken_at, sequence, machine_id) SELECT id, "
                    + time + ", machine_id FROM gpu");
            database.execute("INSERT IGNORE INTO gpu_xid (gpu_id, taken_at, sequence, position, xid) SELECT id, " + time
                    + ", 0, " + second + " FROM gpu");
        }
        for (String table : List.of("gpu_reading", "gpu_xid")) {
            database.execute("ANALYZE TABLE " + table);
        }
    }

    @FunctionalInterface
    private interface Look {
        void at(Connection connection) throws SQLException;
    }

    /** How many rows and places of an index a look makes the server read. */
    private long reads(Look look) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            long before = counted(statement);
            look.at(connection);
            return counted(statement) - before;
        }
    }

    private static long counted(Statement statement) throws SQLException {
        long sum = 0;
        try (ResultSet rows = statement.executeQuery("SHOW SESSION STATUS LIKE 'Handler_read%'")) {
            while (rows.next()) {
                sum += rows.getLong(2);
            }
        }
        return sum;
    }
}
