package io.emberwatch.collector;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.problem.ServiceProblem;
import io.emberwatch.collector.store.OverviewStore;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.GpuValues;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.Welcome;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a machine's clock says is for the machine to know: it costs nobody else anything. */
@EveryServer
class WrongClockTest {
    private static final Inventory INVENTORY = new Inventory(
            "box1",
            "",
            "Debian 12",
            "6.1",
            "Xeon",
            64,
            1L << 39,
            "none",
            List.of(new GpuInfo(
                    "GPU-a",
                    "H100",
                    "",
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    OptionalInt.empty())),
            "",
            OptionalInt.empty());
    private static final UUID BOOT = UUID.fromString("11111111-2222-3333-4444-555555555555");

    private final TestDatabase database;
    private final TestFleet.Member machine;
    private final Collector collector;

    WrongClockTest(TestServer server) throws SQLException, IOException {
        database = server.create();
        machine = TestFleet.register(database.database(), 1).get(0);
        database.execute("UPDATE fleet_limit SET for_s = 0 WHERE metric = 'cpu_temp_c'");
        database.execute("UPDATE fleet_limit SET for_s = 10 WHERE metric = 'mem_used_percent'");
        collector = TestCollectors.start(database.database());
    }

    @AfterEach
    void close() {
        collector.close();
        database.close();
    }

    @Test
    void readings_of_days_to_come_are_kept_apart_judged_all_the_same_and_reported() throws Exception {
        Instant ahead = Instant.now().plus(Duration.ofDays(30));
        send(ahead, reading(1, ahead, 50), reading(2, ahead.plusSeconds(1), 97));

        assertThat(database.query("SELECT sequence FROM reading")).isEmpty();
        assertThat(database.query("SELECT sequence FROM gpu_reading")).isEmpty();
        assertThat(database.query("SELECT CONCAT_WS(' ', sequence, cpu_temp_c) FROM reading_ahead ORDER BY 1"))
                .containsExactly("1 50.0", "2 97.0");
        assertThat(database.query("SELECT CONCAT_WS(' ', uuid, gpu_temp_c) FROM gpu_reading_ahead JOIN gpu"
                        + " ON gpu.id = gpu_id"))
                .containsExactly("GPU-a 61.0", "GPU-a 61.0");
        assertThat(database.query("SELECT severity FROM alarm WHERE metric = 'cpu_temp_c' AND state = 'firing'"
                        + " ORDER BY severity"))
                .containsExactly("warning", "critical");
        assertThat(problems()).containsExactly("READINGS_AHEAD " + machine.name());
        Optional<OverviewStore.LatestReading> latest =
                database.database().transact(connection -> new OverviewStore().latestReading(connection, machine.id()));
        assertThat(latest.orElseThrow().values().raw(Metric.CPU_TEMP_C)).isEqualTo(970);
    }

    @Test
    void readings_less_than_a_day_ahead_stand_with_the_others() throws Exception {
        Instant tomorrow = Instant.now().plus(Duration.ofHours(23));
        send(tomorrow, reading(1, tomorrow, 50));

        assertThat(database.query("SELECT sequence FROM reading")).containsExactly("1");
        assertThat(database.query("SELECT sequence FROM reading_ahead")).isEmpty();
        assertThat(problems()).isEmpty();
    }

    @Test
    void readings_of_1970_go_to_the_first_partition_and_keep_nobody_else_out() throws Exception {
        send(Instant.EPOCH.plusSeconds(60), reading(1, Instant.EPOCH.plusSeconds(1), 97));
        send(Instant.now(), reading(2, Instant.now(), 97));

        assertThat(database.query("SELECT sequence FROM reading PARTITION (p_before)"))
                .containsExactly("1");
        assertThat(database.query("SELECT sequence FROM reading PARTITION (p_future)"))
                .isEmpty();
        assertThat(database.query("SELECT sequence FROM reading ORDER BY sequence"))
                .containsExactly("1", "2");
    }

    /**
     * Field case clock-1970-2106 (a board without a battery, rfmoz/tuptime #33; beyond 32 bits), and one that begins where
     * it was turned off two weeks before (raspberrypi/linux #1751): what must last is waited for by that clock, the owner
     * is told that it is wrong, and once it is right all is as ever.
     */
    @Test
    void a_machine_that_believes_in_1970_then_in_2106_is_watched_all_the_time() throws Exception {
        Instant right = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        List<Instant> believed = List.of(
                Instant.parse("1970-01-01T00:01:40Z"),
                Instant.parse("2106-02-07T06:28:20Z"),
                right.minus(Duration.ofDays(14)));
        long sequence = 0;
        for (Instant from : believed) {
            send(
                    from.plusSeconds(12),
                    memoryReading(++sequence, from, 99),
                    memoryReading(++sequence, from.plusSeconds(11), 99));
            assertThat(alarms()).containsExactly("clock_skew_s firing", "mem_used_percent firing");

            send(from.plusSeconds(13), memoryReading(++sequence, from.plusSeconds(13), 50));
            assertThat(alarms()).containsExactly("clock_skew_s firing");
        }

        send(right, memoryReading(++sequence, right, 51));

        assertThat(alarms()).isEmpty();
        assertThat(database.query("SELECT CONCAT_WS(' ', state, taken_at, mem_used_percent) FROM machine_now"))
                .singleElement()
                .asString()
                .endsWith(" " + right.toString().replace('T', ' ').replace("Z", "") + " 51.0");
        assertThat(database.query("SELECT COUNT(*) FROM reading_rejected")).containsExactly("0");
        assertThat(database.query("SELECT (SELECT COUNT(*) FROM reading) + (SELECT COUNT(*) FROM reading_ahead)"))
                .containsExactly("" + sequence);
    }

    private List<String> alarms() {
        return database.query("SELECT CONCAT_WS(' ', metric, state) FROM alarm WHERE is_open = 1 ORDER BY metric");
    }

    private static Reading memoryReading(long sequence, Instant takenAt, double memUsedPercent) {
        return new Reading(
                sequence,
                takenAt,
                MetricValues.builder(Scope.MACHINE)
                        .set(Metric.MEM_USED_PERCENT, memUsedPercent)
                        .build(),
                List.of());
    }

    private void send(Instant sentAt, Reading... readings) throws IOException {
        try (ProtocolClient probe = ProtocolClient.connect(collector.address())) {
            Hello now = ProtocolClient.hello(machine.name(), BOOT);
            Hello asItBelieves = new Hello(
                    now.versions(), now.probeVersion(), now.machineName(), now.nonce(), sentAt, BOOT, now.instanceId());
            probe.authenticate(asItBelieves, machine.key());
            probe.receive(Welcome.class);
            probe.send(INVENTORY);
            probe.send(new Readings(sentAt, List.of(readings)));
            assertThat(probe.receive(Ack.class).acknowledged().last())
                    .isEqualTo(readings[readings.length - 1].sequence());
        }
    }

    private static Reading reading(long sequence, Instant takenAt, double cpuTempC) {
        return new Reading(
                sequence,
                takenAt,
                MetricValues.builder(Scope.MACHINE)
                        .set(Metric.CPU_TEMP_C, cpuTempC)
                        .build(),
                List.of(new GpuValues(
                        0,
                        MetricValues.builder(Scope.GPU)
                                .set(Metric.GPU_TEMP_C, 61)
                                .build(),
                        List.of())));
    }

    private List<String> problems() {
        return collector.problems().all().stream()
                .filter(problem -> problem.kind() == ServiceProblem.Kind.READINGS_AHEAD)
                .map(problem -> problem.kind() + " " + problem.subject())
                .toList();
    }
}
