package io.emberwatch.collector;

import static io.emberwatch.collector.testing.TestReadings.healthy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.net.NetSettings;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Ping;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.MessageCodec;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.auth.MachineKey;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Whatever a connection sends, it gets its code or is closed in time, is counted, and no other probe notices. */
@Tag("integration")
@Execution(ExecutionMode.CONCURRENT)
class HostileConnectionTest {
    /** Nobody is ever too late, however busy this machine is. */
    private static final Duration LONG_TIMEOUT = Duration.ofMinutes(5);

    private TestDatabase database;
    private TestFleet.Member other;
    private TestFleet.Member machine;
    private TestFleet.Member third;
    private Collector collector;
    private ProtocolClient honest;
    private ScheduledExecutorService pings;

    @BeforeEach
    void start() throws SQLException, IOException {
        database = TestServer.MARIADB.create();
        List<TestFleet.Member> fleet = TestFleet.register(database.database(), 3);
        machine = fleet.get(0);
        other = fleet.get(1);
        third = fleet.get(2);
        start(LONG_TIMEOUT, LONG_TIMEOUT);
        connectHonest();
    }

    private void start(Duration helloTimeout, Duration idleTimeout) throws SQLException, IOException {
        NetSettings net = new NetSettings(
                TestCollectors.NET.listen(),
                3,
                helloTimeout,
                idleTimeout,
                Duration.ofSeconds(15),
                16,
                TestCollectors.STANDARD_LIMITS);
        collector = TestCollectors.start(database.database(), net);
    }

    private void connectHonest() throws IOException {
        honest = ProtocolClient.connect(collector.address());
        honest.authenticate(other.name(), other.key(), UUID.randomUUID());
        honest.receive(Welcome.class);
        pings = Executors.newSingleThreadScheduledExecutor();
        pings.scheduleAtFixedRate(this::ping, 0, 200, TimeUnit.MILLISECONDS);
    }

    /** For tests of what takes too long. A machine that stood still may have kept the honest one out: then once more. */
    private void startAgain(Duration helloTimeout, Duration idleTimeout) {
        await().ignoreExceptionsInstanceOf(IOException.class).until(() -> {
            stop();
            start(helloTimeout, idleTimeout);
            connectHonest();
            return true;
        });
    }

    @AfterEach
    void nobody_else_noticed() throws IOException {
        stopPings();
        honest.send(healthy(1, 10));
        await().until(() ->
                honest.receive() instanceof Ack ack && ack.acknowledged().last() == 10);
        stop();
        database.close();
    }

    private void stop() throws IOException {
        stopPings();
        honest.close();
        collector.close();
    }

    private void stopPings() {
        pings.shutdownNow();
        await().until(pings::isTerminated);
    }

    @Test
    void wrong_magic() throws IOException {
        ByteBuffer hello = MessageCodec.encode(hello());
        hello.put(5, (byte) 'X');
        assertRefused(RefusalCode.BAD_MAGIC, hello);
    }

    @Test
    void another_protocol_altogether() throws IOException {
        assertRefused(
                RefusalCode.FRAME_TOO_LARGE,
                ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void no_version_in_common() throws IOException {
        ByteBuffer hello = MessageCodec.encode(hello());
        int firstVersion = 10;
        hello.put(firstVersion, (byte) 99);
        assertRefused(RefusalCode.UNSUPPORTED_VERSION, hello);
    }

    @Test
    void wrong_key() throws IOException {
        try (ProtocolClient probe = ProtocolClient.connect(collector.address())) {
            probe.authenticate(machine.name(), MachineKey.random(new SecureRandom()), UUID.randomUUID());
            assertRefused(RefusalCode.NOT_AUTHENTICATED, probe);
        }
    }

    @Test
    void unknown_machine_gets_the_same_answer_as_a_wrong_key() throws IOException {
        try (ProtocolClient probe = ProtocolClient.connect(collector.address())) {
            probe.authenticate("nobody", machine.key(), UUID.randomUUID());
            assertRefused(RefusalCode.NOT_AUTHENTICATED, probe);
        }
    }

    @Test
    void over_long_frame_before_it_is_known_who_speaks() throws IOException {
        assertRefused(RefusalCode.FRAME_TOO_LARGE, ByteBuffer.allocate(4).putInt(0, 1025));
    }

    @Test
    void over_long_frame_of_a_known_machine() throws IOException {
        assertSessionRefused(RefusalCode.FRAME_TOO_LARGE, ByteBuffer.allocate(4).putInt(0, 64 * 1024 + 1));
    }

    @Test
    void garbage_after_hello() throws IOException {
        assertSessionRefused(RefusalCode.MALFORMED, ByteBuffer.wrap(new byte[] {0, 0, 0, 2, 0x05, 0x7f}));
    }

    @Test
    void readings_before_welcome() throws IOException {
        assertRefused(RefusalCode.UNEXPECTED_MESSAGE, MessageCodec.encode(healthy(1, 1)));
    }

    @Test
    void a_second_hello() throws IOException {
        assertSessionRefused(RefusalCode.UNEXPECTED_MESSAGE, MessageCodec.encode(hello()));
    }

    @Test
    void readings_that_go_backwards_within_a_session() throws IOException {
        try (ProtocolClient probe = connected()) {
            probe.send(healthy(5, 6));
            probe.receive(Ack.class);
            probe.send(healthy(5, 6));
            assertThat(probe.receive(Refused.class).code()).isEqualTo(RefusalCode.MALFORMED);
        }
    }

    @Test
    void silence_after_connect() throws Exception {
        startAgain(Duration.ofSeconds(5), LONG_TIMEOUT);
        assertRefused(RefusalCode.TIMEOUT, ByteBuffer.allocate(0));
    }

    @Test
    void half_a_hello_and_then_silence() throws Exception {
        startAgain(Duration.ofSeconds(5), LONG_TIMEOUT);
        assertRefused(RefusalCode.TIMEOUT, ByteBuffer.wrap(new byte[] {0, 0, 0, 60, 1}));
    }

    @Test
    void silence_of_a_known_machine() throws Exception {
        // That deadline is for all, and on a busy machine the honest one may miss it, too: it comes afterwards.
        stop();
        start(LONG_TIMEOUT, Duration.ofSeconds(5));
        assertSessionRefused(RefusalCode.TIMEOUT, ByteBuffer.allocate(0));
        startAgain(LONG_TIMEOUT, LONG_TIMEOUT);
    }

    @Test
    void a_machine_that_only_pings_is_not_silent() throws Exception {
        Duration idleTimeout = Duration.ofSeconds(3);
        // On a busy machine one of several tries comes to ping in time.
        await().atMost(Duration.ofMinutes(2)).until(() -> {
            startAgain(LONG_TIMEOUT, idleTimeout);
            await().pollDelay(idleTimeout.plusSeconds(2)).until(() -> true);
            return collector.sessionCount() == 1 && collector.netCounters().refused(RefusalCode.TIMEOUT) == 0;
        });
        startAgain(LONG_TIMEOUT, LONG_TIMEOUT);
    }

    @Test
    void one_connection_too_many() throws IOException {
        try (ProtocolClient second = connected();
                ProtocolClient last = ProtocolClient.connect(collector.address())) {
            last.authenticate(third.name(), third.key(), UUID.randomUUID());
            last.receive(Welcome.class);

            assertRefused(RefusalCode.BUSY, ByteBuffer.allocate(0));

            second.send(healthy(1, 1));
            second.receive(Ack.class);
        }
    }

    private void assertRefused(RefusalCode code, ByteBuffer bytes) throws IOException {
        try (ProtocolClient probe = ProtocolClient.connect(collector.address())) {
            probe.send(bytes);
            assertRefused(code, probe);
        }
    }

    private void assertSessionRefused(RefusalCode code, ByteBuffer bytes) throws IOException {
        try (ProtocolClient probe = connected()) {
            probe.send(bytes);
            assertRefused(code, probe);
        }
    }

    private void assertRefused(RefusalCode code, ProtocolClient probe) throws IOException {
        assertThat(probe.receive(Refused.class).code()).isEqualTo(code);
        assertThatThrownBy(probe::receive).isInstanceOf(EOFException.class);
        assertThat(collector.netCounters().refused(code)).isEqualTo(1);
    }

    private ProtocolClient connected() throws IOException {
        ProtocolClient probe = ProtocolClient.connect(collector.address());
        probe.authenticate(hello(), machine.key());
        probe.receive(Welcome.class);
        return probe;
    }

    private Hello hello() {
        return ProtocolClient.hello(machine.name(), UUID.randomUUID());
    }

    private void ping() {
        try {
            honest.send(new Ping(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
