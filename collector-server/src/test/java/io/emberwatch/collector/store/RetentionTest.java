package io.emberwatch.collector.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.Registered;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

@EveryServer
class RetentionTest {
    private static final String NUMBERS = "WITH RECURSIVE digits AS (SELECT 0 AS d UNION ALL SELECT d + 1 FROM digits"
            + " WHERE d < 9), numbers AS (SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS n"
            + " FROM digits a, digits b, digits c, digits e, digits f) ";

    @AutoClose
    private final TestDatabase database;

    private final AtomicInteger pauses = new AtomicInteger();
    private final Retention retention;
    private final int machine;

    RetentionTest(TestServer server) {
        database = server.create();
        retention = new Retention(database.database(), Retention.Ages.standard(), pauses::incrementAndGet);
        machine = Registered.machine(database, "gpu07");
        database.execute("INSERT INTO machine_inventory (machine_id, hostname, model, os, kernel, cpu_model, cpu_count,"
                + " mem_total_bytes, virtualization, updated_at) VALUES (" + machine
                + ", '', '', '', '', '', 1, 1, '', " + daysAgo(1) + ")");
    }

    @Test
    void alarms_that_are_over_for_long_go_with_all_that_hangs_on_them_and_the_others_stay() throws Exception {
        alarm(1, "cleared", 500, 450);
        alarm(2, "firing", 500, 450);
        alarm(3, "cleared", 500, 300);
        alarm(4, "cleared", 500, 450);
        database.execute("UPDATE mail_outbox SET state = 'pending' WHERE alarm_id = 4");
        database.execute("UPDATE alarm SET cleared_at = '9999-01-01' WHERE id = 1");
        database.execute("UPDATE alarm SET cleared_at = '1970-01-01' WHERE id = 3");

        retention.clean("alarm");

        assertThat(database.query("SELECT id FROM alarm ORDER BY id"))
                .as("by the time of the collector; what is open, younger or still to be mailed stays")
                .containsExactly("2", "3", "4");
        assertThat(database.query("SELECT DISTINCT alarm_id FROM alarm_event ORDER BY 1"))
                .containsExactly("2", "3", "4");
        assertThat(database.query("SELECT alarm_id FROM mail_outbox ORDER BY 1"))
                .containsExactly("2", "3", "4");
    }

    @Test
    void mails_go_once_they_were_sent_or_refused_long_ago() throws Exception {
        alarm(1, "firing", 500, 500);
        database.execute("DELETE FROM mail_outbox");
        mail(1, "sent", 100);
        mail(2, "rejected", 100);
        mail(3, "pending", 100);
        mail(4, "sent", 80);
        mail(5, "rejected", 80);

        assertThat(retention.clean("mail_outbox")).isEqualTo(2);

        assertThat(database.query("SELECT id FROM mail_outbox ORDER BY id")).containsExactly("3", "4", "5");
    }

    @Test
    void hundred_thousand_old_mails_go_in_batches() throws Exception {
        alarm(1, "firing", 500, 500);
        database.execute("INSERT INTO mail_outbox (alarm_id, kind, recipient, message_id, state, created_at) " + NUMBERS
                + "SELECT 1, 'repeated', 'a@example.org', CONCAT('m', n), 'sent', " + daysAgo(100) + " FROM numbers");
        mail(200_000, "sent", 1);

        assertThat(retention.clean("mail_outbox")).isGreaterThanOrEqualTo(100_000);

        assertThat(database.query("SELECT id FROM mail_outbox")).containsExactly("200000");
        assertThat(pauses).hasValueGreaterThanOrEqualTo(100_000 / Retention.BATCH);
    }

    @Test
    void hundred_thousand_events_of_one_alarm_go_in_batches() throws Exception {
        alarm(1, "cleared", 500, 450);
        database.execute("INSERT INTO alarm_event (alarm_id, kind, happened_at, recorded_at) " + NUMBERS
                + "SELECT 1, 'repeated', " + daysAgo(450) + ", " + daysAgo(450) + " FROM numbers");

        retention.clean("alarm");

        assertThat(database.query("SELECT COUNT(*) FROM alarm_event")).containsExactly("0");
        assertThat(database.query("SELECT COUNT(*) FROM alarm")).containsExactly("0");
        assertThat(pauses).hasValueGreaterThanOrEqualTo(100_000 / Retention.BATCH);
    }

    @Test
    void rejected_readings_go_when_they_are_old_and_the_oldest_when_one_machine_has_very_many() throws Exception {
        int other = Registered.machine(database, "gpu08");
        rejected(other, 1, 40);
        rejected(other, 2, 20);
        database.execute("INSERT INTO reading_rejected (machine_id, boot_id, sequence, reason, content) " + NUMBERS
                + "SELECT " + machine + ", REPEAT('b', 16), n, '', '' FROM numbers WHERE n < 12500 ORDER BY n");

        retention.clean("reading_rejected");

        assertThat(database.query("SELECT sequence FROM reading_rejected WHERE machine_id = " + other))
                .containsExactly("2");
        assertThat(database.query("SELECT CONCAT_WS(' ', COUNT(*), MIN(sequence), MAX(sequence)) FROM reading_rejected"
                        + " WHERE machine_id = " + machine))
                .containsExactly("10000 2500 12499");
    }

    @Test
    void readings_of_days_to_come_go_after_a_week_and_the_earliest_when_there_are_very_many() throws Exception {
        database.execute("INSERT INTO reading_ahead (machine_id, taken_at, sequence, stored_at) VALUES"
                + " (1, '2099-01-01', 1, " + daysAgo(8) + "), (1, '2099-01-01', 2, " + daysAgo(6) + ")");
        database.execute("INSERT INTO gpu_reading_ahead (gpu_id, machine_id, taken_at, sequence) " + NUMBERS
                + "SELECT 7, 1, '2099-01-01', n FROM numbers");
        database.execute("INSERT INTO gpu_reading_ahead (gpu_id, machine_id, taken_at, sequence) " + NUMBERS
                + "SELECT 7, 1, '2098-01-01', n FROM numbers WHERE n < 2500");
        database.execute("INSERT INTO gpu_reading_ahead (gpu_id, machine_id, taken_at, sequence) VALUES"
                + " (8, 1, '2097-01-01', 1)");

        assertThat(retention.clean("reading_ahead")).isEqualTo(1);
        assertThat(retention.clean("gpu_reading_ahead")).isEqualTo(2500);

        assertThat(database.query("SELECT sequence FROM reading_ahead")).containsExactly("2");
        assertThat(database.query("SELECT CONCAT_WS(' ', gpu_id, COUNT(*), MIN(taken_at)) FROM gpu_reading_ahead"
                        + " GROUP BY gpu_id ORDER BY gpu_id"))
                .containsExactly("7 100000 2099-01-01 00:00:00.000", "8 1 2097-01-01 00:00:00.000");
    }

    @Test
    void errors_of_a_card_go_when_they_are_old_and_the_oldest_when_it_has_very_many() throws Exception {
        card(1, "GPU-a", 1, "NULL");
        card(2, "GPU-b", 1, "NULL");
        database.execute("INSERT INTO gpu_xid (gpu_id, taken_at, sequence, position, xid) VALUES (1, " + daysAgo(450)
                + ", 1, 0, 79), (1, " + daysAgo(300) + ", 2, 0, 79)");
        database.execute("INSERT INTO gpu_xid (gpu_id, taken_at, sequence, position, xid) " + NUMBERS
                + "SELECT 2, '9999-01-01', n, 0, 13 FROM numbers WHERE n < 12500");

        retention.clean("gpu_xid");

        assertThat(database.query("SELECT CONCAT_WS(' ', gpu_id, COUNT(*), MIN(sequence)) FROM gpu_xid"
                        + " GROUP BY gpu_id ORDER BY gpu_id"))
                .containsExactly("1 1 2", "2 10000 2500");
    }

    @Test
    void cards_that_were_taken_out_long_ago_go_and_those_that_are_missed_or_were_measured_stay() throws Exception {
        card(1, "GPU-retired-long-ago", 500, daysAgo(450));
        card(2, "GPU-retired-lately", 500, daysAgo(300));
        card(3, "GPU-missed", 500, "NULL");
        card(4, "PCI-0000:3b:00.0", 500, "NULL");
        card(5, "GPU-measured", 500, daysAgo(450));
        card(6, "GPU-there", 0, daysAgo(450));
        database.execute("INSERT INTO gpu_reading (gpu_id, machine_id, taken_at, sequence) VALUES (5, " + machine + ", "
                + daysAgo(399) + ", 1)");
        database.execute("INSERT INTO gpu_xid (gpu_id, taken_at, sequence, position, xid) VALUES (1, " + daysAgo(300)
                + ", 1, 0, 79)");

        assertThat(retention.clean("gpu")).isEqualTo(2);

        assertThat(database.query("SELECT id FROM gpu ORDER BY id")).containsExactly("2", "3", "5", "6");
    }

    @Test
    void two_collectors_at_once_delete_each_row_once() throws Exception {
        for (int id = 1; id <= 3; id++) {
            alarm(id, "cleared", 500, 450);
            database.execute("INSERT INTO alarm_event (alarm_id, kind, happened_at, recorded_at) " + NUMBERS + "SELECT "
                    + id + ", 'repeated', " + daysAgo(450) + ", " + daysAgo(450) + " FROM numbers WHERE n < 5000");
        }
        ExecutorService collectors = Executors.newFixedThreadPool(2);
        try {
            Callable<Long> clean = () -> {
                for (String table : retention.tables()) {
                    retention.clean(table);
                }
                return 0L;
            };
            for (Future<Long> cleaned : collectors.invokeAll(List.of(clean, clean))) {
                assertThat(cleaned.get()).isZero();
            }
        } finally {
            collectors.shutdownNow();
        }
        assertThat(database.query("SELECT id FROM alarm")).isEmpty();
        assertThat(database.query("SELECT id FROM alarm_event")).isEmpty();
    }

    @Test
    void what_a_writer_has_locked_keeps_nothing_else_from_being_deleted() throws Exception {
        alarm(1, "cleared", 500, 450);
        alarm(2, "firing", 500, 450);
        try (Connection writer = database.connect();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("INSERT INTO alarm_event (alarm_id, kind, happened_at) VALUES (2, 'repeated', NOW())");
            statement.execute("UPDATE alarm SET mailed_at = NOW() WHERE id = 2");
            statement.execute("SELECT * FROM machine FOR UPDATE");

            for (String table : retention.tables()) {
                retention.clean(table);
            }
            writer.commit();
        }

        assertThat(database.query("SELECT id FROM alarm")).containsExactly("2");
    }

    @Test
    void machines_that_dated_readings_ahead_are_known_for_a_while() throws SQLException {
        Registered.machine(database, "gpu08");
        database.execute("INSERT INTO reading_ahead (machine_id, taken_at, sequence, stored_at)"
                + " SELECT id, '2099-01-01', 1, IF(name = 'gpu07', UTC_TIMESTAMP(3), " + daysAgo(1) + ") FROM machine");

        assertThat(retention.machinesAhead(Duration.ofHours(1))).containsExactly("gpu07");
    }

    private void alarm(int id, String state, int raisedDaysAgo, int lastDaysAgo) {
        database.execute(
                "INSERT INTO alarm (id, machine_id, metric, severity, state, is_open, component, pending_since,"
                        + " cleared_at) VALUES (" + id + ", " + machine + ", 'cpu_temp_c', 'warning', '" + state + "', "
                        + (state.equals("cleared") ? "NULL" : "1") + ", 'part " + id + "', " + daysAgo(raisedDaysAgo)
                        + ", "
                        + daysAgo(lastDaysAgo) + ")");
        for (int days : List.of(raisedDaysAgo, lastDaysAgo)) {
            database.execute("INSERT INTO alarm_event (alarm_id, kind, happened_at, recorded_at) VALUES (" + id
                    + ", 'repeated', " + daysAgo(days) + ", " + daysAgo(days) + ")");
        }
        database.execute("INSERT INTO mail_outbox (alarm_id, kind, recipient, message_id, state, created_at) VALUES ("
                + id + ", 'raised', 'a@example.org', 'of alarm " + id + "', 'sent', " + daysAgo(lastDaysAgo) + ")");
    }

    private void mail(int id, String state, int daysAgo) {
        database.execute("INSERT INTO mail_outbox (id, alarm_id, kind, recipient, message_id, state, created_at)"
                + " VALUES (" + id + ", 1, 'raised', 'a@example.org', 'mail " + id + "', '" + state + "', "
                + daysAgo(daysAgo) + ")");
    }

    private void rejected(int machineId, int sequence, int daysAgo) {
        database.execute("INSERT INTO reading_rejected (machine_id, boot_id, sequence, reason, content, rejected_at)"
                + " VALUES (" + machineId + ", REPEAT('b', 16), " + sequence + ", '', '', " + daysAgo(daysAgo) + ")");
    }

    private void card(int id, String uuid, int seenDaysAgo, String retired) {
        database.execute("INSERT INTO gpu (id, machine_id, uuid, slot, model, pci_bus_id, first_seen_at, last_seen_at,"
                + " retired_at) VALUES (" + id + ", " + machine + ", '" + uuid + "', 0, 'H100', '', " + daysAgo(600)
                + ", " + daysAgo(seenDaysAgo) + ", " + retired + ")");
    }

    private static String daysAgo(int days) {
        return "UTC_TIMESTAMP(3) - INTERVAL " + days + " DAY";
    }
}
