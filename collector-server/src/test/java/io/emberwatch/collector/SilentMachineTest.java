package io.emberwatch.collector;

import static io.emberwatch.collector.testing.TestReadings.healthy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.Bye;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Ping;
import io.emberwatch.protocol.Welcome;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A machine that vanishes is missed; one that said goodbye is not; one that is merely quiet is not either. */
@EveryServer
@Execution(ExecutionMode.CONCURRENT)
class SilentMachineTest {
    private final TestDatabase database;
    private final List<TestFleet.Member> machines;
    private final Collector collector;
    private final UUID bootId = UUID.randomUUID();

    SilentMachineTest(TestServer server) throws SQLException, IOException {
        database = server.create();
        machines = TestFleet.register(database.database(), 3);
        // A standstill of this machine that is shorter misses nobody; a longer one does not count as silence.
        database.execute("UPDATE fleet_limit SET raise_at = 12, clear_at = 12 WHERE metric = 'silent_s'");
        collector = TestCollectors.start(database.database());
    }

    @AfterEach
    void close() {
        collector.close();
        database.close();
    }

    @Test
    void only_the_machine_that_vanished_is_missed_until_it_is_back() throws IOException {
        ProtocolClient vanishes = connect(machines.get(0), 1);
        ProtocolClient stops = connect(machines.get(1), 1);
        try (ProtocolClient quiet = connect(machines.get(2), 1)) {
            stops.send(new Bye(Bye.Reason.STOPPED, ""));
            vanishes.close();

            await().atMost(Duration.ofMinutes(2)).until(() -> {
                sayThatItLives(quiet);
                return missed().contains("box1 critical firing");
            });
            // Were it not for its pings, this one would be missed by now.
            await().during(Duration.ofSeconds(2)).until(() -> {
                sayThatItLives(quiet);
                return missed().equals(List.of("box1 critical firing"));
            });
            assertThat(database.query("SELECT kind FROM mail_outbox")).containsExactly("raised");

            connect(machines.get(0), 2).close();
            await().untilAsserted(() -> assertThat(missed().get(0)).isEqualTo("box1 critical cleared"));
            await().untilAsserted(() -> assertThat(database.query("SELECT kind FROM mail_outbox ORDER BY id"))
                    .startsWith("raised", "cleared"));
        }
        stops.close();
    }

    private static void sayThatItLives(ProtocolClient machine) throws IOException {
        machine.send(new Ping(1));
        machine.receive();
    }

    private List<String> missed() {
        return database.query("SELECT CONCAT(m.name, ' ', a.severity, ' ', a.state) FROM alarm a"
                + " JOIN machine m ON m.id = a.machine_id WHERE a.metric = 'silent_s' ORDER BY a.id");
    }

    private ProtocolClient connect(TestFleet.Member machine, long sequence) throws IOException {
        ProtocolClient probe = ProtocolClient.connect(collector.address());
        probe.authenticate(machine.name(), machine.key(), bootId);
        probe.receive(Welcome.class);
        probe.send(healthy(sequence, sequence));
        probe.receive(Ack.class);
        return probe;
    }
}
