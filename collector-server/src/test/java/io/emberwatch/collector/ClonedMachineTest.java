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
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Ping;
import io.emberwatch.protocol.Message.Pong;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.Welcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two machines with one key: the one that was here first stays, the other is turned away, and the owner hears of it. */
@EveryServer
class ClonedMachineTest {
    private static final Duration RETRY_AFTER = Duration.ofMinutes(10);

    private final TestDatabase database;
    private final TestFleet.Member machine;
    private Collector collector;

    ClonedMachineTest(TestServer server) throws SQLException, IOException {
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
    void the_copies_are_turned_away_and_the_machine_goes_on_undisturbed() throws Exception {
        try (ProtocolClient first = connect();
                ProtocolClient second = ProtocolClient.connect(collector.address());
                ProtocolClient third = ProtocolClient.connect(collector.address())) {
            authenticate(second);
            authenticate(third);
            answerPing(first);
            answerPing(first);

            for (ProtocolClient copy : List.of(second, third)) {
                Refused refused = copy.receive(Refused.class);
                assertThat(refused.code()).isEqualTo(RefusalCode.DUPLICATE);
                assertThat(refused.retryAfter()).isEqualTo(RETRY_AFTER);
            }
            first.send(healthy(1, 1));
            assertThat(first.receive(Ack.class).acknowledged().last()).isEqualTo(1);
            assertThat(database.query("SELECT epoch FROM probe_session")).containsExactly("1");
            assertThat(collector.netCounters().refused(RefusalCode.SUPERSEDED)).isZero();
        }
    }

    @Test
    void the_owner_hears_of_a_copy_once_and_with_where_it_came_from() throws Exception {
        try (ProtocolClient first = connect()) {
            turnAwayACopyOf(first);
            await().untilAsserted(() -> assertThat(alarms()).containsExactly("critical firing 1"));

            turnAwayACopyOf(first);
            first.send(healthy(1, 1));
            first.receive(Ack.class);
            assertThat(alarms()).containsExactly("critical firing 1");
            assertThat(database.query("SELECT kind FROM mail_outbox")).containsExactly("raised");
            assertThat(database.query("SELECT turned_away_from FROM probe_session")
                            .get(0))
                    .startsWith("127.0.0.1:");
        }
    }

    @Test
    void a_collector_that_was_just_started_does_not_take_a_copy_for_gone() throws Exception {
        try (ProtocolClient first = connect()) {
            turnAwayACopyOf(first);
            await().untilAsserted(() -> assertThat(alarms()).hasSize(1));
        }
        collector.close();
        collector = TestCollectors.start(database.database());
        try (ProtocolClient first = connect()) {
            first.send(healthy(1, 1));
            first.receive(Ack.class);

            assertThat(alarms()).containsExactly("critical firing 1");
        }
    }

    @Test
    void a_probe_that_was_restarted_is_let_in_as_soon_as_its_old_connection_ends() throws Exception {
        ProtocolClient old = connect();
        try (ProtocolClient restarted = ProtocolClient.connect(collector.address())) {
            authenticate(restarted);
            old.receive(Ping.class);
            old.close();

            restarted.receive(Welcome.class);
            assertThat(alarms()).isEmpty();
        }
    }

    @Test
    void a_connection_that_gives_no_sign_of_life_makes_way_and_of_two_newcomers_one_stays() throws Exception {
        try (ProtocolClient dead = connect();
                ProtocolClient second = ProtocolClient.connect(collector.address());
                ProtocolClient third = ProtocolClient.connect(collector.address())) {
            authenticate(second);
            authenticate(third);
            CompletableFuture<Message> lateVerdict = verdictAnsweringPings(third);
            CompletableFuture<Message> verdict = verdictAnsweringPings(second);

            List<Message> verdicts = List.of(verdict.join(), lateVerdict.join());
            assertThat(verdicts).filteredOn(Welcome.class::isInstance).hasSize(1);
            assertThat(verdicts)
                    .filteredOn(Refused.class::isInstance)
                    .extracting(message -> ((Refused) message).code())
                    .containsExactly(RefusalCode.DUPLICATE);
            dead.receive(Ping.class);
            assertThat(database.query("SELECT epoch FROM probe_session")).containsExactly("2");
        }
    }

    private void turnAwayACopyOf(ProtocolClient first) throws IOException {
        try (ProtocolClient copy = ProtocolClient.connect(collector.address())) {
            authenticate(copy);
            answerPing(first);
            assertThat(copy.receive(Refused.class).code()).isEqualTo(RefusalCode.DUPLICATE);
        }
    }

    /** The verdict; if that is WELCOME, pings are answered from then on. */
    private static CompletableFuture<Message> verdictAnsweringPings(ProtocolClient probe) {
        CompletableFuture<Message> verdict = new CompletableFuture<>();
        CompletableFuture.runAsync(() -> {
            try {
                for (Message message = probe.receive(); ; message = probe.receive()) {
                    if (message instanceof Ping ping) {
                        probe.send(new Pong(ping.nonce()));
                    } else {
                        verdict.complete(message);
                    }
                }
            } catch (IOException e) {
                verdict.completeExceptionally(new UncheckedIOException(e));
            }
        });
        return verdict;
    }

    private ProtocolClient connect() throws IOException {
        ProtocolClient probe = ProtocolClient.connect(collector.address());
        authenticate(probe);
        probe.receive(Welcome.class);
        return probe;
    }

    /** As a process of its own. */
    private void authenticate(ProtocolClient probe) throws IOException {
        Hello hello = ProtocolClient.hello(machine.name(), UUID.randomUUID());
        probe.authenticate(hello, machine.key());
    }

    private static void answerPing(ProtocolClient probe) throws IOException {
        probe.send(new Pong(probe.receive(Ping.class).nonce()));
    }

    private List<String> alarms() {
        return database.query("SELECT CONCAT(severity, ' ', state, ' ', ROUND(raised_value)) FROM alarm"
                + " WHERE metric = 'duplicate_probes'");
    }
}
