package io.emberwatch.collector.store;

import static io.emberwatch.collector.model.Severity.CRITICAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.model.AlarmChange;
import io.emberwatch.collector.model.AlarmChange.Cleared;
import io.emberwatch.collector.model.AlarmChange.Notification;
import io.emberwatch.collector.model.AlarmChange.Raised;
import io.emberwatch.collector.model.AlarmChange.Reason;
import io.emberwatch.collector.model.AlarmKey;
import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.collector.model.MailFacts.Gpu;
import io.emberwatch.collector.model.MailFacts.GpuFacts;
import io.emberwatch.collector.model.MailFacts.GpuFacts.GpuProcess;
import io.emberwatch.collector.model.MailFacts.GpuFacts.XidAt;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.collector.store.AlarmStore.MachineChange;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.Registered;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.Metric;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

@EveryServer
class GpuFactsQueryTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Limit LIMIT = new Limit(1, 0, Duration.ZERO);

    @AutoClose
    private final TestDatabase database;

    private final AlarmStore alarms = new AlarmStore(new MessageIds("example.org"));
    private final int machine;

    GpuFactsQueryTest(TestServer server) {
        database = server.create();
        machine = Registered.machine(database, "gpu07");
        database.execute("INSERT INTO machine_inventory (machine_id, hostname, model, os, kernel, cpu_model, cpu_count,"
                + " mem_total_bytes, virtualization, gpu_driver, updated_at) VALUES (" + machine
                + ", 'gpu07', '', '', '', '', 1, 1, '', 'NVIDIA 580.65.06', '2026-03-01 11:00:00')");
        gpu("GPU-a", 0, "2026-03-01 11:00:00", "NULL");
        gpu("GPU-b", 1, "2026-03-01 11:00:00", "NULL");
    }

    @Test
    void a_mail_about_a_gpu_knows_its_limits_what_ran_on_it_and_what_its_driver_said() throws SQLException {
        process("GPU-a", 1, "long ago", 9_000, "'2026-03-01 11:00:00'");
        process("GPU-a", 2, "just ended", 500, "'2026-03-01 11:55:00'");
        process("GPU-a", 3, "runs", 8_000, "NULL");
        process("GPU-b", 4, "elsewhere", 9_999, "NULL");
        xid("GPU-a", "2026-03-01 10:30:00", 13);
        xid("GPU-a", "2026-03-01 11:59:58", 79);
        xid("GPU-b", "2026-03-01 11:59:58", 31);
        reading("GPU-a", "2026-03-01 12:00:00", 1, "71.5", "12");
        reading("GPU-a", "2026-03-01 12:00:05", 2, "99", "17");

        MailFacts raised = mailOf(raise("GPU-a", Metric.GPU_FAULT));
        GpuFacts gpus = raised.gpus();

        assertThat(raised.alarm().gpu())
                .contains(new Gpu(
                        "GPU-a",
                        "NVIDIA H100",
                        0,
                        "0000:00:00.0",
                        OptionalInt.of(87),
                        OptionalInt.of(92),
                        OptionalInt.empty(),
                        OptionalInt.of(84)));
        assertThat(gpus.processes())
                .containsExactly(
                        new GpuProcess(3, "runs", "lena", OptionalDouble.of(8_000), Optional.empty()),
                        new GpuProcess(
                                2, "just ended", "lena", OptionalDouble.of(500), Optional.of(NOON.minusSeconds(300))));
        assertThat(gpus.moreProcesses()).isZero();
        assertThat(gpus.processesReportedAt()).contains(NOON.minusSeconds(10));
        assertThat(gpus.xids()).containsExactly(new XidAt(NOON.minusSeconds(2), 79));
        assertThat(gpus.tempC()).as("at the moment of the alarm, not since").hasValue(71.5);
        assertThat(gpus.hungS()).hasValue(12);
    }

    @Test
    void of_very_many_processes_and_errors_it_names_the_largest_and_the_newest() throws SQLException {
        for (int i = 0; i < 25; i++) {
            process("GPU-a", i, "p" + i, 1_000 + i, "NULL");
            xid("GPU-a", "2026-03-01 11:59:" + (10 + i), 100 + i);
        }

        GpuFacts gpus = mailOf(raise("GPU-a", Metric.GPU_FATAL_XID)).gpus();

        assertThat(gpus.processes())
                .extracting(GpuProcess::pid)
                .startsWith(24L, 23L)
                .hasSize(10);
        assertThat(gpus.moreProcesses()).isEqualTo(15);
        assertThat(gpus.xids()).extracting(XidAt::xid).startsWith(124, 123).hasSize(10);
    }

    @Test
    void an_alarm_that_is_over_does_not_come_with_what_came_after() throws SQLException {
        process("GPU-a", 7, "before", 1, "'2026-03-01 12:00:30'");
        database.execute(
                "INSERT INTO gpu_process (gpu_id, pid, name, user_name, first_seen_at, last_seen_at)"
                        + " SELECT id, 8, 'after', '', '2026-03-01 12:05:00', '2026-03-01 12:05:00' FROM gpu WHERE uuid = 'GPU-a'");
        xid("GPU-a", "2026-03-01 12:05:00", 45);
        reading("GPU-a", "2026-03-01 12:01:00", 1, "50", "NULL");
        reading("GPU-a", "2026-03-01 12:05:00", 2, "99", "NULL");
        AlarmKey condition = new AlarmKey("GPU-a", Metric.GPU_FAULT, CRITICAL);
        Instant end = NOON.plusSeconds(60);
        raise("GPU-a", Metric.GPU_FAULT);
        apply(new Cleared(
                condition, end, OptionalDouble.of(0), Reason.BACK_TO_NORMAL, Optional.of(MailKind.CLEARED), end));

        GpuFacts gpus = mailOf("cleared").gpus();

        assertThat(gpus.processes()).extracting(GpuProcess::name).containsExactly("before");
        assertThat(gpus.xids()).isEmpty();
        assertThat(gpus.tempC()).hasValue(50);
    }

    @Test
    void an_alarm_of_all_gpus_names_those_that_are_there_and_one_of_missing_gpus_those_that_are_not()
            throws SQLException {
        gpu("GPU-gone", 2, "2026-03-01 10:00:00", "NULL");
        gpu("GPU-taken-out", 3, "2026-03-01 10:00:00", "'2026-03-01 10:30:00'");
        gpu("PCI-0000:03:00.0", 4, "2026-03-01 10:00:00", "NULL");

        GpuFacts missing = mailOf(raise("", Metric.GPU_MISSING_COUNT)).gpus();
        database.execute("DELETE FROM mail_outbox");
        GpuFacts all = mailOf(raise("", Metric.GPU_DRIVER_FAULT)).gpus();

        assertThat(missing.gpus()).extracting(Gpu::uuid).containsExactly("GPU-gone");
        assertThat(missing.gpuCount()).isEqualTo(3);
        assertThat(all.gpus()).extracting(Gpu::uuid).containsExactly("GPU-a", "GPU-b");
        assertThat(all.driver()).isEqualTo("NVIDIA 580.65.06");
    }

    private void gpu(String uuid, int slot, String lastSeen, String retired) {
        database.execute("INSERT INTO gpu (machine_id, uuid, slot, model, pci_bus_id, slowdown_temp_c, shutdown_temp_c,"
                + " target_temp_c, first_seen_at, last_seen_at, retired_at) VALUES (" + machine + ", '" + uuid + "', "
                + slot
                + ", 'NVIDIA H100', '0000:00:00.0', 87, 92, 84, '2026-01-01', '" + lastSeen + "', " + retired + ")");
    }

    private void process(String uuid, int pid, String name, long bytes, String ended) {
        database.execute("INSERT INTO gpu_process (gpu_id, pid, name, user_name, mem_used_bytes, first_seen_at,"
                + " last_seen_at, ended_at) SELECT id, " + pid + ", '" + name + "', 'lena', " + bytes
                + ", '2026-03-01 09:00:00', '2026-03-01 11:59:50', " + ended + " FROM gpu WHERE uuid = '" + uuid + "'");
    }

    private void xid(String uuid, String at, int xid) {
        database.execute("INSERT INTO gpu_xid (gpu_id, taken_at, sequence, position, xid) SELECT id, '" + at
                + "', 1, 0, " + xid + " FROM gpu WHERE uuid = '" + uuid + "'");
    }

    private void reading(String uuid, String at, int sequence, String tempC, String hungS) {
        database.execute("INSERT INTO gpu_reading (gpu_id, machine_id, taken_at, sequence, gpu_temp_c, gpu_hung_s)"
                + " SELECT id, machine_id, '" + at + "', " + sequence + ", " + tempC + ", " + hungS
                + " FROM gpu WHERE uuid = '" + uuid + "'");
    }

    private String raise(String component, Metric metric) throws SQLException {
        AlarmKey condition = new AlarmKey(component, metric, CRITICAL);
        apply(new Raised(condition, LIMIT, NOON, NOON, 1, Notification.MAILED, NOON));
        return "raised";
    }

    private MailFacts mailOf(String kind) throws SQLException {
        long mail = Long.parseLong(database.query("SELECT id FROM mail_outbox WHERE kind = '" + kind + "'")
                .get(0));
        return database.database()
                .transact(connection -> new MailFactsQuery().find(connection, mail))
                .orElseThrow();
    }

    private void apply(AlarmChange change) throws SQLException {
        database.database().transact(connection -> {
            alarms.apply(connection, List.of(new MachineChange(machine, false, change)));
            return true;
        });
    }
}
