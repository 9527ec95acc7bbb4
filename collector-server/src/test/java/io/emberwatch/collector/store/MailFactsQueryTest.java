package io.emberwatch.collector.store;

import static io.emberwatch.collector.model.Severity.CRITICAL;
import static io.emberwatch.collector.model.Severity.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.model.AlarmChange;
import io.emberwatch.collector.model.AlarmChange.Cleared;
import io.emberwatch.collector.model.AlarmChange.Notification;
import io.emberwatch.collector.model.AlarmChange.Raised;
import io.emberwatch.collector.model.AlarmChange.Reason;
import io.emberwatch.collector.model.AlarmKey;
import io.emberwatch.collector.model.AlarmView.Moment;
import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.collector.model.MailFacts.Gpu;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.collector.store.AlarmStore.MachineChange;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.Registered;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.Metric;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

@EveryServer
class MailFactsQueryTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Limit LIMIT = new Limit(5, 10, Duration.ZERO);

    @AutoClose
    private final TestDatabase database;

    private final AlarmStore alarms = new AlarmStore(new MessageIds("example.org"));
    private final int machine;

    MailFactsQueryTest(TestServer server) {
        database = server.create();
        machine = Registered.machine(database, "gpu07");
    }

    @Test
    void a_mail_about_a_gpu_knows_the_gpu_its_readings_and_the_alarms_around_it() throws SQLException {
        database.execute("INSERT INTO gpu (machine_id, uuid, slot, model, pci_bus_id, first_seen_at, last_seen_at)"
                + " VALUES (" + machine + ", 'GPU-5f1c', 3, 'NVIDIA A100', '', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))");
        for (int second = 0; second < 8; second++) {
            database.execute("INSERT INTO gpu_reading (gpu_id, machine_id, taken_at, sequence, gpu_slowdown_margin_c)"
                    + " SELECT id, machine_id, '2026-03-01 12:00:0" + second + "', " + second + ", " + (9 - second)
                    + " FROM gpu");
        }
        AlarmKey critical = new AlarmKey("GPU-5f1c", Metric.GPU_SLOWDOWN_MARGIN_C, CRITICAL);
        AlarmKey warning = new AlarmKey("GPU-5f1c", Metric.GPU_SLOWDOWN_MARGIN_C, WARNING);
        Instant end = NOON.plusSeconds(6);
        apply(
                raise(critical, true),
                raise(warning, false),
                new Cleared(
                        critical,
                        end,
                        OptionalDouble.of(3),
                        Reason.LIMIT_SWITCHED_OFF,
                        Optional.of(MailKind.CLEARED),
                        end));

        MailFacts facts = facts("cleared");

        assertThat(facts.alarm().gpu()).contains(Gpu.withoutLimits("GPU-5f1c", "NVIDIA A100", 3, ""));
        assertThat(facts.alarm().warningStillFiring()).isTrue();
        assertThat(facts.alarm().clearNote()).contains("limit was switched off");
        assertThat(facts.peak()).as("lowest until the end").hasValue(3);
        assertThat(facts.lastReadings())
                .extracting(Moment::at)
                .containsExactly(
                        end, end.minusSeconds(1), end.minusSeconds(2), end.minusSeconds(3), end.minusSeconds(4));
        assertThat(facts.firstMessageId()).contains(facts("raised").messageId());
    }

    @Test
    void a_mail_about_a_margin_of_the_machine_knows_how_hot_the_hottest_was_then() throws SQLException {
        database.execute("INSERT INTO reading (machine_id, taken_at, sequence, nvme_margin_c, nvme_temp_c) VALUES ("
                + machine + ", '2026-03-01 12:00:00', 1, 1, 73.9), (" + machine + ", '2026-03-01 12:00:05', 2, 0, 75)");
        apply(raise(new AlarmKey("", Metric.NVME_MARGIN_C, CRITICAL), true));
        assertThat(facts("raised").hottestC()).hasValue(73.9);

        database.execute("DELETE FROM alarm");
        apply(raise(new AlarmKey("", Metric.CPU_MARGIN_C, CRITICAL), true));
        assertThat(facts("raised").hottestC()).isEmpty();
    }

    @Test
    void a_mail_that_is_made_again_later_says_what_it_said() throws SQLException {
        apply(raise(CRITICAL, NOON), raise(WARNING, NOON), clear(CRITICAL, NOON.plusSeconds(6)));
        assertThat(facts("cleared").alarm().warningStillFiring()).isTrue();

        oneSecondLater();
        apply(clear(WARNING, NOON.plusSeconds(7)));
        assertThat(facts("cleared").alarm().warningStillFiring()).isTrue();
    }

    @Test
    void nothing_stays_where_both_end_with_one_reading_or_the_warning_came_later() throws SQLException {
        Instant end = NOON.plusSeconds(6);
        apply(raise(CRITICAL, NOON), raise(WARNING, NOON), clear(CRITICAL, end), clear(WARNING, end));
        assertThat(facts("cleared").alarm().warningStillFiring()).isFalse();

        apply(raise(WARNING, end.plusSeconds(1)));
        assertThat(facts("cleared").alarm().warningStillFiring()).isFalse();
    }

    @Test
    void a_clock_that_is_set_back_changes_nothing_about_what_stays() throws SQLException {
        Instant early = NOON.minusSeconds(3600);
        apply(raise(WARNING, NOON), raise(CRITICAL, early), clear(CRITICAL, early.plusSeconds(60)));
        assertThat(facts("cleared").alarm().warningStillFiring()).isTrue();

        database.execute("DELETE FROM alarm");
        apply(raise(WARNING, early), clear(WARNING, NOON));
        apply(raise(WARNING, early), raise(CRITICAL, early));
        apply(clear(CRITICAL, early.plusSeconds(60)), clear(WARNING, early.plusSeconds(60)));
        assertThat(facts("cleared").alarm().warningStillFiring())
                .as("the old warning lasted longer by that clock")
                .isFalse();
    }

    @Test
    void a_mail_about_the_link_has_no_readings_and_the_probes_idea_of_the_model_if_the_admin_has_none()
            throws SQLException {
        database.execute("UPDATE machine SET model = NULL, location = NULL");
        database.execute("INSERT INTO machine_inventory (machine_id, hostname, model, os, kernel, cpu_model, cpu_count,"
                + " mem_total_bytes, virtualization, updated_at) VALUES (" + machine
                + ", 'gpu07', 'Dell XE9680', '', '', '', 1, 1, '', UTC_TIMESTAMP(3))");
        apply(raise(new AlarmKey("", Metric.SILENT_S, CRITICAL), true));

        MailFacts facts = facts("raised");

        assertThat(facts.machine().model()).contains("Dell XE9680");
        assertThat(facts.machine().location()).isEmpty();
        assertThat(facts.lastReadings()).isEmpty();
        assertThat(facts.peak()).isEmpty();
        assertThat(facts.alarm().warningStillFiring()).isFalse();
    }

    @Test
    void a_gpu_that_no_inventory_named_is_known_by_its_uuid() throws SQLException {
        apply(raise(new AlarmKey("GPU-new", Metric.GPU_TEMP_C, WARNING), true));

        assertThat(facts("raised").alarm().gpu()).contains(Gpu.unnamed("GPU-new"));
    }

    @Test
    void a_mail_about_a_driver_that_is_missing_since_the_machine_started_names_the_gpus_that_it_had()
            throws SQLException {
        database.execute("INSERT INTO gpu (machine_id, uuid, slot, model, pci_bus_id, first_seen_at, last_seen_at,"
                + " retired_at) VALUES (" + machine + ", 'GPU-a', 0, 'H100', '', '2026-02-01', '2026-02-28', NULL), ("
                + machine + ", 'GPU-b', 1, 'H100', '', '2026-02-01', '2026-02-28', '2026-02-28')");
        database.execute("INSERT INTO machine_inventory (machine_id, hostname, model, os, kernel, cpu_model, cpu_count,"
                + " mem_total_bytes, virtualization, updated_at) VALUES (" + machine
                + ", 'gpu07', '', '', '', '', 1, 1, '', '2026-03-01')");
        apply(raise(new AlarmKey("", Metric.GPU_DRIVER_FAULT, CRITICAL), true));

        assertThat(facts("raised").gpus().gpus()).extracting(Gpu::uuid).containsExactly("GPU-a");
    }

    private MailFacts facts(String kind) throws SQLException {
        long mail = Long.parseLong(database.query("SELECT id FROM mail_outbox WHERE kind = '" + kind + "'")
                .get(0));
        return database.database()
                .transact(connection -> new MailFactsQuery().find(connection, mail))
                .orElseThrow();
    }

    private void apply(AlarmChange... changes) throws SQLException {
        database.database().transact(connection -> {
            alarms.apply(
                    connection,
                    Stream.of(changes)
                            .map(change -> new MachineChange(machine, false, change))
                            .toList());
            return true;
        });
    }

    private void oneSecondLater() {
        database.execute("UPDATE alarm_event SET recorded_at = recorded_at - INTERVAL 1 SECOND");
    }

    /** Of the processor's temperature; only the critical alarm's end is mailed. */
    private Cleared clear(Severity severity, Instant at) {
        return new Cleared(
                cpu(severity),
                at,
                OptionalDouble.empty(),
                Reason.BACK_TO_NORMAL,
                severity == CRITICAL ? Optional.of(MailKind.CLEARED) : Optional.empty(),
                at);
    }

    private Raised raise(Severity severity, Instant at) {
        return new Raised(cpu(severity), LIMIT, at, at, 4, Notification.COVERED, at);
    }

    private AlarmKey cpu(Severity severity) {
        return new AlarmKey("", Metric.CPU_TEMP_C, severity);
    }

    private static Raised raise(AlarmKey condition, boolean mail) {
        return new Raised(condition, LIMIT, NOON, NOON, 4, mail ? Notification.MAILED : Notification.COVERED, NOON);
    }
}
