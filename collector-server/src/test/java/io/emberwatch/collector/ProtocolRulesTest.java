package io.emberwatch.collector;

import static io.emberwatch.collector.testing.TestReadings.healthy;
import static io.emberwatch.collector.testing.TestReadings.reading;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.collector.testing.TestTokens;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.GpuValues;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Lost;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Defer;
import io.emberwatch.protocol.Message.Fetch;
import io.emberwatch.protocol.Message.History;
import io.emberwatch.protocol.Message.Ping;
import io.emberwatch.protocol.Message.Pong;
import io.emberwatch.protocol.Message.Proof;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.MessageCodec;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.auth.Bytes32;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What PROTOCOL.md says of a collector beside its frames, tried at a live one. */
@Tag("integration")
class ProtocolRulesTest {
    private static final UUID BOOT = UUID.randomUUID();
    private static final long LAST = WireLimits.MAX_SEQUENCE;

    @AutoClose
    private final TestDatabase database = TestServer.MARIADB.create();

    private TestFleet.Member machine;
    private Collector collector;

    @BeforeEach
    void start() throws SQLException, IOException {
        machine = TestFleet.register(database.database(), 1).get(0);
        collector = TestCollectors.start(database.database());
    }

    @AfterEach
    void stop() {
        collector.close();
    }

    @Test
    void a_machine_is_found_by_its_name_in_any_case_and_proves_the_spelling_of_its_hello() throws Exception {
        assertThat(welcome(machine.name().toUpperCase(Locale.ROOT), BOOT)).isInstanceOf(Welcome.class);
    }

    @Test
    void a_host_is_enrolled_under_the_spelling_that_is_registered() throws Exception {
        TestTokens.Token token = TestTokens.forMachine(database, machine.id());
        try (ProtocolClient host = ProtocolClient.connect(collector.address())) {
            host.send(token.enroll(machine.name().toUpperCase(Locale.ROOT), TestTokens.newKey()));
            assertThat(host.receive(Message.Enrolled.class).machineName()).isEqualTo(machine.name());
        }
    }

    @Test
    void readings_without_gpus_need_no_inventory() throws Exception {
        try (ProtocolClient probe = session(BOOT)) {
            probe.send(healthy(1, 3));
            awaitAck(probe, 3);
        }
        assertThat(count("reading")).isEqualTo(3);
    }

    @Test
    void more_readings_frames_than_may_be_in_flight_are_all_taken() throws Exception {
        try (ProtocolClient probe = session(BOOT)) {
            for (int sequence = 1; sequence <= 100; sequence++) {
                probe.send(healthy(sequence, sequence));
            }
            awaitAck(probe, 100);
        }
        assertThat(count("reading")).isEqualTo(100);
    }

    @Test
    void readings_that_begin_at_or_before_what_welcome_acknowledges_are_refused_and_not_taken() throws Exception {
        try (ProtocolClient probe = session(BOOT)) {
            probe.send(healthy(1, 10));
            awaitAck(probe, 10);
        }
        try (ProtocolClient probe = ProtocolClient.connect(collector.address())) {
            probe.authenticate(machine.name(), machine.key(), BOOT);
            assertThat(probe.receive(Welcome.class).acknowledged()).isEqualTo(AcknowledgedRange.upTo(10));

            probe.send(healthy(8, 12));
            assertRefused(probe, RefusalCode.MALFORMED);
        }
        assertThat(count("reading")).isEqualTo(10);
    }

    @Test
    void only_the_newest_numbering_is_remembered_and_what_comes_again_of_an_older_one_is_stored_once()
            throws Exception {
        Readings first = healthy(1, 3);
        try (ProtocolClient probe = session(BOOT)) {
            probe.send(first);
            awaitAck(probe, 3);
        }
        session(UUID.randomUUID()).close();
        try (ProtocolClient probe = ProtocolClient.connect(collector.address())) {
            probe.authenticate(machine.name(), machine.key(), BOOT);
            assertThat(probe.receive(Welcome.class).acknowledged()).isEqualTo(AcknowledgedRange.NOTHING);

            probe.send(first);
            awaitAck(probe, 3);
        }
        assertThat(count("reading")).isEqualTo(3);
    }

    @Test
    void one_card_named_twice_in_an_inventory_is_one_card_of_which_the_later_values_count() throws Exception {
        try (ProtocolClient probe = session(BOOT)) {
            probe.send(inventory(shown("GPU-a"), shown("GPU-a")));
            probe.send(new Readings(List.of(new Reading(
                    1, Instant.now(), MetricValues.empty(Scope.MACHINE), List.of(gpu(0, 60), gpu(1, 61))))));
            awaitAck(probe, 1);
        }
        assertThat(database.query("SELECT CONCAT(uuid, ' ', gpu_temp_c) FROM gpu_reading JOIN gpu ON gpu.id = gpu_id"))
                .containsExactly("GPU-a 61.0");
    }

    @Test
    void a_card_that_the_collector_never_saw_may_be_referred_to() throws Exception {
        try (ProtocolClient probe = session(BOOT)) {
            probe.send(inventory(reference("GPU-gone")));
            probe.send(new Readings(
                    List.of(new Reading(1, Instant.now(), MetricValues.empty(Scope.MACHINE), List.of(gpu(0, 60))))));
            awaitAck(probe, 1);
        }
        assertThat(database.query("SELECT CONCAT(uuid, ' ', gpu_temp_c) FROM gpu_reading JOIN gpu ON gpu.id = gpu_id"))
                .containsExactly("GPU-gone 60.0");
    }

    @Test
    void a_reading_with_a_gpu_that_no_inventory_names_is_set_aside_and_the_others_of_its_frame_are_stored()
            throws Exception {
        Instant now = Instant.now();
        try (ProtocolClient probe = session(BOOT)) {
            probe.send(inventory(shown("GPU-a")));
            probe.send(new Readings(List.of(
                    new Reading(1, now.minusSeconds(2), MetricValues.empty(Scope.MACHINE), List.of(gpu(0, 60))),
                    new Reading(2, now.minusSeconds(1), MetricValues.empty(Scope.MACHINE), List.of(gpu(1, 60))),
                    new Reading(3, now, MetricValues.empty(Scope.MACHINE), List.of(gpu(0, 60))))));
            awaitAck(probe, 3);
        }
        assertThat(database.query("SELECT sequence FROM reading ORDER BY sequence"))
                .containsExactly("1", "3");
        assertThat(database.query("SELECT sequence FROM reading_rejected")).containsExactly("2");
    }

    @Test
    void readings_of_any_time_are_stored_as_they_are() throws Exception {
        Instant lastOf9999 = Instant.parse("9999-12-31T23:59:59.999Z");
        try (ProtocolClient probe = session(BOOT)) {
            probe.send(new Readings(List.of(
                    reading(1, Instant.EPOCH, Metric.CPU_TEMP_C, 45), reading(2, lastOf9999, Metric.CPU_TEMP_C, 45))));
            probe.send(healthy(3, 3));
            awaitAck(probe, 3);
        }
        assertThat(database.query("SELECT sequence FROM reading ORDER BY sequence"))
                .containsExactly("1", "3");
        assertThat(database.query("SELECT sequence FROM reading_ahead")).containsExactly("2");
    }

    @Test
    void a_numbering_may_leave_out_nearly_all_numbers_that_there_are() throws Exception {
        try (ProtocolClient probe = session(BOOT)) {
            probe.send(healthy(1, 1));
            probe.send(healthy(LAST, LAST));
            awaitAck(probe, LAST);
            Instant now = Instant.now();
            probe.send(new Lost(2, LAST - 1, LAST - 2, now.minusSeconds(1), now, Lost.Reason.TOO_OLD));
            probe.send(new Ping(7));
            assertThat(probe.receive(Pong.class).nonce()).isEqualTo(7);
        }
        try (ProtocolClient probe = ProtocolClient.connect(collector.address())) {
            probe.authenticate(machine.name(), machine.key(), BOOT);
            assertThat(probe.receive(Welcome.class).acknowledged()).isEqualTo(AcknowledgedRange.upTo(LAST));
        }
    }

    @Test
    void a_history_of_nearly_all_numbers_is_fetched_two_frames_at_a_time_and_may_be_empty() throws Exception {
        try (ProtocolClient probe = session(BOOT)) {
            probe.send(inventory());
            probe.send(new Defer(LAST));
            probe.send(healthy(LAST, LAST));
            assertThat(next(probe, Ack.class).acknowledged()).isEqualTo(new AcknowledgedRange(LAST, 1, LAST - 1));
            next(probe, Fetch.class);
            next(probe, Fetch.class);

            probe.send(new History(LAST - 1, Instant.now(), List.of()));
            probe.send(new History(LAST - 1, Instant.now(), List.of()));
            Ack answer = next(probe, Ack.class);
            while (answer.acknowledged().lacksHistory()) {
                answer = next(probe, Ack.class);
            }
            assertThat(answer.acknowledged()).isEqualTo(AcknowledgedRange.upTo(LAST));
            probe.send(new Ping(7));
            assertThat(next(probe, Pong.class).nonce()).isEqualTo(7);
        }
    }

    static Stream<Arguments> breaches() {
        return Stream.of(
                Arguments.of("PROOF in a session", MessageCodec.encode(new Proof(Bytes32.ZERO)), "UNEXPECTED_MESSAGE"),
                Arguments.of(
                        "ACK by a probe",
                        MessageCodec.encode(new Ack(AcknowledgedRange.NOTHING)),
                        "UNEXPECTED_MESSAGE"),
                Arguments.of("FETCH by a probe", MessageCodec.encode(new Fetch(1)), "UNEXPECTED_MESSAGE"),
                Arguments.of(
                        "HISTORY that nobody asked for",
                        MessageCodec.encode(new History(1, Instant.now(), List.of())),
                        "UNEXPECTED_MESSAGE"),
                Arguments.of("DEFER after READINGS", after(healthy(1, 1), new Defer(9)), "UNEXPECTED_MESSAGE"),
                Arguments.of("a second DEFER", after(new Defer(9), new Defer(19)), "UNEXPECTED_MESSAGE"),
                Arguments.of("READINGS before liveFrom", after(new Defer(9), healthy(8, 9)), "MALFORMED"),
                Arguments.of("the same READINGS again", after(healthy(1, 1), healthy(1, 1)), "MALFORMED"),
                Arguments.of("numbers that fall", after(healthy(5, 6), healthy(3, 7)), "MALFORMED"),
                Arguments.of("an unknown type below 0x80", frame(0x7f), "MALFORMED"),
                Arguments.of("a known type without its fields, in no place", frame(0x0b), "MALFORMED"),
                Arguments.of("no length", ByteBuffer.allocate(4), "MALFORMED"),
                Arguments.of(
                        "a length above what WELCOME allows, of whatever type",
                        ByteBuffer.allocate(5).putInt(0, WireLimits.MAX_FRAME_BYTES + 1),
                        "FRAME_TOO_LARGE"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("breaches")
    void a_breach_ends_the_session_with_its_code(String what, ByteBuffer bytes, String code) throws Exception {
        try (ProtocolClient probe = session(BOOT)) {
            probe.send(bytes);
            assertRefused(probe, RefusalCode.valueOf(code));
        }
    }

    @Test
    void of_a_hello_the_magic_is_looked_at_first_then_the_versions_then_the_rest() throws Exception {
        ByteBuffer wrong = ByteBuffer.wrap(new byte[] {0, 0, 0, 5, 1, 'E', 'M', 'B', 'X'});
        assertFirstAnswer(wrong, RefusalCode.BAD_MAGIC);
        ByteBuffer tooNew = ByteBuffer.wrap(new byte[] {0, 0, 0, 7, 1, 'E', 'M', 'B', 'R', 1, 99});
        assertFirstAnswer(tooNew, RefusalCode.UNSUPPORTED_VERSION);
        ByteBuffer cut = ByteBuffer.wrap(new byte[] {0, 0, 0, 7, 1, 'E', 'M', 'B', 'R', 1, 1});
        assertFirstAnswer(cut, RefusalCode.MALFORMED);
    }

    @Test
    void an_optional_frame_that_the_collector_does_not_know_is_passed_over() throws Exception {
        try (ProtocolClient probe = session(BOOT)) {
            probe.send(frame(0xff));
            probe.send(new Ping(7));
            assertThat(probe.receive(Pong.class).nonce()).isEqualTo(7);
        }
    }

    private void assertFirstAnswer(ByteBuffer bytes, RefusalCode code) throws IOException {
        try (ProtocolClient stranger = ProtocolClient.connect(collector.address())) {
            stranger.send(bytes);
            assertRefused(stranger, code);
        }
    }

    private Message welcome(String name, UUID boot) throws IOException {
        try (ProtocolClient probe = ProtocolClient.connect(collector.address())) {
            probe.authenticate(name, machine.key(), boot);
            return probe.receive();
        }
    }

    private ProtocolClient session(UUID boot) throws IOException {
        ProtocolClient probe = ProtocolClient.connect(collector.address());
        probe.authenticate(machine.name(), machine.key(), boot);
        probe.receive(Welcome.class);
        return probe;
    }

    private static void assertRefused(ProtocolClient probe, RefusalCode code) throws IOException {
        assertThat(next(probe, Refused.class).code()).isEqualTo(code);
        assertThatThrownBy(probe::receive).isInstanceOf(EOFException.class);
    }

    private static void awaitAck(ProtocolClient probe, long sequence) throws IOException {
        while (next(probe, Ack.class).acknowledged().last() < sequence) {
            // There may be several.
        }
    }

    /** The next of this type, whatever else comes between. */
    private static <T extends Message> T next(ProtocolClient probe, Class<T> type) throws IOException {
        while (true) {
            Message message = probe.receive();
            if (type.isInstance(message)) {
                return type.cast(message);
            }
            assertThat(message).isNotInstanceOf(Refused.class);
        }
    }

    private int count(String table) throws SQLException {
        return Integer.parseInt(database.query("SELECT COUNT(*) FROM " + table).get(0));
    }

    private static ByteBuffer frame(int type) {
        return ByteBuffer.allocate(5).putInt(1).put((byte) type).flip();
    }

    private static ByteBuffer after(Message first, Message second) {
        ByteBuffer one = MessageCodec.encode(first);
        ByteBuffer two = MessageCodec.encode(second);
        return ByteBuffer.allocate(one.remaining() + two.remaining())
                .put(one)
                .put(two)
                .flip();
    }

    private static GpuValues gpu(int index, double celsius) {
        return new GpuValues(
                index,
                MetricValues.builder(Scope.GPU).set(Metric.GPU_TEMP_C, celsius).build(),
                List.of());
    }

    private static GpuInfo shown(String uuid) {
        return card(uuid, "H200");
    }

    private static GpuInfo reference(String uuid) {
        return card(uuid, "");
    }

    private static GpuInfo card(String uuid, String model) {
        OptionalInt unknown = OptionalInt.empty();
        return new GpuInfo(uuid, model, "", unknown, unknown, unknown, unknown, unknown);
    }

    private static Inventory inventory(GpuInfo... gpus) {
        return new Inventory("", "", "", "", "", 0, 0, "", List.of(gpus), "", OptionalInt.empty());
    }
}
