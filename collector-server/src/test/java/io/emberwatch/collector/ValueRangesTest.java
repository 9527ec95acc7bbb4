package io.emberwatch.collector;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.RawReadings;
import io.emberwatch.collector.testing.RawReadings.Raw;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.GpuProcesses;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Lost;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.Welcome;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A value that cannot be true costs its reading nothing but itself, from the socket to the alarm. */
@EveryServer
class ValueRangesTest {
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");
    /** The largest that a limit's column holds. */
    private static final long LARGEST_LIMIT = 999_999_999_999_999_999L;

    private final TestDatabase database;
    private final TestFleet.Member machine;
    private Collector collector;

    ValueRangesTest(TestServer server) throws SQLException, IOException {
        database = server.create();
        machine = TestFleet.register(database.database(), 1).get(0);
        collector = TestCollectors.start(database.database());
    }

    @AfterEach
    void close() {
        collector.close();
        database.close();
    }

    @Test
    void a_hot_card_with_an_impossible_power_is_stored_without_it_and_alarms() throws IOException {
        Instant now = Instant.now();
        long allOnesInMilliwatts = 0xFFFF_FFFFL / 100;

        send(
                now,
                IntStream.rangeClosed(0, 9)
                        .mapToObj(i -> new Raw(
                                now.minusSeconds(45 - 5L * i),
                                Map.of(
                                        Metric.CPU_TEMP_C, 970L,
                                        Metric.GPU_TEMP_C, 990L,
                                        Metric.GPU_POWER_W, allOnesInMilliwatts)))
                        .toList());

        assertThat(database.query("SELECT CONCAT_WS(' ', COUNT(*), MIN(cpu_temp_c), MIN(rejected_value_count),"
                        + " MAX(rejected_value_count)) FROM reading"))
                .containsExactly("10 97.0 1 1");
        assertThat(database.query(
                        "SELECT CONCAT_WS(' ', COUNT(*), MIN(gpu_temp_c), COUNT(gpu_power_w)) FROM gpu_reading"))
                .containsExactly("10 99.0 0");
        assertThat(alarms("firing"))
                .contains("cpu_temp_c critical 97.00", "gpu_temp_c critical 99.00")
                .doesNotContain("gpu_power_w");
        assertThat(database.query("SELECT DISTINCT metric FROM alarm JOIN mail_outbox o ON o.alarm_id = alarm.id"))
                .contains("cpu_temp_c", "gpu_temp_c");
        assertNothingSetAside();
    }

    @Test
    void a_sensor_gone_mad_is_mailed_after_5_minutes_and_over_when_its_values_are_true_again() throws IOException {
        Instant now = Instant.now();
        List<Raw> readings = new ArrayList<>();
        for (int second = 0; second <= 300; second += 10) {
            readings.add(new Raw(now.minusSeconds(310 - second), Map.of(Metric.FAN_RPM, -1L)));
        }
        send(now, readings);
        assertThat(alarms("firing")).containsExactly("rejected_value_count warning 1.00");

        // An old probe counts nothing.
        send(readings.size() + 1, now, List.of(new Raw(now, Map.of(Metric.FAN_RPM, 3000L))));

        assertThat(alarms("cleared")).containsExactly("rejected_value_count warning 1.00");
        assertThat(database.query("SELECT kind FROM mail_outbox ORDER BY id")).containsExactly("raised", "cleared");
    }

    @Test
    void a_counter_of_19_digits_alarms() throws IOException {
        Instant now = Instant.now();

        send(now, List.of(new Raw(now, Map.of(Metric.GPU_ECC_UNCORRECTED_COUNT, 1_000_000_000_000_000_000L))));

        assertThat(alarms("firing")).containsExactly("gpu_ecc_uncorrected_count critical 1000000000000000000.00");
        assertNothingSetAside();
    }

    /** Its bad end raises the alarm, its good end clears it, and what lies beyond is absent and counted. */
    @Test
    void each_metric_is_stored_and_judged_over_all_of_its_range_and_nowhere_else() throws Exception {
        List<Metric> metrics = Stream.concat(Scope.MACHINE.metrics().stream(), Scope.GPU.metrics().stream())
                .filter(metric -> metric != Metric.REJECTED_VALUE_COUNT)
                .toList();
        limitAtTheBadEnd(metrics);
        Instant now = Instant.now();
        List<Raw> readings = new ArrayList<>();
        for (Metric metric : metrics) {
            for (long raw : new long[] {
                Long.MIN_VALUE,
                metric.minRaw() - 1,
                badEnd(metric),
                goodEnd(metric),
                metric.maxRaw() + 1,
                Long.MAX_VALUE
            }) {
                readings.add(new Raw(now.minusMillis(1000 - readings.size()), Map.of(metric, raw)));
            }
        }

        send(now, readings);

        assertNothingSetAside();
        for (int i = 0; i < metrics.size(); i++) {
            Metric metric = metrics.get(i);
            String table = metric.scope() == Scope.MACHINE ? "reading" : "gpu_reading";
            assertThat(database.query("SELECT " + metric + " FROM " + table + " WHERE sequence BETWEEN " + (6 * i + 1)
                            + " AND " + (6 * i + 6) + " ORDER BY sequence"))
                    .as(metric.column())
                    .containsExactly(
                            null, null, metric.format(badEnd(metric)), metric.format(goodEnd(metric)), null, null);
            assertThat(database.query("SELECT rejected_value_count FROM reading WHERE sequence BETWEEN " + (6 * i + 1)
                            + " AND " + (6 * i + 6) + " ORDER BY sequence"))
                    .as(metric.column())
                    .containsExactly("1", "1", "0", "0", "1", "1");
            assertThat(database.query("SELECT CONCAT_WS(' ', state, raised_value, cleared_value) FROM alarm"
                            + " WHERE metric = '" + metric + "'"))
                    .as(metric.column())
                    .containsExactly(
                            "cleared " + asInAlarm(metric, badEnd(metric)) + " " + asInAlarm(metric, goodEnd(metric)));
        }
    }

    @Test
    void all_numbers_of_inventories_and_processes_are_stored_up_to_their_ends() throws IOException {
        OptionalInt hot = OptionalInt.of(200);
        Inventory largest = new Inventory(
                "box1",
                "",
                "",
                "",
                "",
                Integer.MAX_VALUE,
                Metric.MEM_TOTAL_BYTES.maxRaw(),
                "none",
                List.of(new GpuInfo("GPU-a", "H200", "", hot, hot, hot, hot, OptionalInt.of(-50))),
                "",
                OptionalInt.of(Integer.MAX_VALUE));
        try (ProtocolClient probe = ProtocolClient.connect(collector.address())) {
            probe.authenticate(machine.name(), machine.key(), UUID.randomUUID());
            probe.receive(Welcome.class);
            probe.send(largest);
            probe.send(new GpuProcesses(
                    Instant.now(),
                    List.of(new GpuProcesses.OnGpu(
                            0, Long.MAX_VALUE, "python3", "ada", Metric.GPU_MEM_USED_BYTES.maxRaw()))));
            Instant now = Instant.now();
            acknowledged(probe, 1, now, List.of(new Raw(now, Map.of())));
        }

        assertThat(database.query(
                        "SELECT CONCAT_WS(' ', cpu_count, mem_total_bytes, temp_sensor_count, shutdown_temp_c,"
                                + " target_temp_c) FROM machine_inventory JOIN gpu USING (machine_id)"))
                .containsExactly("2147483647 1152921504606846976 2147483647 200 -50");
        assertThat(database.query("SELECT CONCAT_WS(' ', pid, mem_used_bytes) FROM gpu_process"))
                .containsExactly("9223372036854775807 1152921504606846976");
    }

    @Test
    void every_time_that_a_message_can_carry_is_stored() throws SQLException, IOException {
        database.execute("UPDATE fleet_limit SET for_s = 0 WHERE metric = 'cpu_temp_c'");
        restart();
        Hello now = ProtocolClient.hello(machine.name(), UUID.randomUUID());
        Hello last = new Hello(
                now.versions(),
                now.probeVersion(),
                now.machineName(),
                now.nonce(),
                LAST,
                now.bootId(),
                now.instanceId());
        try (ProtocolClient probe = ProtocolClient.connect(collector.address())) {
            probe.authenticate(last, machine.key());
            probe.receive(Welcome.class);
            probe.send(inventory());
            for (Instant looked : List.of(Instant.EPOCH, LAST)) {
                probe.send(new GpuProcesses(looked, List.of(new GpuProcesses.OnGpu(0, 100, "python3", "ada", 1))));
            }
            probe.send(new Lost(1, 2, 2, Instant.EPOCH, LAST, Lost.Reason.TOO_OLD));
            acknowledged(
                    probe,
                    3,
                    LAST,
                    List.of(
                            new Raw(Instant.EPOCH, Map.of(Metric.CPU_TEMP_C, 970L)),
                            new Raw(LAST, Map.of(Metric.CPU_TEMP_C, 400L)),
                            new Raw(LAST, Map.of(Metric.CPU_TEMP_C, 970L))));
            acknowledged(probe, 6, Instant.EPOCH, List.of(new Raw(Instant.EPOCH, Map.of(Metric.CPU_TEMP_C, 400L))));
        }

        assertThat(database.query("SELECT CONCAT(sequence, ' ', taken_at) FROM (SELECT sequence, taken_at FROM reading"
                        + " UNION ALL SELECT sequence, taken_at FROM reading_ahead) r ORDER BY sequence"))
                .containsExactly(
                        "3 1970-01-01 00:00:00.000",
                        "4 9999-12-31 23:59:59.999",
                        "5 9999-12-31 23:59:59.999",
                        "6 1970-01-01 00:00:00.000");
        assertThat(database.query("SELECT CONCAT(from_at, ' ', to_at) FROM reading_gap"))
                .containsExactly("1970-01-01 00:00:00.000 9999-12-31 23:59:59.999");
        assertThat(database.query("SELECT CONCAT_WS(' ', metric, severity, raised_at, cleared_at) FROM alarm"
                        + " WHERE metric = 'cpu_temp_c' AND severity = 'critical' ORDER BY id"))
                .containsExactly(
                        "cpu_temp_c critical 1970-01-01 00:00:00.000 9999-12-31 23:59:59.999",
                        "cpu_temp_c critical 9999-12-31 23:59:59.999 9999-12-31 23:59:59.999");
        assertNothingSetAside();
    }

    private void limitAtTheBadEnd(List<Metric> metrics) throws SQLException, IOException {
        database.execute("DELETE FROM fleet_limit");
        for (Metric metric : metrics) {
            long raiseAt = Math.min(badEnd(metric), LARGEST_LIMIT);
            database.execute("INSERT INTO fleet_limit (metric, severity, raise_at, clear_at, for_s) VALUES ('" + metric
                    + "', 'critical', " + metric.format(raiseAt) + ", NULL, 0)");
        }
        restart();
    }

    private static long badEnd(Metric metric) {
        return metric.direction() == Metric.Direction.HIGH_IS_BAD ? metric.maxRaw() : metric.minRaw();
    }

    private static long goodEnd(Metric metric) {
        return metric.direction() == Metric.Direction.HIGH_IS_BAD ? metric.minRaw() : metric.maxRaw();
    }

    /** Alarms are judged by doubles. */
    private static String asInAlarm(Metric metric, long raw) {
        return BigDecimal.valueOf(metric.toValue(raw)).setScale(2).toPlainString();
    }

    private void send(Instant sentAt, List<Raw> readings) throws IOException {
        send(1, sentAt, readings);
    }

    private void send(long firstSequence, Instant sentAt, List<Raw> readings) throws IOException {
        try (ProtocolClient probe = ProtocolClient.connect(collector.address())) {
            probe.authenticate(machine.name(), machine.key(), new UUID(1, 2));
            probe.receive(Welcome.class);
            probe.send(inventory());
            acknowledged(probe, firstSequence, sentAt, readings);
        }
    }

    private static void acknowledged(ProtocolClient probe, long firstSequence, Instant sentAt, List<Raw> readings)
            throws IOException {
        probe.send(RawReadings.frame(firstSequence, sentAt, readings));
        long last = firstSequence + readings.size() - 1;
        while (probe.receive(Ack.class).acknowledged().last() < last) {
            // Further ACKs come.
        }
    }

    private static Inventory inventory() {
        return new Inventory(
                "box1",
                "",
                "",
                "",
                "",
                0,
                0,
                "",
                List.of(GpuInfo.withoutLimits("GPU-a", "H200", "")),
                "",
                OptionalInt.empty());
    }

    private void restart() throws SQLException, IOException {
        collector.close();
        collector = TestCollectors.start(database.database());
    }

    private List<String> alarms(String state) {
        return database.query("SELECT CONCAT_WS(' ', metric, severity, raised_value) FROM alarm WHERE state = '" + state
                + "' AND metric <> 'silent_s' ORDER BY metric");
    }

    private void assertNothingSetAside() {
        assertThat(database.query("SELECT CONCAT(sequence, ' ', reason) FROM reading_rejected"))
                .isEmpty();
    }
}
