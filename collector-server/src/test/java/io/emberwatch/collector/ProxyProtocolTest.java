package io.emberwatch.collector;

import static io.emberwatch.collector.testing.LimitClients.address;
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
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.RefusalCode;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Behind a TCP balancer: whose word about the client is taken, and what follows from it. */
@Tag("integration")
class ProxyProtocolTest {
    private static final InetAddress BALANCER = address(77);
    private static final InetAddress STRANGER = address(78);
    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
    private static final int LOCAL = 0x20;
    private static final int PROXY = 0x21;

    private static TestDatabase database;
    private static List<TestFleet.Member> machines;
    private static Collector collector;
    private final Map<LimitEvent, Long> before = new EnumMap<>(LimitEvent.class);

    @BeforeAll
    static void start() throws SQLException, IOException {
        database = TestServer.MARIADB.create();
        machines = TestFleet.register(database.database(), 2);
        // Nobody is too late, however busy this machine is.
        collector = TestCollectors.start(database.database(), net(Duration.ofMinutes(1)));
    }

    private static NetSettings net(Duration helloTimeout) {
        LimitSettings roomy = TestCollectors.ROOMY;
        LimitSettings limits = new LimitSettings(
                new LimitSettings.Address(1, new Rate(1000, 1000), 1, 1_000),
                roomy.failures(),
                roomy.machine(),
                roomy.newHandshakes(),
                roomy.maxUnauthenticated(),
                roomy.maxUndeliveredBytes(),
                AddressRanges.parse("10.0.0.0/8, 127.0.0.77"));
        return new NetSettings(
                TestCollectors.NET.listen(),
                100,
                helloTimeout,
                Duration.ofSeconds(60),
                Duration.ofSeconds(15),
                16,
                limits);
    }

    @BeforeEach
    void note() {
        await().until(() -> collector.netCounters().open() == 0);
        for (LimitEvent event : LimitEvent.values()) {
            before.put(event, collector.netCounters().count(event));
        }
    }

    @AfterAll
    static void close() {
        collector.close();
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"198.51.100.7:40000", "[2001:db8:0:0:0:0:0:7]:40000"})
    void the_client_is_the_one_whom_the_balancer_names(String client) throws IOException {
        try (ProtocolClient probe = connect(BALANCER)) {
            String host = client.substring(0, client.lastIndexOf(':')).replaceAll("[\\[\\]]", "");
            probe.send(header(PROXY, host, new byte[0]));
            LimitClients.welcomed(probe, machines.get(0));

            assertThat(database.query("SELECT remote_address FROM probe_session"))
                    .contains(client);
        }
    }

    @Test
    void limits_count_for_the_client_and_not_for_the_balancer() throws IOException {
        try (ProtocolClient one = connect(BALANCER);
                ProtocolClient two = connect(BALANCER);
                ProtocolClient three = connect(BALANCER)) {
            one.send(header(PROXY, "198.51.100.7", new byte[0]));
            LimitClients.welcomed(one, machines.get(0));
            two.send(header(PROXY, "198.51.100.8", new byte[0]));
            LimitClients.welcomed(two, machines.get(1));

            three.send(header(PROXY, "198.51.100.7", new byte[0]));
            assertThat(three.receive(Refused.class).code()).isEqualTo(RefusalCode.BUSY);
            assertCounted(LimitEvent.ADDRESS_FULL, 1);
        }
    }

    @Test
    void a_header_with_additions_may_come_in_single_bytes() throws IOException {
        try (ProtocolClient probe = connect(BALANCER)) {
            ByteBuffer header = header(PROXY, "198.51.100.7", HexFormat.of().parseHex("04000401020304"));
            while (header.hasRemaining()) {
                probe.send(ByteBuffer.wrap(new byte[] {header.get()}));
            }
            LimitClients.welcomed(probe, machines.get(0));
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "version 1,              50524f58592054435034203139382e35312e3130302e37203139322e302e322e3120343030303020373431310d0a",
        "another protocol,       474554202f20485454502f312e310d0a0d0a",
        "version 3,              0d0a0d0a000d0a515549540a31 11 000c 00000000000000000000000000",
        "addresses cut short,    0d0a0d0a000d0a515549540a21 11 0002 0000",
        "no address,             0d0a0d0a000d0a515549540a21 00 0000",
    })
    void a_balancer_without_a_good_header_of_version_2_is_cut_off(String what, String hex) throws IOException {
        try (ProtocolClient probe = connect(BALANCER)) {
            probe.send(ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", ""))));
            assertThatThrownBy(probe::receive).isInstanceOf(IOException.class);
        }
        await().untilAsserted(() -> assertCounted(LimitEvent.NO_PROXY_HEADER, 1));
        assertCounted(LimitEvent.FAILED, 0);
    }

    @Test
    void a_header_without_end_is_cut_off() throws IOException {
        try (ProtocolClient probe = connect(BALANCER)) {
            probe.send(header(PROXY, "198.51.100.7", new byte[0]).putShort(14, (short) 0xffff));
            probe.send(ByteBuffer.allocate(1300));
            assertThatThrownBy(probe::receive).isInstanceOf(IOException.class);
        }
        await().untilAsserted(() -> assertCounted(LimitEvent.NO_PROXY_HEADER, 1));
    }

    @Test
    void a_header_must_come_in_time() throws SQLException, IOException {
        try (Collector hasty = TestCollectors.start(database.database(), net(Duration.ofSeconds(3)));
                ProtocolClient probe = ProtocolClient.connect(hasty.address(), BALANCER)) {
            probe.send(ByteBuffer.wrap(SIGNATURE));
            assertThat(probe.receive(Refused.class).code()).isEqualTo(RefusalCode.TIMEOUT);
        }
    }

    @Test
    void from_anybody_else_a_header_is_garbage() throws IOException {
        try (ProtocolClient probe = connect(STRANGER)) {
            probe.send(header(PROXY, "198.51.100.7", new byte[0]));
            assertThat(probe.receive(Refused.class).code()).isEqualTo(RefusalCode.FRAME_TOO_LARGE);
        }
        assertCounted(LimitEvent.FAILED, 1);
    }

    @Test
    void anybody_else_connects_without_one() throws IOException {
        LimitClients.machine(collector.address(), STRANGER, machines.get(0)).close();
    }

    @Test
    void health_checks_are_no_failures_however_many_there_are() throws IOException {
        long accepted = collector.netCounters().accepted();
        long failures = collector.netCounters().failures();
        for (int i = 0; i < 50; i++) {
            try (ProtocolClient check = connect(BALANCER)) {
                check.send(header(LOCAL, "0.0.0.0", new byte[0]));
            }
            connect(BALANCER).close();
        }
        await().untilAsserted(() -> {
            assertThat(collector.netCounters().accepted()).isEqualTo(accepted + 100);
            assertThat(collector.netCounters().open()).isZero();
        });
        assertThat(collector.netCounters().failures()).isEqualTo(failures);
        assertCounted(LimitEvent.FAILED, 0);
        assertCounted(LimitEvent.NO_PROXY_HEADER, 0);
    }

    private ProtocolClient connect(InetAddress from) throws IOException {
        return ProtocolClient.connect(collector.address(), from);
    }

    private void assertCounted(LimitEvent event, long count) {
        assertThat(collector.netCounters().count(event) - before.get(event))
                .as(event.name())
                .isEqualTo(count);
    }

    /** Version 2, TCP, as the specification of HAProxy draws it. */
    private static ByteBuffer header(int versionAndCommand, String client, byte[] additions) throws IOException {
        byte[] from = InetAddress.getByName(client).getAddress();
        ByteBuffer header = ByteBuffer.allocate(256);
        header.put(SIGNATURE).put((byte) versionAndCommand).put((byte) (from.length == 4 ? 0x11 : 0x21));
        header.putShort((short) (2 * from.length + 4 + additions.length));
        header.put(from).put(new byte[from.length]);
        header.putShort((short) 40_000).putShort((short) 7411).put(additions);
        return header.flip();
    }
}
