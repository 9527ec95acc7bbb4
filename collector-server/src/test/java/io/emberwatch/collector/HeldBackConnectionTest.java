package io.emberwatch.collector;

import static io.emberwatch.collector.testing.TestReadings.healthy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.net.connection.LimitEvent;
import io.emberwatch.collector.net.limits.LimitSettings;
import io.emberwatch.collector.net.limits.LimitSettings.Rate;
import io.emberwatch.collector.testing.LimitClients;
import io.emberwatch.collector.testing.LogLines;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.Bye;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Ping;
import io.emberwatch.protocol.MessageCodec;
import io.emberwatch.protocol.RefusalCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A machine that sends more than it may is slowed, which must not hide that it is gone. */
@Tag("integration")
class HeldBackConnectionTest {
    /** At the rate that is allowed here they would take eight minutes. */
    private static final int PINGS = 100_000;

    @AutoClose
    private final TestDatabase database = TestServer.MARIADB.create();

    private TestFleet.Member machine;
    private Collector collector;

    @BeforeEach
    void start() throws SQLException, IOException {
        machine = TestFleet.register(database.database(), 1).get(0);
        LimitSettings roomy = TestCollectors.ROOMY;
        collector = TestCollectors.start(
                database.database(),
                TestCollectors.netWith(new LimitSettings(
                        roomy.address(),
                        roomy.failures(),
                        new LimitSettings.Machine(
                                new Rate(200, 50), roomy.machine().readings()),
                        roomy.newHandshakes(),
                        roomy.maxUnauthenticated(),
                        roomy.maxUndeliveredBytes(),
                        roomy.proxyFrom())));
    }

    @AfterEach
    void stop() {
        collector.close();
    }

    @Test
    void a_bye_behind_a_flood_of_pings_is_found() throws Exception {
        try (ProtocolClient flooding = connect()) {
            flooding.send(pings());
            flooding.send(new Bye(Bye.Reason.RESTARTING, "back at once"));
            flooding.shutdownOutput();

            await().until(() -> collector.netCounters().open() == 0);
        }
        assertThat(collector.netCounters().count(LimitEvent.SLOWED)).isPositive();
        await().until(() -> database.query("SELECT state FROM probe_session").contains("stopped"));
    }

    @Test
    void a_machine_that_comes_back_after_such_a_bye_is_not_taken_for_another() throws Exception {
        try (ProtocolClient flooding = connect()) {
            flooding.send(pings());
            flooding.send(new Bye(Bye.Reason.RESTARTING, "back at once"));
            await().until(() -> collector.netCounters().count(LimitEvent.SLOWED) > 0);

            try (ProtocolClient again = connect()) {
                again.send(healthy(1, 1));
                assertThat(again.receive(Ack.class).acknowledged().last()).isEqualTo(1);
            }
        }
        assertThat(collector.netCounters().refused(RefusalCode.DUPLICATE)).isZero();
        assertThat(database.query("SELECT turned_away_at FROM probe_session")).containsOnlyNulls();
    }

    @Test
    void who_floods_and_stays_is_alive_to_another_with_its_key() throws Exception {
        try (ProtocolClient flooding = connect();
                ProtocolClient another = ProtocolClient.connect(collector.address())) {
            flooding.send(pings());
            await().until(() -> collector.netCounters().count(LimitEvent.SLOWED) > 0);

            another.authenticate(machine.name(), machine.key(), UUID.randomUUID());
            assertThat(another.receive(Message.Refused.class).code()).isEqualTo(RefusalCode.DUPLICATE);
        }
    }

    @Test
    void what_stands_between_the_pings_is_taken() throws Exception {
        try (ProtocolClient flooding = connect()) {
            flooding.send(pings());
            flooding.send(healthy(1, 3));
            flooding.send(pings());

            Message answer = flooding.receive();
            while (!(answer instanceof Ack)) {
                answer = flooding.receive();
            }
            assertThat(((Ack) answer).acknowledged().last()).isEqualTo(3);
        }
    }

    @Test
    void of_a_machine_that_comes_and_goes_without_end_a_few_lines_are_logged_each_minute() throws Exception {
        try (LogLines log = LogLines.record()) {
            for (int i = 0; i < 50; i++) {
                connect().close();
                await().until(() -> collector.netCounters().open() == 0);
            }

            assertThat(log.with(machine.name() + " connected")).hasSizeBetween(5, 10);
            assertThat(log.with(machine.name())).hasSizeBetween(10, 20);
            assertThat(log.with(machine.name() + " comes and goes")).hasSizeBetween(1, 2);
        }
        assertThat(collector.netCounters().count(LimitEvent.UNLOGGED)).isGreaterThan(50);
    }

    private ProtocolClient connect() throws IOException {
        return LimitClients.machine(collector.address(), collector.address().getAddress(), machine);
    }

    private static ByteBuffer pings() {
        ByteBuffer one = MessageCodec.encode(new Ping(7));
        ByteBuffer all = ByteBuffer.allocate(PINGS * one.remaining());
        for (int i = 0; i < PINGS; i++) {
            all.put(one.duplicate());
        }
        return all.flip();
    }
}
