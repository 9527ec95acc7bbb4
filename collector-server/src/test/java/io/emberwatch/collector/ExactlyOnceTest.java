package io.emberwatch.collector;

import static io.emberwatch.collector.testing.TestReadings.reading;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.Database.DatabaseSettings;
import io.emberwatch.collector.store.Database.Timeouts;
import io.emberwatch.collector.testing.CommitCutter;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestHeat;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.GpuInfo;
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
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever goes wrong while a batch is on its way, of live readings or of history: each reading is one row, each XID
 * error in it is one, each alarm is raised and cleared once, each mail is written once. A machine for each case, and
 * all of them in one table.
 */
@EveryServer
class ExactlyOnceTest {
    /** Sequences 1, 2 and 3: the second one is hot. */
    private static final List<Double> TEMPERATURES = List.of(45.0, 96.0, 45.0);

    private static final int AFTERWARDS = 4;

    private enum Kind {
        LIVE,
        HISTORY
    }

    private enum Fault {
        NONE,
        THE_ACK_IS_LOST,
        THE_COLLECTOR_RESTARTS_BEFORE_THE_ACK,
        THE_DATABASE_NEVER_HEARS_OF_THE_COMMIT,
        THE_ANSWER_TO_THE_COMMIT_IS_LOST,
        THE_OLD_SESSION_IS_HALF_DEAD_AND_ITS_BATCH_WAITS
    }

    private final TestDatabase database;
    private final CommitCutter cutter;
    private Database collectors;
    private Collector collector;
    private final Instant begin = Instant.now().minusSeconds(10);

    ExactlyOnceTest(TestServer server) throws SQLException, IOException {
        database = server.create();
        TestHeat.limitWithoutDelay(database);
        cutter = new CommitCutter(database.server().port());
        start();
    }

    @AfterEach
    void close() throws IOException {
        collector.close();
        collectors.close();
        cutter.close();
        database.close();
    }

    @Test
    void each_reading_each_error_each_alarm_and_each_mail_is_there_once() throws Exception {
        List<TestFleet.Member> fleet = TestFleet.register(database.database(), 2 * Fault.values().length);
        List<String> expected = new ArrayList<>();
        List<String> actual = new ArrayList<>();
        for (Fault fault : Fault.values()) {
            for (Kind kind : Kind.values()) {
                TestFleet.Member machine = fleet.get(expected.size());
                run(machine, kind, fault);
                String mails = kind == Kind.LIVE ? "raised,cleared" : "past";
                expected.add(fault + " " + kind + ": 1,2,3,4; 1,1,2,2,3,3,4,4; raised,cleared; " + mails);
                actual.add(fault + " " + kind + ": " + ledger(machine));
            }
        }
        assertThat(actual).containsExactlyElementsOf(expected);
    }

    private void run(TestFleet.Member machine, Kind kind, Fault fault) throws Exception {
        Probe probe = new Probe(machine, kind);
        try (ProtocolClient session = probe.connect()) {
            probe.begin(session);
            switch (fault) {
                case NONE -> probe.sendAndAwait(session);
                case THE_ACK_IS_LOST -> probe.send(session);
                case THE_COLLECTOR_RESTARTS_BEFORE_THE_ACK -> {
                    probe.send(session);
                    awaitStored(machine);
                    collector.close();
                    collectors.close();
                    start();
                }
                case THE_DATABASE_NEVER_HEARS_OF_THE_COMMIT ->
                    probe.sendThrough(session, CommitCutter.Cut.BEFORE_COMMIT);
                case THE_ANSWER_TO_THE_COMMIT_IS_LOST -> probe.sendThrough(session, CommitCutter.Cut.BEFORE_ANSWER);
                case THE_OLD_SESSION_IS_HALF_DEAD_AND_ITS_BATCH_WAITS -> probe.isReplacedWhileItsBatchWaits(session);
            }
        }
        try (ProtocolClient session = probe.connect()) {
            probe.bringTheRest(session);
        }
    }

    /** What one machine would send: all from one numbering and one process. */
    private final class Probe {
        private final TestFleet.Member machine;
        private final Kind kind;
        private final UUID bootId = UUID.randomUUID();
        private final UUID instanceId = UUID.randomUUID();

        Probe(TestFleet.Member machine, Kind kind) {
            this.machine = machine;
            this.kind = kind;
        }

        ProtocolClient connect() throws IOException {
            return ProtocolClient.connect(collector.address());
        }

        AcknowledgedRange hello(ProtocolClient session) throws IOException {
            session.authenticate(ProtocolClient.hello(machine.name(), bootId, instanceId), machine.key());
            return welcomed(session);
        }

        AcknowledgedRange welcomed(ProtocolClient session) throws IOException {
            AcknowledgedRange acknowledged = next(session, Welcome.class).acknowledged();
            GpuInfo gpu = GpuInfo.withoutLimits("GPU-" + machine.id(), "H200", "");
            session.send(new Inventory("", "", "", "", "", 0, 0, "", List.of(gpu), "", OptionalInt.empty()));
            return acknowledged;
        }

        /** Up to where the batch is next that something happens to. */
        void begin(ProtocolClient session) throws IOException {
            hello(session);
            if (kind == Kind.HISTORY) {
                session.send(new Defer(AFTERWARDS));
                session.send(afterwards());
                next(session, Fetch.class);
            }
        }

        void send(ProtocolClient session) throws IOException {
            session.send(batch());
        }

        void sendAndAwait(ProtocolClient session) throws IOException {
            send(session);
            while (!next(session, Ack.class).acknowledged().has(TEMPERATURES.size())) {
                // An earlier one.
            }
        }

        void sendThrough(ProtocolClient session, CommitCutter.Cut cut) throws IOException {
            cutter.arm(cut);
            sendAndAwait(session);
            assertThat(cutter.isArmed()).as("still to be cut").isFalse();
        }

        void isReplacedWhileItsBatchWaits(ProtocolClient session) throws SQLException, IOException {
            try (Connection admin = database.connect();
                    Statement statement = admin.createStatement();
                    ProtocolClient newer = connect()) {
                admin.setAutoCommit(false);
                statement.execute("SELECT * FROM probe_session WHERE machine_id = " + machine.id() + " FOR UPDATE");
                send(session);
                newer.authenticate(ProtocolClient.hello(machine.name(), bootId, instanceId), machine.key());
                await().until(() -> waitingTransactions() >= 1);
                admin.rollback();
                bringTheRest(newer, welcomed(newer));
            }
        }

        void bringTheRest(ProtocolClient session) throws IOException {
            bringTheRest(session, hello(session));
        }

        private void bringTheRest(ProtocolClient session, AcknowledgedRange acknowledged) throws IOException {
            if (!acknowledged.has(TEMPERATURES.size())) {
                if (kind == Kind.HISTORY) {
                    next(session, Fetch.class);
                }
                sendAndAwait(session);
            }
            if (!acknowledged.has(AFTERWARDS)) {
                session.send(afterwards());
                while (!next(session, Ack.class).acknowledged().equals(AcknowledgedRange.upTo(AFTERWARDS))) {
                    // An earlier one.
                }
            }
        }

        private Message batch() {
            List<Reading> readings = new ArrayList<>();
            for (int i = 0; i < TEMPERATURES.size(); i++) {
                readings.add(withXids(reading(i + 1L, begin.plusSeconds(i), Metric.CPU_TEMP_C, TEMPERATURES.get(i))));
            }
            Instant sentAt = begin.plusSeconds(5);
            return kind == Kind.LIVE
                    ? new Readings(sentAt, readings)
                    : new History(TEMPERATURES.size(), sentAt, readings);
        }

        private Readings afterwards() {
            return new Readings(List.of(withXids(reading(AFTERWARDS, begin.plusSeconds(6), Metric.CPU_TEMP_C, 45))));
        }

        /** The card of each reading has had the same two errors since the one before. */
        private static Reading withXids(Reading reading) {
            GpuValues gpu = new GpuValues(0, MetricValues.empty(Scope.GPU), List.of(79, 79));
            return new Reading(reading.sequence(), reading.takenAt(), reading.machine(), List.of(gpu));
        }
    }

    private void start() throws SQLException, IOException {
        DatabaseSettings direct = database.settings();
        String through = direct.jdbcUrl().replace(":" + database.server().port() + "/", ":" + cutter.port() + "/");
        collectors = Database.at(
                new DatabaseSettings(through, direct.user(), direct.password(), direct.maxConnections()),
                Timeouts.SERVICE);
        collector = TestCollectors.start(collectors);
    }

    private void awaitStored(TestFleet.Member machine) {
        await().until(() -> database.query(
                        "SELECT COUNT(*) FROM reading WHERE sequence <= 3 AND machine_id = " + machine.id())
                .equals(List.of("3")));
    }

    /** Transactions that wait for a lock: that of an admission. The writer passes the machine over. */
    private int waitingTransactions() {
        return Integer.parseInt(
                database.query("SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")
                        .get(0));
    }

    private String ledger(TestFleet.Member machine) {
        String critical = " a.machine_id = " + machine.id() + " AND a.severity = 'critical'";
        return String.join(
                        ",",
                        database.query(
                                "SELECT sequence FROM reading WHERE machine_id = " + machine.id() + " ORDER BY 1"))
                + "; "
                + String.join(
                        ",",
                        database.query("SELECT x.sequence FROM gpu_xid x JOIN gpu g ON g.id = x.gpu_id"
                                + " WHERE g.machine_id = " + machine.id() + " ORDER BY 1"))
                + "; "
                + String.join(
                        ",",
                        database.query("SELECT e.kind FROM alarm_event e JOIN alarm a ON a.id = e.alarm_id WHERE"
                                + critical + " ORDER BY e.id"))
                + "; "
                + String.join(
                        ",",
                        database.query("SELECT o.kind FROM mail_outbox o JOIN alarm a ON a.id = o.alarm_id"
                                + " WHERE a.machine_id = " + machine.id() + " ORDER BY o.id"));
    }

    private static <T extends Message> T next(ProtocolClient session, Class<T> type) throws IOException {
        Message message = session.receive();
        while (!type.isInstance(message)) {
            message = session.receive();
        }
        return type.cast(message);
    }
}
