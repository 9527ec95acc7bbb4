package io.emberwatch.collector.store.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.Sql;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
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

    private static final String NUMBERS = "WITH RECURSIVE digits AS (SELECT 0 AS d UNION ALL SELECT d + 1 FROM digits"
            + " WHERE d < 9), numbers AS (SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d"
            + " + 100000 * (g.d DIV 5) AS n FROM digits a, digits b, digits c, digits e, digits f, digits g"
            + " WHERE g.d IN (0, 5))";

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
        assertThat(timesIn("p20270501")).singleElement().asString().startsWith("2027-05-01");
        assertThat(timesIn("p_future")).isEmpty();
    }

    /** A version before this one stored there whatever a machine's clock said. */
    @Test
    void rows_of_days_to_come_are_copied_once_and_never_again() throws Exception {
        keeper.keep(TODAY.minusDays(1));
        leftovers("reading (machine_id", 200_000);
        leftovers("gpu_reading (machine_id, gpu_id", 1_000);
        database.execute("INSERT INTO reading (machine_id, taken_at, sequence) VALUES (2, '9999-12-31 23:59:59', 1)");

        keeper.keep(TODAY);
        List<String> filled = List.of("p20261210", "p20261211", "p20261212");
        List<String> before = filled.stream().map(this::identityOf).toList();
        assertThat(timesIn("p20261211")).hasSizeGreaterThan(60_000);
        assertThat(timesIn("p_future")).singleElement().asString().startsWith("9999");
        assertThat(timesIn("p20261209")).isEmpty();

        for (String later : List.of("2026-11-22", "2026-11-29", "2026-12-05", "2026-12-12")) {
            LocalDate day = LocalDate.parse(later);
            keeper.keep(day);
            assertThat(partitionsOf("reading")).contains(nameOf(day), nameOf(day.plusDays(7)));
        }

        assertThat(filled.stream().map(this::identityOf))
                .as("a partition that is copied gets a new identity")
                .isEqualTo(before);
        assertThat(database.query("SELECT COUNT(*) FROM reading")).containsExactly("200001");
    }

    @Test
    void more_days_to_come_than_get_partitions_at_once_stay_in_the_last_one() throws Exception {
        database.execute("INSERT INTO reading (machine_id, taken_at, sequence) " + NUMBERS
                + " SELECT 1, '2026-12-10' + INTERVAL 2 * n DAY, 1 FROM numbers WHERE n < 150");

        keeper.keep(TODAY);

        assertThat(partitionsOf("reading")).hasSizeGreaterThan(200).doesNotHaveDuplicates();
        assertThat(timesIn("p_future")).hasSize(50);
        assertThat(keeper.keep(TODAY.plusDays(1))).containsExactly("reading.p20261129", "gpu_reading.p20261129");
    }

    @Test
    void clock_that_starts_in_1970_fills_the_first_partition_which_is_never_split() throws Exception {
        database.execute("INSERT INTO reading (machine_id, taken_at, sequence) " + NUMBERS
                + " SELECT 1, '1970-01-01' + INTERVAL n SECOND, n FROM numbers WHERE n < 1000");
        String before = identityOf("p_before");

        keeper.keep(TODAY);
        keeper.keep(TODAY.plusDays(1));

        assertThat(timesIn("p_before")).hasSize(1000);
        assertThat(identityOf("p_before")).isEqualTo(before);
    }

    @Test
    void clock_of_the_collector_that_was_set_back_splits_nothing_that_holds_rows() throws Exception {
        keeper.keep(TODAY);
        database.execute("INSERT INTO reading (machine_id, taken_at, sequence) VALUES (1, '2026-03-01', 1)");
        String before = identityOf("p20261120");

        keeper.keep(LocalDate.parse("2026-05-01"));
        keeper.keep(LocalDate.parse("1970-01-01"));

        assertThat(identityOf("p20261120")).isEqualTo(before);
        assertThat(keeper.keep(TODAY)).isEmpty();
        assertThat(keeper.keep(TODAY.plusDays(1))).containsExactly("reading.p20261129", "gpu_reading.p20261129");
    }

    @Test
    void long_transaction_keeps_no_writer_waiting_for_long() throws Exception {
        keeper.keep(TODAY);
        try (Connection report = database.connect();
                Statement statement = report.createStatement()) {
            report.setAutoCommit(false);
            statement.executeQuery("SELECT * FROM reading").close();
            ExecutorService others = Executors.newFixedThreadPool(2);
            try {
                Future<List<String>> kept = others.submit(() -> keeper.keep(TODAY.plusDays(1)));
                await().until(() -> !waiting().isEmpty());
                Future<?> writer = others.submit(() -> database.execute(
                        "INSERT INTO reading (machine_id, taken_at, sequence) VALUES (1, '2026-11-21 12:00:00', 1)"));

                assertThatThrownBy(kept::get).hasCauseInstanceOf(SQLException.class);
                writer.get();
            } finally {
                others.shutdownNow();
            }
        }
        assertThat(keeper.keep(TODAY.plusDays(1))).hasSize(2);
    }

    /** Statements that wait for the definition of a table. */
    private List<String> waiting() {
        return database.query("SELECT info FROM information_schema.processlist WHERE db = DATABASE()"
                + " AND state LIKE 'Waiting for table metadata lock%'");
    }

    /** Three days of them, a while from now. */
    private void leftovers(String table, int count) {
        String keys = table.replaceAll("[^,]", "").isEmpty() ? "1" : "1, 1";
        database.execute("INSERT INTO " + table + ", taken_at, sequence) " + NUMBERS + " SELECT " + keys
                + ", '2026-12-10' + INTERVAL n % 3 DAY + INTERVAL n DIV 3 SECOND, n FROM numbers WHERE n < " + count);
    }

    private static String nameOf(LocalDate day) {
        return "p" + day.toString().replace("-", "");
    }

    /** What InnoDB knows a partition of {@code reading} by. */
    private String identityOf(String partition) {
        String tables = database.query("SELECT VERSION()").get(0).contains("MariaDB")
                ? "information_schema.INNODB_SYS_TABLES"
                : "information_schema.INNODB_TABLES";
        return database.query("SELECT table_id FROM " + tables + " WHERE LOWER(name) LIKE '" + database.schema()
                        + "/reading#p#" + partition + "'")
                .get(0);
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
        long wait = database.database()
                .transact(connection -> Sql.one(connection, "SELECT @@SESSION.lock_wait_timeout", row -> row.getLong(1))
                        .orElseThrow());
        assertThat(wait).isEqualTo(Database.Timeouts.SERVICE.tableLock().toSeconds());
    }

    private List<String> partitionsOf(String table) {
        return database.query("SELECT partition_name FROM information_schema.partitions WHERE table_schema = DATABASE()"
                + " AND table_name = '" + table + "' ORDER BY partition_ordinal_position");
    }

    private List<String> timesIn(String partition) {
        return database.query("SELECT taken_at FROM reading PARTITION (" + partition + ")");
    }
}
