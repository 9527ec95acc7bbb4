package io.emberwatch.collector;

import static io.emberwatch.collector.testing.TestReadings.reading;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.ingest.Ingest;
import io.emberwatch.collector.problem.ServiceProblem;
import io.emberwatch.collector.problem.ServiceProblem.Kind;
import io.emberwatch.collector.testing.CpuShare;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestHeat;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.GpuValues;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Lost;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.Welcome;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever one machine sends, and whatever somebody locks of it: a machine beside it, on the same and only writer, has
 * its reading stored and acknowledged as if nothing were.
 */
@EveryServer
class FairTurnsTest {
    /** On a machine that is neither idle nor quick; without the others it is some milliseconds. */
    private static final Duration SOON = Duration.ofSeconds(5);

    private static final Ingest.Settings ONE_WRITER =
            new Ingest.Settings(1, 64 << 20, 2000, Duration.ofMillis(2), Duration.ofSeconds(60));
    private static final double REFUSED_LOAD = 13;

    private final TestDatabase database;
    private final TestFleet.Member hostile;
    private final Collector collector;
    private final Probe honest;

    FairTurnsTest(TestServer server) throws SQLException, IOException {
        database = server.create();
        TestHeat.limitWithoutDelay(database);
        List<TestFleet.Member> fleet = TestFleet.register(database.database(), 2);
        hostile = fleet.get(0);
        collector = TestCollectors.start(database.database(), ONE_WRITER);
        honest = new Probe(fleet.get(1));
        honest.show(List.of());
        honest.storesAtOnce();
    }

    @AfterEach
    void close() throws IOException {
        honest.close();
        collector.close();
        database.close();
    }

    @Test
    void thousands_of_readings_that_cannot_be_stored() throws IOException {
        try (Probe probe = new Probe(hostile)) {
            probe.show(List.of());
            GpuValues unknown = new GpuValues(7, MetricValues.empty(Scope.GPU), List.of());
            for (int frame = 0; frame < 5; frame++) {
                probe.send(1_000, List.of(unknown));
            }

            honest.storesAtOnce();
            probe.awaitStored();
        }
        assertThat(database.query("SELECT COUNT(*) FROM reading_rejected WHERE machine_id = " + hostile.id()))
                .containsExactly("1000");
        assertThat(problem(Kind.READINGS_REJECTED))
                .hasValueSatisfying(problem -> assertThat(problem.text())
                        .contains("reading_rejected")
                        .contains("the reading refers to GPU 7, but the inventory before it names 0"));
    }

    @Test
    void readings_that_the_database_refuses() throws IOException {
        refuse("reading", "NEW.load_1m = " + REFUSED_LOAD);
        try (Probe probe = new Probe(hostile)) {
            probe.show(List.of());
            for (int frame = 0; frame < 3; frame++) {
                probe.send(LongStream.range(0, 200)
                        .mapToObj(i -> MetricValues.builder(Scope.MACHINE)
                                .set(Metric.LOAD_1M, i % 10 == 0 ? 1 : REFUSED_LOAD)
                                .build())
                        .toList());
            }
            honest.storesAtOnce();
            probe.awaitStored();
            honest.storesAtOnce();
        }
        assertThat(database.query("SELECT COUNT(*) FROM reading_rejected WHERE machine_id = " + hostile.id()))
                .containsExactly("540");
        assertThat(database.query("SELECT COUNT(*) FROM reading WHERE machine_id = " + hostile.id()))
                .containsExactly("60");
    }

    @Test
    void readings_that_cannot_even_be_set_aside() throws IOException {
        refuse("reading", "NEW.load_1m = " + REFUSED_LOAD);
        refuse("reading_rejected", "TRUE");
        try (Probe probe = new Probe(hostile)) {
            probe.show(List.of());
            probe.send(List.of(
                    MetricValues.builder(Scope.MACHINE)
                            .set(Metric.LOAD_1M, REFUSED_LOAD)
                            .build(),
                    MetricValues.builder(Scope.MACHINE).set(Metric.LOAD_1M, 1).build()));
            honest.storesAtOnce();
            probe.awaitStored();
        }
        assertThat(database.query("SELECT sequence FROM reading WHERE machine_id = " + hostile.id()))
                .containsExactly("2");
        assertThat(problem(Kind.READINGS_REJECTED)).isPresent();
    }

    @Test
    void the_largest_frame_of_empty_cards() throws IOException {
        try (Probe probe = new Probe(hostile)) {
            probe.show(cards(0, 64));
            List<GpuValues> empty = IntStream.range(0, 64)
                    .mapToObj(index -> new GpuValues(index, MetricValues.empty(Scope.GPU), List.of()))
                    .toList();
            for (int frame = 0; frame < 4; frame++) {
                probe.send(320, empty);
            }
            honest.storesAtOnce();
            probe.awaitStored();
        }
        assertThat(database.query("SELECT COUNT(*) FROM gpu_reading")).containsExactly(4 * 320 * 64 + "");
    }

    @Test
    void inventories_of_new_cards_without_end() throws IOException {
        try (Probe probe = new Probe(hostile)) {
            for (int i = 0; i < 300; i++) {
                probe.show(cards(64 * i, 64));
            }
            honest.storesAtOnce();
            GpuValues hot = new GpuValues(
                    63,
                    MetricValues.builder(Scope.GPU).set(Metric.GPU_TEMP_C, 99).build(),
                    List.of());
            probe.send(1, List.of(hot));
            probe.awaitStored();
        }
        assertThat(database.query("SELECT COUNT(*) FROM gpu")).containsExactly("256");
        assertThat(database.query("SELECT sequence FROM reading WHERE machine_id = " + hostile.id()))
                .as("stored without the card, which is one too many")
                .containsExactly("1");
        assertThat(problem(Kind.MACHINE_OVER_QUOTA)).isPresent();
    }

    @Test
    void thousands_of_losses() throws IOException {
        try (Probe probe = new Probe(hostile)) {
            probe.show(List.of());
            Instant now = Instant.now();
            for (long sequence = 1; sequence <= 12_000; sequence++) {
                probe.client.send(new Lost(sequence, sequence, 1, now, now, Lost.Reason.SPOOL_FULL));
            }
            honest.storesAtOnce();
            probe.send(1, List.of());
            probe.awaitStored();
        }
        assertThat(database.query("SELECT COUNT(*) FROM reading_gap")).containsExactly("1000");
        assertThat(database.query("SELECT MIN(first_sequence) FROM reading_gap"))
                .as("the newest are kept")
                .containsExactly("11001");
    }

    @Test
    void more_xid_errors_than_a_card_can_have() throws IOException {
        try (Probe probe = new Probe(hostile)) {
            probe.show(cards(0, 64));
            List<GpuValues> cards = IntStream.range(0, 64)
                    .mapToObj(index -> new GpuValues(
                            index,
                            MetricValues.empty(Scope.GPU),
                            LongStream.range(0, 16).mapToObj(i -> 79).toList()))
                    .toList();
            for (int frame = 0; frame < 10; frame++) {
                probe.send(10, cards);
            }
            honest.storesAtOnce();
            probe.awaitStored();
        }
        assertThat(Integer.parseInt(
                        database.query("SELECT COUNT(*) FROM gpu_xid").get(0)))
                .isBetween(2_000, 2_500);
        assertThat(database.query("SELECT COUNT(*) FROM reading WHERE machine_id = " + hostile.id()))
                .containsExactly("100");
        assertThat(problem(Kind.MACHINE_OVER_QUOTA)).isPresent();
    }

    @Test
    void an_open_transaction_on_the_row_of_a_machine_holds_up_its_alarms_and_nothing_else() throws Exception {
        try (Probe probe = new Probe(hostile);
                OpenTransaction admin =
                        new OpenTransaction("UPDATE machine SET notes = 'moved' WHERE id = " + hostile.id())) {
            probe.send(1, List.of());
            probe.awaitStored();

            probe.send(List.of(MetricValues.builder(Scope.MACHINE)
                    .set(Metric.CPU_TEMP_C, 99)
                    .build()));
            honest.storesAtOnce();
            await().until(() -> problem(Kind.MACHINE_LOCKED).isPresent());
            honest.storesAtOnce();
            assertThat(probe.stored()).as("the hot reading").isEqualTo(1);

            admin.end();
            probe.awaitStored();
        }
        assertThat(database.query("SELECT severity FROM alarm WHERE machine_id = " + hostile.id() + " ORDER BY 1"))
                .contains("critical");
        assertThat(problem(Kind.MACHINE_LOCKED)).hasValueSatisfying(problem -> {
            assertThat(problem.isSolved()).isTrue();
            assertThat(problem.subject()).isEqualTo(hostile.name());
        });
    }

    @Test
    void a_machine_whose_row_is_locked_can_connect_again() throws Exception {
        new Probe(hostile).close();
        try (OpenTransaction admin = new OpenTransaction("UPDATE machine SET notes = 'moved'");
                Probe probe = new Probe(hostile)) {
            probe.send(1, List.of());
            probe.awaitStored();
            admin.end();
        }
    }

    @Test
    void an_open_transaction_on_the_session_of_a_machine_holds_up_this_machine_alone() throws Exception {
        try (Probe probe = new Probe(hostile);
                OpenTransaction admin = new OpenTransaction(
                        "UPDATE probe_session SET probe_version = 'x' WHERE machine_id = " + hostile.id())) {
            probe.send(1, List.of());
            honest.storesAtOnce();
            await().until(() -> problem(Kind.MACHINE_LOCKED).isPresent());
            honest.storesAtOnce();

            admin.end();
            probe.awaitStored();
        }
    }

    @Test
    void an_open_transaction_on_alarms_holds_up_the_machines_that_they_are_of() throws Exception {
        try (Probe probe = new Probe(hostile)) {
            probe.send(List.of(MetricValues.builder(Scope.MACHINE)
                    .set(Metric.CPU_TEMP_C, 99)
                    .build()));
            probe.awaitStored();
            try (OpenTransaction admin = new OpenTransaction("UPDATE alarm SET acknowledged_by = 'me'")) {
                probe.send(List.of(MetricValues.builder(Scope.MACHINE)
                        .set(Metric.CPU_TEMP_C, 40)
                        .build()));
                honest.storesAtOnce();
                await().until(() -> problem(Kind.MACHINE_LOCKED).isPresent());
                honest.storesAtOnce();
                assertThat(probe.stored()).isEqualTo(1);
                admin.end();
            }
            probe.awaitStored();
        }
        assertThat(database.query("SELECT DISTINCT state FROM alarm WHERE metric = 'cpu_temp_c' AND machine_id = "
                        + hostile.id()))
                .containsExactly("cleared");
    }

    private Optional<ServiceProblem> problem(Kind kind) {
        return collector.problems().all().stream()
                .filter(problem -> problem.kind() == kind)
                .findFirst();
    }

    /** Has the database refuse rows, as it refuses values that a column does not hold. */
    private void refuse(String table, String condition) {
        database.execute("CREATE TRIGGER refuse_" + table + " BEFORE INSERT ON " + table + " FOR EACH ROW IF "
                + condition + " THEN SIGNAL SQLSTATE '22003' SET MESSAGE_TEXT = 'Out of range'; END IF");
    }

    private static List<GpuInfo> cards(int first, int count) {
        return IntStream.range(first, first + count)
                .mapToObj(number -> GpuInfo.withoutLimits("GPU-" + number, "H200", "0000:3b:00.0"))
                .toList();
    }

    /** What somebody began at a prompt and forgot. */
    private final class OpenTransaction implements AutoCloseable {
        private final Connection connection;

        OpenTransaction(String sql) throws SQLException {
            connection = database.connect();
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        void end() throws SQLException {
            connection.rollback();
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    /** A connected machine that counts what it sends. */
    private final class Probe implements AutoCloseable {
        private final ProtocolClient client;
        private long sent;
        private long stored;

        Probe(TestFleet.Member machine) throws IOException {
            client = ProtocolClient.connect(collector.address());
            UUID instance = new UUID(0, machine.id());
            client.authenticate(ProtocolClient.hello(machine.name(), UUID.randomUUID(), instance), machine.key());
            client.receive(Welcome.class);
        }

        void show(List<GpuInfo> gpus) throws IOException {
            client.send(new Inventory("", "", "", "", "", 0, 0, "", gpus, "", OptionalInt.empty()));
        }

        void send(int count, List<GpuValues> gpus) throws IOException {
            Instant now = Instant.now();
            client.send(new Readings(
                    now,
                    LongStream.rangeClosed(sent + 1, sent + count)
                            .mapToObj(sequence -> new Reading(sequence, now, MetricValues.empty(Scope.MACHINE), gpus))
                            .toList()));
            sent += count;
        }

        void send(List<MetricValues> values) throws IOException {
            Instant now = Instant.now();
            client.send(new Readings(
                    now,
                    IntStream.range(0, values.size())
                            .mapToObj(i -> new Reading(sent + 1 + i, now, values.get(i), List.of()))
                            .toList()));
            sent += values.size();
        }

        void storesAtOnce() throws IOException {
            Instant now = Instant.now();
            client.send(new Readings(now, List.of(reading(++sent, now, Metric.CPU_TEMP_C, 45))));
            CpuShare share = CpuShare.sinceNow();
            long start = System.nanoTime();
            awaitStored();
            Duration waited = Duration.ofNanos(System.nanoTime() - start);
            assertThat(waited).isLessThan(share.stretch(SOON));
        }

        void awaitStored() throws IOException {
            while (stored < sent) {
                stored = client.receive(Ack.class).acknowledged().last();
            }
        }

        /** As the database says. */
        long stored() {
            return Long.parseLong(database.query("SELECT COUNT(*) FROM reading WHERE machine_id = " + hostile.id())
                    .get(0));
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }
}
