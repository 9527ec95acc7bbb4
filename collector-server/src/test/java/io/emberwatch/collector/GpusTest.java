package io.emberwatch.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.problem.ServiceProblem;
import io.emberwatch.collector.store.GpuStore;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.GpuProcesses;
import io.emberwatch.protocol.GpuValues;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Defer;
import io.emberwatch.protocol.Message.Fetch;
import io.emberwatch.protocol.Message.History;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.Welcome;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What machines report about their GPUs, from the socket to the tables: XID errors, processes, and cards that are
 * missing.
 */
@EveryServer
@Execution(ExecutionMode.CONCURRENT)
class GpusTest {
    private static final UUID BOOT = UUID.fromString("11111111-2222-3333-4444-555555555555");
    private static final int FINE = 0;
    private static final int DRIVER_MISSING = 4;

    private final TestDatabase database;
    private final List<TestFleet.Member> machines;
    private final Collector collector;
    private long sequence;

    GpusTest(TestServer server) throws SQLException, IOException {
        database = server.create();
        database.execute("UPDATE fleet_limit SET for_s = 0 WHERE metric LIKE 'gpu%'");
        machines = TestFleet.register(database.database(), 3);
        collector = TestCollectors.start(database.database());
    }

    @AfterEach
    void close() {
        collector.close();
        database.close();
    }

    @Test
    void xid_errors_are_stored_in_the_order_in_which_they_happened() throws IOException {
        Instant now = Instant.now();
        try (ProtocolClient probe = connect(0, "GPU-a", "GPU-b")) {
            probe.send(new Readings(
                    now,
                    List.of(
                            reading(1, now.minusSeconds(2), List.of(63, 79, 79)),
                            reading(2, now.minusSeconds(1), List.of()),
                            reading(3, now, List.of(31)))));
            awaitAcknowledged(probe, AcknowledgedRange.upTo(3));
        }

        assertThat(xids()).containsExactly("1 0 63", "1 1 79", "1 2 79", "3 0 31");
    }

    @Test
    void xid_errors_of_the_history_are_stored_too() throws IOException {
        Instant now = Instant.now();
        try (ProtocolClient probe = connect(0, "GPU-a", "GPU-b")) {
            probe.send(new Defer(11));
            probe.send(new Readings(now, List.of(reading(11, now, List.of(13)))));
            next(probe, Fetch.class);
            probe.send(new History(10, now, List.of(reading(5, now.minusSeconds(3600), List.of(48, 64)))));
            awaitAcknowledged(probe, AcknowledgedRange.upTo(11));
        }

        assertThat(xids()).containsExactly("5 0 48", "5 1 64", "11 0 13");
    }

    @Test
    void processes_are_there_as_long_as_each_look_finds_them() throws IOException {
        Instant now = Instant.now();
        processesOfASession(now, process(0, 100, "python3"), process(0, 101, "ollama"), process(1, 100, "python3"));
        assertThat(running()).containsExactly("0 100 python3 ada", "0 101 ollama ada", "1 100 python3 ada");

        // Another program under the same number, and one that is gone from one card only.
        processesOfASession(now.plusSeconds(10), process(0, 100, "python3"), process(0, 101, "blender"));
        assertThat(running()).containsExactly("0 100 python3 ada", "0 101 blender ada");

        processesOfASession(now.plusSeconds(20));
        assertThat(running()).isEmpty();

        processesOfASession(now.plusSeconds(30), process(0, 100, "python3"));
        assertThat(running()).containsExactly("0 100 python3 ada");
        assertThat(database.query(
                        "SELECT CONCAT_WS(' ', pid, name, TIMESTAMPDIFF(SECOND, p.first_seen_at, p.last_seen_at),"
                                + " TIMESTAMPDIFF(SECOND, p.first_seen_at, ended_at)) FROM gpu_process p"
                                + " JOIN gpu ON gpu.id = gpu_id WHERE slot = 0 ORDER BY p.first_seen_at, pid"))
                .as("a process that comes back is another one")
                .containsExactly("100 python3 10 20", "101 ollama 0 10", "101 blender 0 10", "100 python3 0");
    }

    /** After a reboot without its driver a machine shows no cards, and its probe has nothing to say of processes. */
    @Test
    void what_ran_on_a_gpu_that_is_not_shown_any_more_has_ended() throws IOException {
        Instant now = Instant.now();
        processesOfASession(now, process(0, 100, "python3"), process(1, 101, "ollama"));

        try (ProtocolClient probe = connect(0, "GPU-b")) {
            sendReadingWithoutDriverFault(probe);
            assertThat(running()).containsExactly("0 101 ollama ada");
            probe.send(withReference(inventory(), "GPU-b"));
            sendReadingWithoutDriverFault(probe);
        }

        assertThat(running()).isEmpty();
        assertThat(database.query("SELECT COUNT(*) FROM gpu_process WHERE ended_at = last_seen_at"))
                .containsExactly("2");
    }

    @Test
    void processes_that_mean_nothing_are_no_breach() throws IOException {
        try (ProtocolClient probe = ProtocolClient.connect(collector.address())) {
            probe.authenticate(machines.get(0).name(), machines.get(0).key(), BOOT);
            probe.receive(Welcome.class);
            probe.send(new GpuProcesses(Instant.now(), List.of(process(0, 1, "before any inventory"))));
            probe.send(inventory("GPU-a"));
            probe.send(new GpuProcesses(Instant.now(), List.of(process(0, 2, "known"), process(63, 3, "nowhere"))));
            probe.send(new Readings(List.of(reading(1, Instant.now(), List.of()))));
            awaitAcknowledged(probe, AcknowledgedRange.upTo(1));
        }

        assertThat(running()).containsExactly("0 2 known ada");
    }

    @Test
    void a_mad_probe_makes_the_database_write_little() throws IOException {
        try (ProtocolClient probe = connect(0, "GPU-a")) {
            for (int pid = 0; pid < 500; pid++) {
                probe.send(new GpuProcesses(Instant.now(), List.of(process(0, pid, "fork"))));
            }
            probe.send(new Readings(List.of(reading(1, Instant.now(), List.of()))));
            awaitAcknowledged(probe, AcknowledgedRange.upTo(1));
        }

        assertThat(database.query("SELECT COUNT(*) < 20 FROM gpu_process")).containsExactly("1");
    }

    @Test
    void a_gpu_that_is_not_there_any_more_is_missing_until_it_is_back() throws IOException {
        try (ProtocolClient probe = connect(0, "GPU-a", "GPU-b", "PCI-0000:3b:00.0")) {
            sendReading(probe, FINE);
            probe.send(inventory("GPU-a"));
            sendReading(probe, DRIVER_MISSING);
            sendReadingWithoutDriverFault(probe);
            assertThat(openAlarms()).as("not while the machine cannot know").isEmpty();

            sendReading(probe, FINE);
            assertThat(openAlarms()).containsExactly("box1 gpu_missing_count firing 1.00");

            sendReading(probe, DRIVER_MISSING);
            assertThat(openAlarms()).as("nothing new is known").hasSize(1);

            probe.send(inventory("GPU-b", "GPU-a"));
            sendReading(probe, FINE);
            assertThat(openAlarms()).isEmpty();
        }
    }

    @Test
    void a_gpu_that_was_lost_while_the_collector_was_away_is_missing() throws IOException {
        try (ProtocolClient probe = connect(0, "GPU-a", "GPU-b")) {
            sendReading(probe, FINE);
        }
        try (ProtocolClient probe = connect(0, "GPU-b")) {
            sendReading(probe, FINE);
            assertThat(openAlarms()).containsExactly("box1 gpu_missing_count firing 1.00");
        }
    }

    /** The probe names a card that is gone while it still sends readings of it. */
    @Test
    void a_gpu_that_only_old_readings_refer_to_is_missing_all_the_same() throws IOException {
        try (ProtocolClient probe = connect(0, "GPU-a", "GPU-b")) {
            sendReading(probe, FINE);
            String before = gpuRow("GPU-b");

            probe.send(withReference(inventory("GPU-a"), "GPU-b"));
            hot(probe, 1, 60, OptionalInt.empty());
            assertThat(database.query("SELECT COUNT(*) FROM gpu_reading r JOIN gpu ON gpu.id = r.gpu_id"
                            + " WHERE uuid = 'GPU-b' AND gpu_temp_c = 60"))
                    .containsExactly("1");
            sendReading(probe, FINE);

            assertThat(openAlarms()).containsExactly("box1 gpu_missing_count firing 1.00");
            assertThat(gpuRow("GPU-b")).as("nothing new is known of it").isEqualTo(before);
            assertThat(database.query("SELECT CONCAT_WS(' ', uuid, is_missing) FROM gpu_now ORDER BY uuid"))
                    .containsExactly("GPU-a 0", "GPU-b 1");
        }
    }

    @Test
    void a_gpu_that_is_only_referred_to_stays_where_it_is_now() throws IOException {
        try (ProtocolClient first = connect(0, "GPU-a", "GPU-b")) {
            first.send(inventory("GPU-a"));
            sendReading(first, FINE);
            try (ProtocolClient second = connect(1, "GPU-b", "GPU-c")) {
                sendReading(second, FINE);
                awaitAlarms(first);

                first.send(withReference(inventory("GPU-a"), "GPU-b"));
                sendReading(first, FINE);

                assertThat(retired()).containsExactly(machines.get(0).id() + "GPU-b");
            }
        }
    }

    @Test
    void a_gpu_that_was_never_shown_can_be_referred_to_and_is_not_there() throws IOException {
        try (ProtocolClient probe = connect(0, "GPU-a")) {
            probe.send(withReference(inventory("GPU-a"), "GPU-old"));
            hot(probe, 1, 60, OptionalInt.empty());

            assertThat(database.query("SELECT CONCAT_WS(' ', g.uuid, gpu_temp_c, g.last_seen_at < i.updated_at)"
                            + " FROM gpu_reading r JOIN gpu g ON g.id = r.gpu_id"
                            + " JOIN machine_inventory i ON i.machine_id = g.machine_id"))
                    .containsExactly("GPU-old 60.0 1");
        }
    }

    /** A host and its container, or two clones, name the same card. */
    @Test
    void a_gpu_that_two_machines_show_keeps_its_alarm_while_it_is_shown() throws IOException {
        try (ProtocolClient first = connect(0, "GPU-a", "GPU-b", "GPU-c")) {
            lost(first, 1);
            first.send(inventory("GPU-a", "GPU-b"));
            sendReading(first, FINE);
            assertThat(openAlarms())
                    .containsExactly("box1 GPU-b gpu_fault firing 1.00", "box1 gpu_missing_count firing 1.00");

            try (ProtocolClient second = connect(1, "GPU-b", "GPU-c")) {
                sendReading(second, FINE);
            }
            await().untilAsserted(() -> {
                sendReading(first, FINE);
                assertThat(openAlarms()).doesNotContain("box1 gpu_missing_count firing 1.00");
            });

            assertThat(openAlarms())
                    .as("neither reading without its values ends it")
                    .containsExactly("box1 GPU-b gpu_fault firing 1.00");
            first.send(inventory("GPU-a"));
            database.execute("UPDATE gpu SET retired_at = UTC_TIMESTAMP(3) WHERE uuid = 'GPU-b'");
            awaitAlarms(first);
        }
    }

    @Test
    void who_retires_a_gpu_ends_its_alarms_and_its_return_is_noticed() throws IOException {
        try (ProtocolClient probe = connect(0, "GPU-a", "GPU-b")) {
            lost(probe, 1);
            assertThat(openAlarms()).containsExactly("box1 GPU-b gpu_fault firing 1.00");
            probe.send(inventory("GPU-a"));
            sendReading(probe, FINE);
            assertThat(openAlarms())
                    .containsExactly("box1 GPU-b gpu_fault firing 1.00", "box1 gpu_missing_count firing 1.00");

            database.execute("UPDATE gpu SET retired_at = UTC_TIMESTAMP(3) WHERE uuid = 'GPU-b'");
            awaitAlarms(probe);
            assertThat(database.query("SELECT note FROM alarm_event WHERE kind = 'cleared' AND note IS NOT NULL"))
                    .containsExactly("card was taken out");

            probe.send(inventory("GPU-a", "GPU-b"));
            lost(probe, 1);
            assertThat(openAlarms()).containsExactly("box1 GPU-b gpu_fault firing 1.00");
            assertThat(database.query("SELECT COUNT(*) FROM gpu WHERE retired_at IS NOT NULL"))
                    .containsExactly("0");
        }
    }

    @Test
    void a_gpu_that_another_machine_has_now_is_not_missed_by_the_first() throws IOException {
        try (ProtocolClient first = connect(0, "GPU-a", "GPU-b", "card-1");
                ProtocolClient second = connect(1, "GPU-c", "card-1")) {
            first.send(inventory("GPU-a"));
            sendReading(first, FINE);
            assertThat(openAlarms()).containsExactly("box1 gpu_missing_count firing 1.00");

            second.send(inventory("GPU-c", "GPU-b"));
            awaitAlarms(first);
            sendReading(second, FINE);
            assertThat(openAlarms()).isEmpty();
            assertThat(retired())
                    .as("a place is in every machine")
                    .containsExactly(machines.get(0).id() + "GPU-b");

            second.send(inventory("GPU-c"));
            sendReading(second, FINE);
            assertThat(openAlarms()).containsExactly("box2 gpu_missing_count firing 1.00");
        }
    }

    @Test
    void a_gpu_that_was_moved_while_its_machine_was_off_is_not_missed_when_that_is_back() throws IOException {
        try (ProtocolClient first = connect(0, "GPU-a", "GPU-b")) {
            sendReading(first, FINE);
        }
        try (ProtocolClient second = connect(1, "GPU-b", "GPU-c")) {
            sendReading(second, FINE);
        }
        try (ProtocolClient first = connect(0, "GPU-a")) {
            awaitAlarms(first);
            assertThat(retired()).containsExactly(machines.get(0).id() + "GPU-b");
        }
        assertThat(conflictsEver()).isEmpty();
    }

    @Test
    void a_machine_that_claims_the_gpu_of_another_switches_off_no_alarm_and_both_have_a_new_one() throws IOException {
        try (ProtocolClient first = connect(0, "GPU-a", "GPU-b");
                ProtocolClient second = connect(1, "GPU-b", "GPU-c")) {
            await().untilAsserted(() -> {
                sendReading(first, FINE);
                sendReading(second, FINE);
                assertThat(openAlarms())
                        .containsExactly("box1 gpu_conflict_count firing 1.00", "box2 gpu_conflict_count firing 1.00");
            });
            assertThat(collector.problems().all())
                    .extracting(ServiceProblem::kind, ServiceProblem::subject)
                    .containsExactly(tuple(ServiceProblem.Kind.GPU_CLAIMED_TWICE, "GPU-b"));
            assertThat(collector.problems().all().get(0).text()).contains("box1", "box2");

            second.send(inventory("GPU-c"));
            first.send(inventory("GPU-a"));
            second.send(inventory("GPU-b", "GPU-c"));
            await().untilAsserted(() -> {
                sendReading(first, FINE);
                sendReading(second, FINE);
                assertThat(openAlarms()).containsExactly("box1 gpu_missing_count firing 1.00");
            });
            assertThat(retired()).isEmpty();
            assertThat(collector.problems().all())
                    .extracting(ServiceProblem::isSolved)
                    .containsExactly(true);
        }
    }

    @Test
    void who_says_that_a_gpu_is_to_be_there_is_not_overruled_by_the_machine_that_shows_it() throws Exception {
        try (ProtocolClient first = connect(0, "GPU-a", "GPU-b", "GPU-d");
                ProtocolClient second = connect(1, "GPU-c")) {
            first.send(inventory("GPU-a"));
            sendReading(first, FINE);
            second.send(inventory("GPU-c", "GPU-b"));
            await().until(this::retired, List.of(machines.get(0).id() + "GPU-b")::equals);

            int gpuId = Integer.parseInt(database.query("SELECT id FROM gpu WHERE retired_at IS NOT NULL")
                    .get(0));
            database.database().transact(connection -> {
                new GpuStore().unretire(connection, gpuId);
                return gpuId;
            });
            second.send(inventory("GPU-c", "GPU-b", "GPU-d"));

            await("the next look").until(() -> !retired().isEmpty());
            assertThat(retired()).containsExactly(machines.get(0).id() + "GPU-d");
        }
    }

    /** They go to the same writer; what changes many alarms is put back there, and written by itself. */
    @Test
    void many_alarms_of_one_machine_are_all_there_and_another_goes_on_beside_it() throws IOException {
        String[] cards = IntStream.range(0, 64).mapToObj(card -> "GPU-" + card).toArray(String[]::new);
        try (ProtocolClient storm = connect(0, cards);
                ProtocolClient other = connect(2, "GPU-other")) {
            for (int i = 1; i <= 20; i++) {
                storm.send(new Readings(List.of(new Reading(i, Instant.now(), driver(FINE), broken(i % 2 == 0)))));
                other.send(new Readings(List.of(new Reading(i, Instant.now(), driver(FINE), List.of()))));
            }
            awaitAcknowledged(storm, AcknowledgedRange.upTo(20));
            awaitAcknowledged(other, AcknowledgedRange.upTo(20));
        }

        assertThat(database.query("SELECT CONCAT_WS(' ', m.name, COUNT(*), COUNT(DISTINCT sequence), MAX(sequence))"
                        + " FROM reading r JOIN machine m ON m.id = machine_id GROUP BY m.name ORDER BY m.name"))
                .containsExactly("box1 20 20 20", "box3 20 20 20");
        assertThat(database.query("SELECT COUNT(*) FROM gpu_reading")).containsExactly(String.valueOf(20 * 64));
        assertThat(database.query("SELECT CONCAT_WS(' ', metric, COUNT(*)) FROM alarm WHERE is_open = 1"
                        + " AND state = 'firing' AND metric LIKE 'gpu\\_row%' GROUP BY metric ORDER BY metric"))
                .containsExactly("gpu_row_remap_failed 64", "gpu_row_remap_pending 64");
    }

    private static List<GpuValues> broken(boolean isBroken) {
        MetricValues values = MetricValues.builder(Scope.GPU)
                .setRaw(Metric.GPU_ROW_REMAP_PENDING, isBroken ? 1 : 0)
                .setRaw(Metric.GPU_ROW_REMAP_FAILED, isBroken ? 1 : 0)
                .build();
        return IntStream.range(0, 64)
                .mapToObj(card -> new GpuValues(card, values, List.of()))
                .toList();
    }

    @Test
    void gpu_that_reports_its_margin_is_judged_by_its_own_limits_and_the_owners_override() throws IOException {
        try (ProtocolClient probe = connect(0, "GPU-a", "GPU-b")) {
            hot(probe, 92, OptionalInt.of(12));
            assertThat(openAlarms()).isEmpty();
            hot(probe, 92, OptionalInt.of(2));
            assertThat(openAlarms())
                    .containsExactly(
                            "box1 GPU-a gpu_slowdown_margin_c firing 10.00",
                            "box1 GPU-a gpu_slowdown_margin_c firing 3.00");
            hot(probe, 60, OptionalInt.of(30));
            assertThat(openAlarms()).isEmpty();
            hot(probe, 92, OptionalInt.empty());
            assertThat(openAlarms())
                    .containsExactly("box1 GPU-a gpu_temp_c firing 83.00", "box1 GPU-a gpu_temp_c firing 90.00");
            hot(probe, 60, OptionalInt.empty());

            database.execute("INSERT INTO machine_limit (machine_id, metric, severity, raise_at) VALUES ("
                    + machines.get(0).id() + ", 'gpu_temp_c', 'critical', 99),"
                    + " (" + machines.get(0).id() + ", 'gpu_temp_c', 'warning', NULL)");
            await().untilAsserted(() -> {
                hot(probe, 92, OptionalInt.of(2));
                assertThat(openAlarms()).isEmpty();
            });
        }
    }

    @Test
    void a_gpu_whose_load_comes_in_waves_is_critical_once_until_it_has_cooled_off() throws IOException {
        try (ProtocolClient probe = connect(0, "GPU-a")) {
            for (int wave = 0; wave < 3; wave++) {
                hot(probe, 85, OptionalInt.of(2));
                hot(probe, 80, OptionalInt.of(7));
            }
            assertThat(mails()).containsExactly("critical raised");

            hot(probe, 74, OptionalInt.of(13));
            assertThat(openAlarms()).isEmpty();
            assertThat(mails()).containsExactly("critical raised", "critical cleared");
        }
    }

    @Test
    void a_gpu_that_needs_a_restart_raises_an_alarm_and_is_judged_by_its_temperature_all_the_same() throws IOException {
        try (ProtocolClient probe = connect(0, "GPU-a", "GPU-b")) {
            needsRestart(probe, 60);
            assertThat(openAlarms()).containsExactly("box1 GPU-a gpu_fault firing 1.00");
            assertThat(database.query("SELECT CONCAT_WS(' ', raised_value) FROM alarm"))
                    .containsExactly("8.00");

            needsRestart(probe, 92);
            assertThat(openAlarms())
                    .containsExactly(
                            "box1 GPU-a gpu_fault firing 1.00",
                            "box1 GPU-a gpu_temp_c firing 83.00",
                            "box1 GPU-a gpu_temp_c firing 90.00");

            needsRestart(probe, 60);
            assertThat(openAlarms()).containsExactly("box1 GPU-a gpu_fault firing 1.00");
        }
    }

    private void needsRestart(ProtocolClient probe, int temperature) throws IOException {
        MetricValues values = MetricValues.builder(Scope.GPU)
                .set(Metric.GPU_TEMP_C, temperature)
                .set(Metric.GPU_FAULT, GpuFault.RESTART_REQUIRED.code())
                .build();
        send(probe, driver(FINE), List.of(new GpuValues(0, values, List.of())));
    }

    @Test
    void a_gpu_that_aims_for_a_temperature_near_its_slowdown_is_judged_from_there_on() throws IOException {
        try (ProtocolClient probe = connect(0)) {
            probe.send(laptop());
            hot(probe, 87, OptionalInt.of(2));
            hot(probe, 87, OptionalInt.of(1));
            assertThat(openAlarms()).as("at its target").isEmpty();

            hot(probe, 88, OptionalInt.of(1));
            assertThat(openAlarms())
                    .containsExactly(
                            "box1 GPU-laptop gpu_slowdown_margin_c firing 1.00",
                            "box1 GPU-laptop gpu_slowdown_margin_c firing 1.00");
            assertThat(mails()).as("one for both").containsExactly("critical raised");

            hot(probe, 87, OptionalInt.of(2));
            assertThat(openAlarms()).isEmpty();
            assertThat(mails()).containsExactly("critical raised", "critical cleared");
        }
    }

    /** The probe has kept its readings, and does not show the card any more. */
    @Test
    void its_history_is_judged_so_even_if_it_is_gone() throws IOException, SQLException {
        Instant now = Instant.now();
        MetricValues atTarget = MetricValues.builder(Scope.GPU)
                .set(Metric.GPU_TEMP_C, 87)
                .set(Metric.GPU_SLOWDOWN_MARGIN_C, 2)
                .build();
        try (ProtocolClient probe = connect(0)) {
            probe.send(laptop());
            sendReading(probe, FINE);
        }
        collector.close();
        try (Collector next = TestCollectors.start(database.database());
                ProtocolClient probe = ProtocolClient.connect(next.address())) {
            probe.authenticate(machines.get(0).name(), machines.get(0).key(), BOOT);
            probe.receive(Welcome.class);
            probe.send(withReference(inventory("GPU-a"), "GPU-laptop"));
            probe.send(new Defer(11));
            probe.send(new Readings(now, List.of(reading(11, now, List.of()))));
            next(probe, Fetch.class);
            probe.send(new History(
                    10,
                    now,
                    List.of(new Reading(
                            5,
                            now.minusSeconds(3600),
                            MetricValues.empty(Scope.MACHINE),
                            List.of(new GpuValues(1, atTarget, List.of()))))));
            awaitAcknowledged(probe, AcknowledgedRange.upTo(11));
        }

        assertThat(database.query("SELECT gpu_temp_c FROM gpu_reading WHERE sequence = 5"))
                .containsExactly("87.0");
        assertThat(database.query("SELECT metric FROM alarm WHERE metric LIKE 'gpu_slow%'"))
                .isEmpty();
    }

    private void hot(ProtocolClient probe, int temperature, OptionalInt margin) throws IOException {
        hot(probe, 0, temperature, margin);
    }

    private void hot(ProtocolClient probe, int gpu, int temperature, OptionalInt margin) throws IOException {
        MetricValues.Builder values = MetricValues.builder(Scope.GPU).set(Metric.GPU_TEMP_C, temperature);
        margin.ifPresent(degrees -> values.set(Metric.GPU_SLOWDOWN_MARGIN_C, degrees));
        send(probe, MetricValues.empty(Scope.MACHINE), List.of(new GpuValues(gpu, values.build(), List.of())));
    }

    private void lost(ProtocolClient probe, int gpu) throws IOException {
        MetricValues values =
                MetricValues.builder(Scope.GPU).set(Metric.GPU_FAULT, 1).build();
        send(probe, driver(FINE), List.of(new GpuValues(gpu, values, List.of())));
    }

    private void sendReading(ProtocolClient probe, int driverFault) throws IOException {
        send(probe, driver(driverFault), List.of());
    }

    private void sendReadingWithoutDriverFault(ProtocolClient probe) throws IOException {
        send(probe, MetricValues.empty(Scope.MACHINE), List.of());
    }

    private static MetricValues driver(int fault) {
        return MetricValues.builder(Scope.MACHINE)
                .set(Metric.GPU_DRIVER_FAULT, fault)
                .build();
    }

    /** Sends a reading and waits until it is stored and judged. */
    private void send(ProtocolClient probe, MetricValues machine, List<GpuValues> gpus) throws IOException {
        sequence++;
        probe.send(new Readings(List.of(new Reading(sequence, Instant.now(), machine, gpus))));
        long sent = sequence;
        while (next(probe, Ack.class).acknowledged().last() < sent) {
            // An earlier one.
        }
    }

    /** Readings go on until these alarms are open. */
    private void awaitAlarms(ProtocolClient probe, String... alarms) {
        await().untilAsserted(() -> {
            sendReading(probe, FINE);
            assertThat(openAlarms()).containsExactly(alarms);
        });
    }

    private List<String> retired() {
        return database.query("SELECT CONCAT(machine_id, uuid) FROM gpu WHERE retired_at IS NOT NULL");
    }

    private List<String> conflictsEver() {
        return database.query("SELECT component FROM alarm WHERE metric = 'gpu_conflict_count'");
    }

    private void processesOfASession(Instant takenAt, GpuProcesses.OnGpu... processes) throws IOException {
        try (ProtocolClient probe = connect(0, "GPU-a", "GPU-b")) {
            probe.send(new GpuProcesses(takenAt, Arrays.asList(processes)));
            sendReadingWithoutDriverFault(probe);
        }
    }

    private static GpuProcesses.OnGpu process(int gpu, long pid, String name) {
        return new GpuProcesses.OnGpu(gpu, pid, name, "ada", pid * 1024);
    }

    private static Reading reading(long sequence, Instant takenAt, List<Integer> xids) {
        GpuValues second = new GpuValues(1, MetricValues.empty(Scope.GPU), xids);
        return new Reading(
                sequence, takenAt, MetricValues.empty(Scope.MACHINE), xids.isEmpty() ? List.of() : List.of(second));
    }

    private ProtocolClient connect(int machine, String... gpus) throws IOException {
        ProtocolClient probe = ProtocolClient.connect(collector.address());
        probe.authenticate(machines.get(machine).name(), machines.get(machine).key(), BOOT);
        probe.receive(Welcome.class);
        probe.send(inventory(gpus));
        return probe;
    }

    private static Inventory inventory(String... uuids) {
        List<GpuInfo> gpus = IntStream.range(0, uuids.length)
                .mapToObj(slot -> GpuInfo.withoutLimits(uuids[slot], "H200", "0000:" + slot + "b:00.0"))
                .toList();
        return new Inventory(
                "box", "", "Debian 12", "6.1", "Xeon", 64, 1L << 39, "none", gpus, "", OptionalInt.empty());
    }

    /** Two degrees are left to it at the temperature that it aims for. */
    private static Inventory laptop() {
        OptionalInt none = OptionalInt.empty();
        return inventory()
                .withGpus(List.of(new GpuInfo(
                        "GPU-laptop",
                        "NVIDIA GeForce RTX 4070 Laptop GPU",
                        "0000:01:00.0",
                        OptionalInt.of(89),
                        none,
                        none,
                        none,
                        OptionalInt.of(87))));
    }

    private static Inventory withReference(Inventory inventory, String uuid) {
        return inventory.withGpus(Stream.concat(inventory.gpus().stream(), Stream.of(GpuInfo.reference(uuid)))
                .toList());
    }

    private static void awaitAcknowledged(ProtocolClient probe, AcknowledgedRange acknowledged) throws IOException {
        while (!next(probe, Ack.class).acknowledged().equals(acknowledged)) {
            // An earlier one.
        }
    }

    /** The next message of this type; others are passed over. */
    private static <T extends Message> T next(ProtocolClient probe, Class<T> type) throws IOException {
        Message message = probe.receive();
        while (!type.isInstance(message)) {
            message = probe.receive();
        }
        return type.cast(message);
    }

    private List<String> xids() {
        return database.query("SELECT CONCAT_WS(' ', x.sequence, x.position, x.xid) FROM gpu_xid x"
                + " JOIN gpu g ON g.id = x.gpu_id AND g.uuid = 'GPU-b' ORDER BY x.taken_at, x.sequence, x.position");
    }

    private List<String> running() {
        return database.query(
                "SELECT CONCAT_WS(' ', slot, pid, name, user_name) FROM gpu_process_now" + " ORDER BY slot, pid, name");
    }

    private String gpuRow(String uuid) {
        return database.query("SELECT CONCAT_WS(' ', slot, model, pci_bus_id, first_seen_at, last_seen_at,"
                        + " COALESCE(retired_at, 'not retired')) FROM gpu WHERE uuid = '" + uuid + "'")
                .get(0);
    }

    private List<String> mails() {
        return database.query("SELECT CONCAT_WS(' ', a.severity, m.kind) FROM mail_outbox m"
                + " JOIN alarm a ON a.id = m.alarm_id WHERE a.metric LIKE 'gpu_slow%' ORDER BY m.id");
    }

    private List<String> openAlarms() {
        return database.query("SELECT CONCAT_WS(' ', m.name, NULLIF(a.component, ''), a.metric, a.state, a.raise_at)"
                + " FROM alarm a JOIN machine m ON m.id = a.machine_id WHERE a.is_open = 1"
                + " AND a.metric <> 'gpu_driver_fault' ORDER BY m.name, a.metric, a.severity");
    }
}
