package io.emberwatch.collector.store.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.collector.store.Sql;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

@EveryServer
class PartitionKeeperTest {
    private static final LocalDate TODAY = LocalDate.parse("2026-11-21");

    @AutoClose
    private final TestDatabase database;

    private final PartitionKeeper keeper;

    PartitionKeeperTest(TestServer server) {
        database = server.create();
        keeper = new PartitionKeeper(database.database());
    }

    @Test
    void the_first_time_the_past_becomes_one_partition_and_a_week_ahead_is_made() throws Exception {
        assertThat(keeper.keep(TODAY)).hasSize(18).startsWith("reading.p20261120", "reading.p20261121");

        for (String table : List.of("reading", "gpu_reading")) {
            assertThat(partitionsOf(table))
                    .startsWith("p_before", "p20261120", "p20261121")
                    .endsWith("p20261128", "p_future")
                    .hasSize(11);
        }
    }

    @Test
    void the_same_day_again_changes_nothing_and_the_next_day_adds_one() throws Exception {
        keeper.keep(TODAY);

        assertThat(keeper.keep(TODAY)).isEmpty();
        assertThat(keeper.keep(TODAY.plusDays(1))).containsExactly("reading.p20261129", "gpu_reading.p20261129");
    }

    @Test
    void after_months_off_rows_move_to_the_partition_of_their_day() throws Exception {
        keeper.keep(TODAY.minusMonths(4));
        for (String time : List.of("2026-09-01 12:00:00", "2026-11-21 23:59:59.999", "2027-05-01 00:00:00")) {
            database.execute("INSERT INTO reading (machine_id, taken_at, sequence) VALUES (1, '" + time + "', 1)");
        }

        keeper.keep(TODAY);

        assertThat(timesIn("p20261120")).singleElement().asString().startsWith("2026-09-01");
        assertThat(timesIn("p20261121")).singleElement().asString().startsWith("2026-11-21");
        assertThat(timesIn("p_future")).singleElement().asString().startsWith("2027-05-01");
    }

    @Test
    void two_collectors_at_once_make_each_partition_once() throws Exception {
        ExecutorService collectors = Executors.newFixedThreadPool(2);
        try {
            Callable<List<String>> keep = () -> keeper.keep(TODAY);
            List<Future<List<String>>> made = collectors.invokeAll(List.of(keep, keep));

            assertThat(made.get(0).get().size() + made.get(1).get().size()).isEqualTo(18);
        } finally {
            collectors.shutdownNow();
        }
    }

    @Test
    void an_error_of_ours_leaves_neither_the_lock_nor_its_limit_behind() throws Exception {
        assertThatThrownBy(() -> keeper.keep(LocalDate.MAX)).isInstanceOf(DateTimeException.class);

        assertThat(database.query("SELECT IS_FREE_LOCK(CONCAT('emberwatch partitions ', MD5(DATABASE())))"))
                .containsExactly("1");
        boolean limited = database.database()
                .transact(connection -> Sql.one(
                                connection,
                                "SELECT @@SESSION.lock_wait_timeout <> @@GLOBAL.lock_wait_timeout",
                                row -> row.getBoolean(1))
                        .orElseThrow());
        assertThat(limited).isFalse();
    }

    private List<String> partitionsOf(String table) {
        return database.query("SELECT partition_name FROM information_schema.partitions WHERE table_schema = DATABASE()"
                + " AND table_name = '" + table + "' ORDER BY partition_ordinal_position");
    }

    private List<String> timesIn(String partition) {
        return database.query("SELECT taken_at FROM reading PARTITION (" + partition + ")");
    }
}
