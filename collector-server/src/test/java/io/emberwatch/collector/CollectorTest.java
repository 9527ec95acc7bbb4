package io.emberwatch.collector;

import static io.emberwatch.collector.testing.TestReadings.healthy;
import static io.emberwatch.collector.testing.TestReadings.reading;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.net.NetSettings;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.collector.testing.Tries;
import io.emberwatch.protocol.Bye;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.GpuValues;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Ping;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.Welcome;
import java.io.EOFException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a probe may rely on, over a real socket and on real databases. */
@EveryServer
class CollectorTest {
    private static final UUID BOOT = UUID.fromString("11111111-2222-3333-4444-555555555555");

    private final TestDatabase database;
    private final TestFleet.Member machine;
    private Collector collector;

    CollectorTest(TestServer server) throws SQLException, IOException {
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
    void what_is_acknowledged_is_in_the_database() throws IOException {
        try (ProtocolClient probe = connect()) {
            Welcome welcome = hello(probe, BOOT);
            probe.send(healthy(1, 3));

            Ack ack = probe.receive(Ack.class);

            assertThat(welcome.acknowledged().last()).isZero();
            assertThat(ack.acknowledged().last()).isEqualTo(3);
            assertThat(sequences()).containsExactly("1", "2", "3");
            assertThat(database.query("SELECT cpu_temp_c FROM reading LIMIT 1")).containsExactly("45.5");
            assertThat(database.query("SELECT load_1m FROM reading LIMIT 1")).containsOnlyNulls();
        }
    }

    @Test
    void a_probe_goes_on_behind_what_is_stored_and_what_it_repeats_is_stored_once() throws IOException {
        try (ProtocolClient probe = connect()) {
            hello(probe, BOOT);
            probe.send(healthy(1, 3));
            probe.receive(Ack.class);
        }
        try (ProtocolClient probe = connect()) {
            Welcome welcome = hello(probe, BOOT);
            probe.send(healthy(4, 5));
            probe.receive(Ack.class);

            assertThat(welcome.acknowledged().last()).isEqualTo(3);
            assertThat(sequences()).containsExactly("1", "2", "3", "4", "5");
        }
    }

    @Test
    void a_probe_that_begins_to_count_anew_is_stored_too() throws IOException {
        try (ProtocolClient probe = connect()) {
            hello(probe, BOOT);
            probe.send(healthy(1, 2));
            probe.receive(Ack.class);
        }
        try (ProtocolClient probe = connect()) {
            Welcome welcome = hello(probe, UUID.randomUUID());
            probe.send(new Readings(List.of(reading(1, Instant.now().plusSeconds(5), Metric.CPU_TEMP_C, 50))));
            probe.receive(Ack.class);

            assertThat(welcome.acknowledged().last()).isZero();
            assertThat(sequences()).containsExactly("1", "1", "2");
        }
    }

    @Test
    void a_reading_that_cannot_be_stored_is_set_aside_with_its_reason_and_the_rest_goes_on() throws IOException {
        Instant now = Instant.now();
        database.execute("ALTER TABLE reading MODIFY cpu_temp_c DECIMAL(3,1) NULL");
        try (ProtocolClient probe = connect()) {
            hello(probe, BOOT);
            probe.send(new Readings(List.of(
                    reading(1, now, Metric.CPU_TEMP_C, 40),
                    reading(2, now.plusSeconds(1), Metric.CPU_TEMP_C, 100),
                    reading(3, now.plusSeconds(2), Metric.CPU_TEMP_C, 41))));

            await().until(() -> probe.receive(Ack.class).acknowledged().last() == 3);

            assertThat(sequences()).containsExactly("1", "3");
            assertThat(database.query("SELECT sequence FROM reading_rejected")).containsExactly("2");
            assertThat(database.query("SELECT reason FROM reading_rejected").get(0))
                    .contains("cpu_temp_c");
            assertThat(database.query("SELECT content FROM reading_rejected").get(0))
                    .contains("cpu_temp_c=100.0");
        }
    }

    @Test
    void gpus_are_stored_under_their_uuid() throws IOException {
        try (ProtocolClient probe = connect()) {
            hello(probe, BOOT);
            probe.send(inventory("GPU-a", "GPU-b"));
            MetricValues hot =
                    MetricValues.builder(Scope.GPU).set(Metric.GPU_TEMP_C, 71).build();
            probe.send(new Readings(List.of(new Reading(
                    1, Instant.now(), MetricValues.empty(Scope.MACHINE), List.of(new GpuValues(1, hot, List.of()))))));
            probe.receive(Ack.class);

            assertThat(database.query(
                            "SELECT CONCAT(uuid, ' ', gpu_temp_c) FROM gpu_reading JOIN gpu" + " ON gpu.id = gpu_id"))
                    .containsExactly("GPU-b 71.0");
        }
    }

    @Test
    void a_reading_of_a_gpu_that_no_inventory_named_is_set_aside() throws IOException {
        try (ProtocolClient probe = connect()) {
            hello(probe, BOOT);
            probe.send(new Readings(List.of(new Reading(
                    1,
                    Instant.now(),
                    MetricValues.empty(Scope.MACHINE),
                    List.of(new GpuValues(0, MetricValues.empty(Scope.GPU), List.of()))))));

            assertThat(probe.receive(Ack.class).acknowledged().last()).isEqualTo(1);
            assertThat(sequences()).isEmpty();
            assertThat(database.query("SELECT reason FROM reading_rejected").get(0))
                    .contains("GPU 0");
        }
    }

    @Test
    void idle_probe_is_pinged() throws SQLException, IOException {
        collector.close();
        collector = TestCollectors.start(
                database.database(),
                new NetSettings(
                        TestCollectors.NET.listen(),
                        10,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(60),
                        Duration.ofMillis(100),
                        16,
                        TestCollectors.STANDARD_LIMITS));
        try (ProtocolClient probe = connect()) {
            hello(probe, BOOT);

            assertThat(probe.receive()).isInstanceOf(Ping.class);
        }
    }

    @Test
    void a_machine_beyond_its_limit_owes_its_owner_a_mail_from_the_same_transaction() throws SQLException, IOException {
        database.execute("UPDATE fleet_limit SET for_s = 0 WHERE metric = 'cpu_temp_c'");
        restart();
        try (ProtocolClient probe = connect()) {
            hello(probe, BOOT);
            probe.send(new Readings(List.of(reading(1, Instant.now(), Metric.CPU_TEMP_C, 96))));
            probe.receive(Ack.class);

            assertThat(database.query("SELECT severity FROM alarm WHERE state = 'firing' ORDER BY 1"))
                    .containsExactly("warning", "critical");
            assertThat(database.query("SELECT recipient FROM mail_outbox WHERE kind = 'raised'"))
                    .containsExactly("owner@example.org");

            probe.send(new Readings(List.of(reading(2, Instant.now(), Metric.CPU_TEMP_C, 60))));
            probe.receive(Ack.class);

            assertThat(database.query("SELECT state FROM alarm")).containsExactly("cleared", "cleared");
            assertThat(database.query("SELECT kind FROM mail_outbox ORDER BY id"))
                    .containsExactly("raised", "cleared");
        }
    }

    @Test
    void a_machine_whose_clock_is_wrong_overheats_all_the_same() throws SQLException, IOException {
        database.execute("UPDATE fleet_limit SET for_s = 0 WHERE metric = 'cpu_temp_c'");
        restart();
        Instant wrong = Instant.now().minus(Duration.ofDays(300));
        try (ProtocolClient probe = connect()) {
            hello(probe, BOOT);
            probe.send(new Readings(wrong.plusSeconds(1), List.of(reading(1, wrong, Metric.CPU_TEMP_C, 96))));
            probe.receive(Ack.class);

            assertThat(database.query("SELECT kind FROM mail_outbox")).containsExactly("raised");
        }
    }

    @Test
    void alarm_during_an_outage_is_mailed_as_past_and_never_as_current() throws SQLException, IOException {
        database.execute("UPDATE fleet_limit SET for_s = 0 WHERE metric = 'cpu_temp_c'");
        restart();
        Instant now = Instant.now();
        try (ProtocolClient probe = connect()) {
            hello(probe, BOOT);
            probe.send(new Readings(
                    now,
                    List.of(
                            reading(1, now.minusSeconds(600), Metric.CPU_TEMP_C, 96),
                            reading(2, now.minusSeconds(300), Metric.CPU_TEMP_C, 96))));
            probe.receive(Ack.class);
            assertThat(database.query("SELECT state FROM alarm WHERE severity = 'critical'"))
                    .containsExactly("firing");
            assertThat(database.query("SELECT kind FROM mail_outbox")).isEmpty();

            probe.send(new Readings(now, List.of(reading(3, now.minusSeconds(200), Metric.CPU_TEMP_C, 50))));
            probe.receive(Ack.class);
            assertThat(database.query("SELECT kind FROM mail_outbox")).containsExactly("past");
        }
    }

    @Test
    void a_goodbye_is_a_clean_stop_and_a_broken_connection_is_a_loss() throws IOException {
        try (ProtocolClient probe = connect()) {
            hello(probe, BOOT);
            probe.send(new Bye(Bye.Reason.STOPPED, ""));
            await().untilAsserted(() -> assertThat(database.query("SELECT state FROM probe_session"))
                    .containsExactly("stopped"));
        }
        try (ProtocolClient probe = connect()) {
            hello(probe, BOOT);
        }
        await().untilAsserted(() ->
                assertThat(database.query("SELECT state FROM probe_session")).containsExactly("lost"));
    }

    @Test
    void a_goodbye_counts_even_if_the_collector_is_not_listening_when_it_comes() throws IOException {
        try (ProtocolClient probe = connect()) {
            hello(probe, BOOT);
            // More batches than may be in flight: the collector stops reading before it comes to the BYE.
            for (int sequence = 1; sequence <= 40; sequence++) {
                probe.send(healthy(sequence, sequence));
            }
            probe.send(new Bye(Bye.Reason.STOPPED, ""));
            probe.finish();
        }
        await().untilAsserted(() ->
                assertThat(database.query("SELECT state FROM probe_session")).containsExactly("stopped"));
    }

    @Test
    void a_machine_with_a_new_key_is_turned_out_within_5_s() {
        String key = database.query("SELECT HEX(stored_key) FROM machine_key").get(0);
        Tries.untilOneTakesLessThan(Duration.ofSeconds(5), () -> {
            database.execute("UPDATE machine_key SET stored_key = UNHEX('" + key + "')");
            try (ProtocolClient probe = connect()) {
                hello(probe, BOOT);
                database.execute("UPDATE machine_key SET stored_key = REPEAT('k', 32)");

                await().until(() -> collector.sessionCount() == 0);
                assertThat(probe.receive(Refused.class).code()).isEqualTo(RefusalCode.NOT_AUTHENTICATED);
            }
        });
    }

    @Test
    void a_newer_session_of_the_same_process_takes_over_from_an_older_one() throws IOException {
        UUID process = UUID.randomUUID();
        try (ProtocolClient older = connect();
                ProtocolClient newer = connect()) {
            older.authenticate(ProtocolClient.hello(machine.name(), BOOT, process), machine.key());
            older.receive(Welcome.class);
            newer.authenticate(ProtocolClient.hello(machine.name(), BOOT, process), machine.key());
            newer.receive(Welcome.class);

            assertThat(older.receive(Refused.class).code()).isEqualTo(RefusalCode.SUPERSEDED);
            newer.send(healthy(1, 1));
            assertThat(newer.receive(Ack.class).acknowledged().last()).isEqualTo(1);
        }
    }

    @Test
    void a_collector_that_stops_acknowledges_what_it_has_and_says_goodbye() throws IOException {
        try (ProtocolClient probe = connect()) {
            hello(probe, BOOT);
            probe.send(healthy(1, 1));
            probe.receive(Ack.class);

            collector.close();

            assertThat(probe.receive(Bye.class).reason()).isEqualTo(Bye.Reason.COLLECTOR_STOPPING);
            assertThatThrownBy(probe::receive).isInstanceOf(EOFException.class);
        }
    }

    private void restart() throws SQLException, IOException {
        collector.close();
        collector = TestCollectors.start(database.database());
    }

    private ProtocolClient connect() throws IOException {
        return ProtocolClient.connect(collector.address());
    }

    private Welcome hello(ProtocolClient probe, UUID bootId) throws IOException {
        probe.authenticate(machine.name(), machine.key(), bootId);
        return probe.receive(Welcome.class);
    }

    private List<String> sequences() {
        return database.query("SELECT sequence FROM reading ORDER BY sequence");
    }

    private static Inventory inventory(String... gpuUuids) {
        List<GpuInfo> gpus = List.of(gpuUuids).stream()
                .map(uuid -> new GpuInfo(
                        uuid,
                        "H200",
                        "0000:3b:00.0",
                        OptionalInt.of(87),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        OptionalInt.empty()))
                .toList();
        return new Inventory(
                "box1", "", "Debian 12", "6.1", "Xeon", 64, 1L << 39, "none", gpus, "", OptionalInt.empty());
    }
}
