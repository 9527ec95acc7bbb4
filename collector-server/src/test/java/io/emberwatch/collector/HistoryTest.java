package io.emberwatch.collector;

import static io.emberwatch.collector.testing.TestReadings.reading;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestHeat;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Lost;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Defer;
import io.emberwatch.protocol.Message.Fetch;
import io.emberwatch.protocol.Message.History;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.Welcome;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A probe that goes on live and brings its history when it is asked to, over a real socket and on real databases. */
@EveryServer
class HistoryTest {
    private static final UUID BOOT = UUID.fromString("11111111-2222-3333-4444-555555555555");
    private static final double COOL = 45;
    private static final double HOT = 96;

    private final TestDatabase database;
    private final TestFleet.Member machine;
    /** Of sequence 0; a reading was taken each second since. */
    private final Instant begin = Instant.now().minusSeconds(10_000);

    private Collector collector;

    HistoryTest(TestServer server) throws SQLException, IOException {
        database = server.create();
        TestHeat.limitWithoutDelay(database);
        database.execute("UPDATE fleet_limit SET for_s = 10 WHERE metric = 'load_per_core'");
        machine = TestFleet.register(database.database(), 1).get(0);
        collector = TestCollectors.start(database.database());
    }

    @AfterEach
    void close() {
        collector.close();
        database.close();
    }

    @Test
    void history_is_fetched_beside_live_readings_and_stored_once_over_sessions_and_restarts() throws Exception {
        try (ProtocolClient probe = connect()) {
            assertThat(hello(probe)).isEqualTo(AcknowledgedRange.NOTHING);
            probe.send(new Defer(101));
            probe.send(live(101, 102, n -> COOL));
            assertThat(next(probe, Ack.class).acknowledged()).isEqualTo(new AcknowledgedRange(102, 1, 100));

            next(probe, Fetch.class);
            probe.send(history(40, 1, 40, n -> COOL));
            assertThat(next(probe, Ack.class).acknowledged()).isEqualTo(new AcknowledgedRange(102, 41, 100));
            probe.send(live(103, 103, n -> COOL));
            assertThat(next(probe, Ack.class).acknowledged()).isEqualTo(new AcknowledgedRange(103, 41, 100));
            assertThat(database.query(
                            "SELECT CONCAT_WS(' ', last_sequence, history_from, history_to)" + " FROM probe_session"))
                    .containsExactly("103 41 100");
            assertThat(database.query("SELECT cpu_temp_c IS NULL FROM machine_now"))
                    .as("still shows the newest reading")
                    .containsExactly("0");
        }
        restart();
        try (ProtocolClient probe = connect()) {
            assertThat(hello(probe)).isEqualTo(new AcknowledgedRange(103, 41, 100));
            next(probe, Fetch.class);
            // 51 to 60 are lost, and an answer may be repeated under a new session.
            probe.send(history(60, 41, 50, n -> COOL));
            assertThat(next(probe, Ack.class).acknowledged()).isEqualTo(new AcknowledgedRange(103, 61, 100));
            next(probe, Fetch.class);
            probe.send(new History(70, Instant.now(), List.of()));
            assertThat(next(probe, Ack.class).acknowledged()).isEqualTo(new AcknowledgedRange(103, 71, 100));
            next(probe, Fetch.class);
            probe.send(history(100, 71, 99, n -> COOL));
            assertThat(next(probe, Ack.class).acknowledged()).isEqualTo(AcknowledgedRange.upTo(103));
        }
        assertThat(database.query("SELECT CONCAT(COUNT(*), ' ', COUNT(DISTINCT sequence)) FROM reading"))
                .containsExactly("82 82");
        assertThat(database.query("SELECT COALESCE(history_from, history_to, 'none') FROM probe_session"))
                .containsExactly("none");
    }

    @Test
    void a_reading_of_the_history_that_cannot_be_stored_is_set_aside_and_the_history_goes_on() throws Exception {
        database.execute("ALTER TABLE reading MODIFY cpu_temp_c DECIMAL(3,1) NULL");
        try (ProtocolClient probe = connect()) {
            hello(probe);
            probe.send(new Defer(101));
            probe.send(live(101, 101, n -> COOL));
            next(probe, Fetch.class);
            probe.send(history(80, 1, 70, n -> n == 13 || n == 70 ? 100 : COOL));
            next(probe, Fetch.class);
            probe.send(history(100, 81, 100, n -> COOL));

            await(probe, AcknowledgedRange.upTo(101));
        }
        assertThat(database.query("SELECT sequence FROM reading_rejected ORDER BY 1"))
                .containsExactly("13", "70");
        assertThat(database.query("SELECT COUNT(*) FROM reading")).containsExactly("89");
    }

    @Test
    void alarm_in_the_history_is_mailed_as_past_once_even_if_the_collector_restarts_in_between() throws Exception {
        try (ProtocolClient probe = connect()) {
            hello(probe);
            probe.send(new Defer(101));
            probe.send(live(101, 101, n -> COOL));
            next(probe, Fetch.class);
            probe.send(history(40, 1, 40, n -> n >= 20 ? HOT : COOL));
            await(probe, new AcknowledgedRange(101, 41, 100));
            assertThat(openAlarms()).containsExactly("critical 1 firing", "warning 1 firing");
            assertThat(database.query("SELECT COUNT(*) FROM alarm_open")).containsExactly("0");
        }
        restart();
        try (ProtocolClient probe = connect()) {
            hello(probe);
            next(probe, Fetch.class);
            probe.send(history(80, 41, 80, n -> n < 60 ? HOT : n < 70 ? COOL : HOT));
            await(probe, new AcknowledgedRange(101, 81, 100));
            assertThat(mails()).containsExactly("past critical");

            probe.send(history(100, 81, 90, n -> HOT));
            await(probe, AcknowledgedRange.upTo(101));
        }
        assertThat(openAlarms()).isEmpty();
        assertThat(mails()).containsExactly("past critical", "past critical");
        assertThat(database.query("SELECT TIMESTAMPDIFF(SECOND, raised_at, cleared_at) FROM alarm"
                        + " WHERE severity = 'critical' ORDER BY id"))
                .as("from 20 to 60, and from 70 to the last reading of the history")
                .containsExactly("40", "20");
    }

    @Test
    void an_alarm_that_was_firing_before_speaks_for_the_history_and_is_over_live() throws Exception {
        try (ProtocolClient probe = connect()) {
            hello(probe);
            Instant now = Instant.now();
            probe.send(new Readings(now, List.of(reading(1, now, Metric.CPU_TEMP_C, HOT))));
            next(probe, Ack.class);
            assertThat(mails()).containsExactly("raised critical");
        }
        try (ProtocolClient probe = connect()) {
            hello(probe);
            probe.send(new Defer(101));
            probe.send(live(101, 101, n -> HOT));
            next(probe, Fetch.class);
            probe.send(history(40, 2, 40, n -> n % 2 == 0 ? HOT : COOL));
            await(probe, new AcknowledgedRange(101, 41, 100));
            assertThat(openAlarms()).containsExactly("critical 0 firing", "warning 0 firing");
        }
        restart();
        try (ProtocolClient probe = connect()) {
            hello(probe);
            probe.send(live(102, 102, n -> COOL));
            next(probe, Fetch.class);
            probe.send(history(100, 41, 100, n -> n % 2 == 0 ? HOT : COOL));
            await(probe, AcknowledgedRange.upTo(102));
        }
        assertThat(mails()).containsExactly("raised critical", "cleared critical");
        assertThat(database.query("SELECT COUNT(*) FROM alarm")).containsExactly("2");
    }

    @Test
    void what_was_pending_is_judged_on_in_the_history() throws Exception {
        try (ProtocolClient probe = connect()) {
            hello(probe);
            probe.send(new Readings(Instant.now(), List.of(load(1, 9))));
            next(probe, Ack.class);
            assertThat(openAlarms()).containsExactly("critical 0 pending", "warning 0 pending");
        }
        try (ProtocolClient probe = connect()) {
            hello(probe);
            probe.send(new Defer(101));
            probe.send(new Readings(Instant.now(), List.of(load(101, 9))));
            next(probe, Fetch.class);
            assertThat(openAlarms())
                    .containsExactly(
                            "critical 0 pending", "critical 1 pending", "warning 0 pending", "warning 1 pending");
            probe.send(new History(100, Instant.now(), List.of(load(12, 9), load(13, 0))));
            await(probe, AcknowledgedRange.upTo(101));
        }
        assertThat(openAlarms()).containsExactly("critical 0 pending", "warning 0 pending");
        assertThat(mails()).containsExactly("past critical");
        assertThat(database.query("SELECT TIMESTAMPDIFF(SECOND, pending_since, raised_at) FROM alarm"
                        + " WHERE state = 'cleared' AND severity = 'critical'"))
                .as("as if there had been no outage")
                .containsExactly("11");
    }

    @Test
    void what_is_lost_is_a_row_that_people_see() throws Exception {
        try (ProtocolClient probe = connect()) {
            hello(probe);
            probe.send(new Lost(1, 50, 45, begin, begin.plusSeconds(50), Lost.Reason.SPOOL_FULL));
            probe.send(new Defer(101));
            probe.send(live(101, 101, n -> COOL));
            next(probe, Fetch.class);
            probe.send(new Lost(1, 60, 55, begin, begin.plusSeconds(60), Lost.Reason.SPOOL_FULL));
            probe.send(history(100, 61, 100, n -> COOL));
            await(probe, AcknowledgedRange.upTo(101));
        }
        assertThat(database.query("SELECT CONCAT_WS(' ', machine, lost, reason) FROM machine_gap"))
                .containsExactly("box1 55 spool_full");
    }

    @Test
    void a_numbering_that_begins_anew_ends_the_history_and_what_fired_in_it_is_mailed() throws Exception {
        try (ProtocolClient probe = connect()) {
            hello(probe);
            probe.send(new Defer(101));
            probe.send(live(101, 101, n -> COOL));
            next(probe, Fetch.class);
            probe.send(history(40, 1, 40, n -> HOT));
            await(probe, new AcknowledgedRange(101, 41, 100));
        }
        try (ProtocolClient probe = connect()) {
            probe.authenticate(machine.name(), machine.key(), UUID.randomUUID());
            assertThat(probe.receive(Welcome.class).acknowledged()).isEqualTo(AcknowledgedRange.NOTHING);
            probe.send(live(1, 1, n -> COOL));
            await(probe, AcknowledgedRange.upTo(1));
        }
        assertThat(openAlarms()).isEmpty();
        assertThat(mails()).containsExactly("past critical");
        assertThat(database.query("SELECT COUNT(*) FROM reading_gap")).containsExactly("0");
    }

    @Test
    void what_is_against_the_protocol_is_refused_and_changes_nothing() throws Exception {
        try (ProtocolClient probe = connect()) {
            hello(probe);
            probe.send(live(1, 1, n -> COOL));
            next(probe, Ack.class);
            probe.send(new Defer(201));
            assertThat(next(probe, Refused.class).code()).isEqualTo(RefusalCode.UNEXPECTED_MESSAGE);
        }
        assertRefused(RefusalCode.MALFORMED, new Defer(2));
        assertRefused(RefusalCode.UNEXPECTED_MESSAGE, new Defer(101), new Defer(201));
        assertRefused(RefusalCode.MALFORMED, new Defer(101), live(100, 101, n -> COOL));
        assertRefused(RefusalCode.UNEXPECTED_MESSAGE, history(2, 2, 2, n -> COOL));
        assertThat(database.query("SELECT history_from IS NULL FROM probe_session"))
                .containsExactly("1");
        try (ProtocolClient probe = connect()) {
            hello(probe);
            probe.send(new Defer(101));
            probe.send(live(101, 101, n -> COOL));
            next(probe, Fetch.class);
        }
        assertRefused(RefusalCode.UNEXPECTED_MESSAGE, new Defer(201));
        assertRefusedAsAnswer(history(101, 90, 101, n -> COOL));
        assertRefusedAsAnswer(history(10, 1, 10, n -> COOL));
        assertThat(database.query("SELECT CONCAT_WS(' ', history_from, history_to) FROM probe_session"))
                .containsExactly("2 100");
    }

    private void assertRefused(RefusalCode code, Message... messages) throws IOException {
        try (ProtocolClient probe = connect()) {
            hello(probe);
            for (Message message : messages) {
                probe.send(message);
            }
            assertThat(next(probe, Refused.class).code()).isEqualTo(code);
        }
    }

    private void assertRefusedAsAnswer(History answer) throws IOException {
        try (ProtocolClient probe = connect()) {
            hello(probe);
            next(probe, Fetch.class);
            probe.send(answer);
            assertThat(next(probe, Refused.class).code()).isEqualTo(RefusalCode.MALFORMED);
        }
    }

    private void restart() throws SQLException, IOException {
        collector.close();
        collector = TestCollectors.start(database.database());
    }

    private ProtocolClient connect() throws IOException {
        return ProtocolClient.connect(collector.address());
    }

    private AcknowledgedRange hello(ProtocolClient probe) throws IOException {
        probe.authenticate(machine.name(), machine.key(), BOOT);
        AcknowledgedRange acknowledged = probe.receive(Welcome.class).acknowledged();
        probe.send(new Inventory(
                "box1", "", "Debian 12", "6.1", "Xeon", 64, 1L << 39, "none", List.of(), "", OptionalInt.empty()));
        return acknowledged;
    }

    /** The next message of this type; others are passed over. */
    private static <T extends Message> T next(ProtocolClient probe, Class<T> type) throws IOException {
        Message message = probe.receive();
        while (!type.isInstance(message)) {
            message = probe.receive();
        }
        return type.cast(message);
    }

    private static void await(ProtocolClient probe, AcknowledgedRange acknowledged) throws IOException {
        while (!next(probe, Ack.class).acknowledged().equals(acknowledged)) {
            // An earlier one.
        }
    }

    private Readings live(long from, long to, LongToDoubleFunction temperature) {
        return new Readings(Instant.now(), readings(from, to, temperature));
    }

    private History history(long upTo, long from, long to, LongToDoubleFunction temperature) {
        return new History(upTo, Instant.now(), readings(from, to, temperature));
    }

    private List<Reading> readings(long from, long to, LongToDoubleFunction temperature) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(n -> reading(n, begin.plusSeconds(n), Metric.CPU_TEMP_C, temperature.applyAsDouble(n)))
                .toList();
    }

    private Reading load(long sequence, double load) {
        return reading(sequence, begin.plusSeconds(sequence), Metric.LOAD_PER_CORE, load);
    }

    private List<String> openAlarms() {
        return database.query(
                "SELECT CONCAT_WS(' ', severity, is_history, state) FROM alarm WHERE is_open = 1" + " ORDER BY 1");
    }

    private List<String> mails() {
        return database.query(
                "SELECT CONCAT(o.kind, ' ', a.severity) FROM mail_outbox o JOIN alarm a ON a.id = o.alarm_id"
                        + " ORDER BY o.id");
    }
}
