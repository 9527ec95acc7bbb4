package io.emberwatch.collector;

import static io.emberwatch.collector.testing.LimitClients.address;
import static io.emberwatch.collector.testing.TestReadings.healthy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.net.NetSettings;
import io.emberwatch.collector.net.connection.LimitEvent;
import io.emberwatch.collector.net.limits.AddressRanges;
import io.emberwatch.collector.net.limits.LimitSettings;
import io.emberwatch.collector.net.limits.LimitSettings.Rate;
import io.emberwatch.collector.testing.LimitClients;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.collector.testing.Tries;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Ping;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.MessageCodec;
import io.emberwatch.protocol.RefusalCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The limits of connections to a live collector, over sockets from several addresses. */
@Tag("integration")
class ConnectionLimitsTest {
    private static final LimitSettings ROOMY = TestCollectors.ROOMY;
    private static final Rate NEVER_LESS = ROOMY.machine().readings();

    /** Last part of an address where no machine has been: from others more failures are forgiven. */
    private static final int STRANGERS = 77;

    private static TestDatabase database;
    private static List<TestFleet.Member> machines;
    private Collector collector;

    @BeforeAll
    static void register() throws SQLException {
        database = TestServer.MARIADB.create();
        machines = TestFleet.register(database.database(), 3);
    }

    @AfterEach
    void stop() {
        collector.close();
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Test
    void an_address_with_as_many_machines_as_it_may_have_gets_no_further_connection_another_does() throws Exception {
        start(perAddress(2, new Rate(1000, 1000), 10));
        try (ProtocolClient one = machine(2, 0);
                ProtocolClient two = machine(2, 1)) {
            assertThat(firstWord(2).code()).isEqualTo(RefusalCode.BUSY);
            assertCounted(LimitEvent.ADDRESS_FULL, 1);
            machine(3, 2).close();
            assertStored(one);
            assertStored(two);
        }
    }

    @Test
    void an_address_that_connects_too_fast_is_put_off_another_is_not() throws Exception {
        start(new NetSettings(
                TestCollectors.NET.listen(),
                100,
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                Duration.ofSeconds(15),
                16,
                perAddress(100, new Rate(1, 3), 100)));
        // Enough to be too fast on a busy machine, too.
        List<RefusalCode> answers = firstWordsOfAtOnce(2, 20);
        assertThat(answers).contains(RefusalCode.BUSY);
        assertThat(answers).filteredOn(RefusalCode.TIMEOUT::equals).hasSizeGreaterThanOrEqualTo(3);
        assertThat(answers).containsOnly(RefusalCode.BUSY, RefusalCode.TIMEOUT);
        assertCounted(
                LimitEvent.OVER_RATE,
                answers.stream().filter(RefusalCode.BUSY::equals).count());
        // Its timeout is short: a machine that stands still may be too late, but is never put off.
        await().ignoreExceptionsMatching(e -> String.valueOf(e.getMessage()).contains("TIMEOUT"))
                .until(() -> {
                    machine(3, 0).close();
                    return true;
                });
        awaitLetIn(2);
    }

    @Test
    void a_thousand_silent_connections_keep_nobody_out_from_whatever_address() throws Exception {
        LimitSettings limits = perAddress(1_000, NEVER_LESS, 100);
        // None of them is over before it is displaced, however long a busy machine takes to connect so many.
        start(new NetSettings(
                TestCollectors.NET.listen(),
                TestCollectors.NET.maxConnections(),
                Duration.ofMinutes(5),
                TestCollectors.NET.idleTimeout(),
                TestCollectors.NET.pingInterval(),
                TestCollectors.NET.maxBatchesInFlight(),
                new LimitSettings(
                        limits.address(),
                        limits.failures(),
                        limits.machine(),
                        limits.newHandshakes(),
                        250,
                        65_536,
                        AddressRanges.none())));
        List<ProtocolClient> silent = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            silent.add(connect(2 + i % 4));
        }
        await().untilAsserted(() -> assertCounted(LimitEvent.DISPLACED, 750));

        Tries.untilOneTakesLessThan(Duration.ofSeconds(5), () -> {
            try (ProtocolClient sameAddress = machine(2, 0);
                    ProtocolClient otherAddress = machine(9, 1)) {
                assertStored(sameAddress);
                assertStored(otherAddress);
            }
        });
        await().untilAsserted(() -> assertThat(collector.netCounters().open()).isLessThanOrEqualTo(252));
        for (ProtocolClient one : silent) {
            one.close();
        }
    }

    @Test
    void an_address_that_fails_again_and_again_is_shut_out_for_a_while_and_others_are_not() throws Exception {
        start(failures(3, Duration.ofSeconds(10)));
        List<ProtocolClient> strangers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            strangers.add(connect(STRANGERS));
            strangers.get(i).send(ByteBuffer.wrap(new byte[] {0, 0, 0, 0}));
        }
        // Each on a thread of its own: one that only waits may be counted after the one that shuts out.
        await().untilAsserted(() -> {
            assertCounted(LimitEvent.ADDRESS_SHUT_OUT, 1);
            assertCounted(LimitEvent.DELAYED, 3);
        });

        assertThatThrownBy(() -> firstWord(STRANGERS))
                .isInstanceOf(IOException.class)
                .hasMessageNotContaining("expected");
        assertThat(collector.netCounters().count(LimitEvent.SHUT_OUT)).isPositive();
        machine(3, 0).close();
        awaitAnswer(STRANGERS);
        for (ProtocolClient stranger : strangers) {
            stranger.close();
        }
    }

    @Test
    void an_answer_to_a_repeated_failure_comes_late() throws Exception {
        start(failures(8, Duration.ofMinutes(10)));
        millisToRefuse();
        millisToRefuse();
        assertCounted(LimitEvent.DELAYED, 0);
        assertThat(millisToRefuse()).isGreaterThanOrEqualTo(250);
        assertCounted(LimitEvent.DELAYED, 1);
    }

    @Test
    void machine_with_a_wrong_key_does_not_shut_out_the_machines_behind_the_same_nat() throws Exception {
        start(failures(3, Duration.ofMinutes(10)));
        try (ProtocolClient connected = machine(2, 0)) {
            for (int i = 0; i < 10; i++) {
                LimitClients.wrongKey(collector.address(), address(2), machines.get(2));
            }
            assertCounted(LimitEvent.FAILED, 10);
            assertCounted(LimitEvent.ADDRESS_SHUT_OUT, 0);
            machine(2, 1).close();
            assertStored(connected);
        }
    }

    @Test
    void a_stranger_may_say_a_kilobyte_in_all_in_however_small_frames() throws Exception {
        start(ROOMY);
        try (ProtocolClient stranger = connect(2)) {
            stranger.send(optionalFrames(205));
            Refused refused = stranger.receive(Refused.class);
            assertThat(refused.code()).isEqualTo(RefusalCode.FRAME_TOO_LARGE);
            assertThat(refused.text()).contains("1024 bytes before WELCOME");
        }
    }

    @Test
    void a_machine_that_sends_too_many_frames_is_slowed_and_loses_nothing() throws Exception {
        start(perMachine(new Rate(50, 10), NEVER_LESS));
        long start = System.nanoTime();
        try (ProtocolClient fast = machine(2, 0)) {
            // All at once: who sends no faster than allowed, as on a busy machine, is not slowed.
            ByteBuffer frames = ByteBuffer.allocate(64 * 1024);
            for (int sequence = 1; sequence <= 60; sequence++) {
                frames.put(MessageCodec.encode(healthy(sequence, sequence)));
            }
            fast.send(frames.flip());
            awaitAck(fast, 60);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(900));
        assertThat(collector.netCounters().count(LimitEvent.SLOWED)).isPositive();
        assertThat(collector.ingestCounters().readings()).isEqualTo(60);
    }

    @Test
    void a_machine_that_sends_too_many_readings_is_slowed_and_loses_nothing() throws Exception {
        start(perMachine(NEVER_LESS, new Rate(1000, 500)));
        long start = System.nanoTime();
        try (ProtocolClient fast = machine(2, 0)) {
            for (int first = 1; first <= 1500; first += 100) {
                fast.send(healthy(first, first + 99));
            }
            awaitAck(fast, 1500);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(900));
        assertThat(collector.ingestCounters().readings()).isEqualTo(1500);
    }

    @Test
    void frames_that_the_collector_does_not_know_count_too() throws Exception {
        start(perMachine(new Rate(1000, 10), NEVER_LESS));
        try (ProtocolClient talker = machine(2, 0)) {
            talker.send(optionalFrames(1_000));
            await().until(() -> collector.netCounters().count(LimitEvent.SLOWED) > 0);
            assertStored(talker);
        }
    }

    @Test
    void a_peer_that_takes_in_nothing_is_cut_off() throws Exception {
        start(new NetSettings(
                TestCollectors.NET.listen(),
                10,
                Duration.ofSeconds(30),
                Duration.ofSeconds(3),
                Duration.ofSeconds(15),
                16,
                ROOMY));
        ByteBuffer pings = repeated(new Ping(7), 10_000);
        try (ProtocolClient deaf = machine(2, 0)) {
            assertThatThrownBy(() -> {
                        while (true) {
                            deaf.send(pings.duplicate());
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        assertCounted(LimitEvent.UNDELIVERED, 1);
    }

    private void start(LimitSettings limits) throws SQLException, IOException {
        start(TestCollectors.netWith(limits));
    }

    private void start(NetSettings settings) throws SQLException, IOException {
        collector = TestCollectors.start(database.database(), settings);
    }

    private ProtocolClient connect(int from) throws IOException {
        return ProtocolClient.connect(collector.address(), address(from));
    }

    private ProtocolClient machine(int from, int index) throws IOException {
        return LimitClients.machine(collector.address(), address(from), machines.get(index));
    }

    /** What a new connection is sent before it has sent anything. */
    private Refused firstWord(int from) throws IOException {
        try (ProtocolClient probe = connect(from)) {
            return probe.receive(Refused.class);
        }
    }

    /** What so many connections are sent that all connect before any of them reads, and send nothing. */
    private List<RefusalCode> firstWordsOfAtOnce(int from, int count) throws IOException {
        List<ProtocolClient> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(connect(from));
        }
        List<RefusalCode> answers = new ArrayList<>();
        for (ProtocolClient one : all) {
            try (one) {
                answers.add(one.receive(Refused.class).code());
            }
        }
        return answers;
    }

    private void awaitLetIn(int from) {
        await().ignoreExceptionsInstanceOf(IOException.class).until(() -> {
            machine(from, 1).close();
            return true;
        });
    }

    private void awaitAnswer(int from) {
        await().ignoreExceptionsInstanceOf(IOException.class).until(() -> {
            try (ProtocolClient stranger = connect(from)) {
                stranger.send(ProtocolClient.hello("nobody", UUID.randomUUID()));
                return stranger.receive() != null;
            }
        });
    }

    private long millisToRefuse() throws IOException {
        try (ProtocolClient stranger = connect(STRANGERS)) {
            long start = System.nanoTime();
            stranger.send(ByteBuffer.wrap(new byte[] {0, 0, 0, 0}));
            assertThat(stranger.receive(Refused.class).code()).isEqualTo(RefusalCode.MALFORMED);
            return Duration.ofNanos(System.nanoTime() - start).toMillis();
        }
    }

    private void assertCounted(LimitEvent event, long count) {
        assertThat(collector.netCounters().count(event)).as(event.name()).isEqualTo(count);
    }

    private static void assertStored(ProtocolClient probe) throws IOException {
        probe.send(healthy(1, 1));
        awaitAck(probe, 1);
    }

    private static void awaitAck(ProtocolClient probe, long sequence) throws IOException {
        while (probe.receive(Ack.class).acknowledged().last() < sequence) {
            // Several acknowledgements may be on their way.
        }
    }

    private static LimitSettings perAddress(int maxConnections, Rate rate, int maxUnauthenticated) {
        return new LimitSettings(
                new LimitSettings.Address(maxConnections, rate, maxUnauthenticated, 1_000),
                ROOMY.failures(),
                ROOMY.machine(),
                ROOMY.newHandshakes(),
                ROOMY.maxUnauthenticated(),
                ROOMY.maxUndeliveredBytes(),
                ROOMY.proxyFrom());
    }

    private static LimitSettings failures(int max, Duration shutOut) {
        return new LimitSettings(
                ROOMY.address(),
                new LimitSettings.Failures(max, Duration.ofMinutes(10), shutOut),
                ROOMY.machine(),
                ROOMY.newHandshakes(),
                ROOMY.maxUnauthenticated(),
                ROOMY.maxUndeliveredBytes(),
                ROOMY.proxyFrom());
    }

    private static LimitSettings perMachine(Rate frames, Rate readings) {
        return new LimitSettings(
                ROOMY.address(),
                ROOMY.failures(),
                new LimitSettings.Machine(frames, readings),
                ROOMY.newHandshakes(),
                ROOMY.maxUnauthenticated(),
                ROOMY.maxUndeliveredBytes(),
                ROOMY.proxyFrom());
    }

    /** Frames of a type that receivers skip: 5 bytes each. */
    private static ByteBuffer optionalFrames(int count) {
        ByteBuffer frames = ByteBuffer.allocate(5 * count);
        for (int i = 0; i < count; i++) {
            frames.putInt(1).put((byte) 0xff);
        }
        return frames.flip();
    }

    private static ByteBuffer repeated(Message message, int times) {
        ByteBuffer one = MessageCodec.encode(message);
        ByteBuffer all = ByteBuffer.allocate(times * one.remaining());
        for (int i = 0; i < times; i++) {
            all.put(one.duplicate());
        }
        return all.flip();
    }
}
