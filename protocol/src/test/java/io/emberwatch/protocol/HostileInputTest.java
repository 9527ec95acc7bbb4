package io.emberwatch.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.auth.Bytes32;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not a message ends in a {@link ProtocolException} with the right code, and in nothing else. */
class HostileInputTest {
    private static final byte[] TEN_CONTINUED_BYTES = new byte[10];

    static {
        Arrays.fill(TEN_CONTINUED_BYTES, (byte) 0xFF);
    }

    @ParameterizedTest
    @MethodSource("io.emberwatch.protocol.GoldenFrame#ofThisVersion")
    void a_message_cut_short_anywhere_is_refused(GoldenFrame golden) {
        byte[] whole = golden.typeAndBody();
        // An inventory may end where probes of before ended it: there it is another one.
        int required = whole.length - (golden.message().orElseThrow() instanceof Inventory now ? addedLater(now) : 0);
        for (int length = 0; length < required; length++) {
            byte[] cut = Arrays.copyOf(whole, length);

            assertThatThrownBy(() -> MessageCodec.decode(ByteBuffer.wrap(cut)))
                    .as("cut to %d of %d bytes", length, whole.length)
                    .isInstanceOf(ProtocolException.class);
        }
    }

    /** Bytes of gpuDriver and tempSensorCount. */
    private static int addedLater(Inventory inventory) {
        return 1 + inventory.gpuDriver().length() + 1;
    }

    @ParameterizedTest
    @MethodSource("io.emberwatch.protocol.GoldenFrame#all")
    void trailing_bytes_change_nothing(GoldenFrame golden) throws Exception {
        byte[] body = golden.typeAndBody();
        byte[] longer = Arrays.copyOf(body, body.length + 20);

        assertThat(MessageCodec.decode(ByteBuffer.wrap(longer))).isEqualTo(golden.message());
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x0E, 0x0F, 0x10, 0x7F})
    void an_unknown_type_is_refused(int type) {
        assertThat(refusal(out -> out.u8(type))).isEqualTo(RefusalCode.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x81, 0x90, 0xFF})
    void an_unknown_optional_type_is_skipped(int type) throws Exception {
        assertThat(MessageCodec.decode(written(out -> out.u8(type)))).isEmpty();
    }

    @Test
    void a_hello_with_another_magic_is_refused_as_such() {
        assertThat(refusal(MessageType.HELLO, out -> out.u32(0x454D4253))).isEqualTo(RefusalCode.BAD_MAGIC);
    }

    @Test
    void a_hello_too_short_for_the_magic_is_refused_as_having_another() {
        assertThat(refusal(MessageType.HELLO, out -> out.u8(0x45))).isEqualTo(RefusalCode.BAD_MAGIC);
    }

    @Test
    void a_hello_without_a_common_version_is_refused_as_such_whatever_follows_the_versions() {
        assertThat(refusal(MessageType.HELLO, out -> {
                    out.u32(Message.MAGIC);
                    out.varint(2);
                    out.varint(2);
                    out.varint(Integer.MAX_VALUE);
                }))
                .isEqualTo(RefusalCode.UNSUPPORTED_VERSION);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 17, -1, Long.MIN_VALUE})
    void a_hello_names_1_to_16_versions(long count) {
        assertThat(refusal(MessageType.HELLO, out -> {
                    out.u32(Message.MAGIC);
                    out.varint(count);
                    ones(out, 16);
                }))
                .isEqualTo(RefusalCode.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-box", ".box", "gpu box", "größe", "gpu-box-07\n", "a/b"})
    void a_hello_needs_a_machine_name(String name) {
        assertThat(refusal(MessageType.HELLO, out -> hello(out, name, 0))).isEqualTo(RefusalCode.MALFORMED);
    }

    @Test
    void what_an_error_quotes_from_the_peer_stays_on_one_line() {
        assertThatThrownBy(() -> MessageCodec.decode(written(out -> {
                    out.u8(MessageType.HELLO.wireByte());
                    hello(out, "box\r\n2026-11-05 INFO all is well\u001b[2J", 0);
                })))
                .hasMessage("HELLO: not a machine name: box??2026-11-05 INFO all is well?[2J");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, 253_402_300_800_000L, Long.MAX_VALUE})
    void a_clock_outside_the_years_1970_to_9999_is_refused(long millis) {
        assertThat(refusal(MessageType.HELLO, out -> hello(out, "box", millis))).isEqualTo(RefusalCode.MALFORMED);
        assertThat(refusal(MessageType.WELCOME, out -> welcome(out, 65536, millis, 0)))
                .isEqualTo(RefusalCode.MALFORMED);
    }

    @ParameterizedTest
    @CsvSource({"1023, 0", "65537, 0", "65536, -1", "65536, 9223372036854775807"})
    void a_welcome_with_limits_out_of_range_is_refused(long maxFrameBytes, long lastAcknowledgedSequence) {
        assertThat(refusal(MessageType.WELCOME, out -> welcome(out, maxFrameBytes, 0, lastAcknowledgedSequence)))
                .isEqualTo(RefusalCode.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(longs = {0x8000_0000L, Long.MAX_VALUE, -1})
    void a_wait_of_more_than_25_days_is_refused(long millis) {
        assertThat(refusal(MessageType.REFUSED, out -> {
                    out.varint(RefusalCode.BUSY.wireCode());
                    out.text("");
                    out.varint(millis);
                }))
                .isEqualTo(RefusalCode.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(longs = {13, 1L << 32, -1})
    void a_refusal_with_a_code_of_the_future_is_read(long code) throws Exception {
        ByteBuffer refused = written(out -> {
            out.u8(MessageType.REFUSED.wireByte());
            out.varint(code);
            out.text("");
            out.varint(0);
        });

        assertThat(MessageCodec.decode(refused))
                .hasValueSatisfying(
                        message -> assertThat(((Refused) message).code()).isEqualTo(RefusalCode.UNKNOWN));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MIN_VALUE, -1})
    void an_ack_beyond_the_last_possible_sequence_is_refused(long sequence) {
        assertThat(refusal(MessageType.ACK, out -> acknowledged(out, sequence, 0, 0)))
                .isEqualTo(RefusalCode.MALFORMED);
    }

    @ParameterizedTest
    @CsvSource({"10,0,5", "10,5,0", "10,6,5", "10,5,11", "0,1,1"})
    void history_that_is_not_a_part_of_what_is_durable_is_refused(long last, long from, long to) {
        assertThat(refusal(MessageType.ACK, out -> acknowledged(out, last, from, to)))
                .isEqualTo(RefusalCode.MALFORMED);
    }

    @Test
    void history_beyond_where_it_says_to_end_is_refused() {
        assertThat(refusal(MessageType.HISTORY, out -> {
                    out.varint(4);
                    out.varint(5);
                    out.varint(1);
                    out.zigzag(0);
                    out.nested(emptyReading());
                }))
                .isEqualTo(RefusalCode.MALFORMED);
    }

    @ParameterizedTest
    @CsvSource({"0,5,0,0,0", "6,5,0,0,0", "5,6,3,0,0", "5,6,2,-1,0", "5,6,2,0,-1"})
    void a_loss_that_cannot_be_is_refused(long first, long last, long count, long from, long to) {
        assertThat(refusal(MessageType.LOST, out -> {
                    out.varint(first);
                    out.varint(last);
                    out.varint(count);
                    out.zigzag(from);
                    out.zigzag(to);
                    out.varint(1);
                }))
                .isEqualTo(RefusalCode.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1001, -1})
    void a_fetch_of_no_or_too_many_readings_is_refused(long readings) {
        assertThat(refusal(MessageType.FETCH, out -> out.varint(readings))).isEqualTo(RefusalCode.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, Long.MAX_VALUE})
    void putting_off_nothing_is_refused(long liveFrom) {
        assertThat(refusal(MessageType.DEFER, out -> out.varint(liveFrom))).isEqualTo(RefusalCode.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff", "c3", "c0 80", "ed a0 80", "f8 88 80 80 80", "e2 82"})
    void text_that_is_not_utf_8_is_refused(String utf8) {
        assertThat(refusal(MessageType.BYE, out -> {
                    out.varint(1);
                    byte[] bytes = Hex.parse(utf8);
                    out.varint(bytes.length);
                    raw(out, bytes);
                }))
                .isEqualTo(RefusalCode.MALFORMED);
    }

    @Test
    void text_longer_than_255_bytes_is_refused_although_it_is_there() {
        assertThat(refusal(MessageType.BYE, out -> {
                    out.varint(1);
                    out.text("x".repeat(256));
                }))
                .isEqualTo(RefusalCode.MALFORMED);
    }

    @Test
    void a_varint_of_more_than_64_bits_is_refused() {
        byte[] tooManyBits = TEN_CONTINUED_BYTES.clone();
        tooManyBits[9] = 2;

        assertThat(refusal(MessageType.ACK, out -> raw(out, TEN_CONTINUED_BYTES)))
                .isEqualTo(RefusalCode.MALFORMED);
        assertThat(refusal(MessageType.ACK, out -> raw(out, tooManyBits))).isEqualTo(RefusalCode.MALFORMED);
    }

    @Test
    void a_varint_longer_than_necessary_is_read() throws Exception {
        ByteBuffer ack = written(out -> {
            out.u8(MessageType.ACK.wireByte());
            raw(out, Hex.parse("85 80 80 80 80 80 80 80 80 00 00 00"));
        });

        assertThat(MessageCodec.decode(ack)).contains(new Ack(AcknowledgedRange.upTo(5)));
    }

    @Test
    void an_inventory_cannot_have_more_than_64_gpus() {
        assertThat(refusal(MessageType.INVENTORY, out -> inventoryUpToGpuCount(out, 65)))
                .isEqualTo(RefusalCode.MALFORMED);
    }

    @Test
    void a_gpu_cannot_reach_beyond_its_own_length() {
        assertThat(refusal(MessageType.INVENTORY, out -> {
                    inventoryUpToGpuCount(out, 1);
                    out.varint(2);
                    out.text("GPU-1");
                    ones(out, 50);
                }))
                .isEqualTo(RefusalCode.MALFORMED);
    }

    static void hello(WireWriter out, String name, long clockMillis) {
        out.u32(Message.MAGIC);
        out.varint(1);
        out.varint(1);
        out.text("0.1.0");
        out.text(name);
        out.bytes32(Bytes32.ZERO);
        out.zigzag(clockMillis);
        out.uuid(new UUID(0, 0));
        out.uuid(new UUID(0, 0));
    }

    private static void acknowledged(WireWriter out, long last, long historyFrom, long historyTo) {
        out.varint(last);
        out.varint(historyFrom);
        out.varint(historyTo);
    }

    private static WireWriter emptyReading() {
        WireWriter reading = new WireWriter();
        reading.zigzag(0);
        reading.varint(0);
        reading.varint(0);
        return reading;
    }

    static void welcome(WireWriter out, long maxFrameBytes, long clockMillis, long lastAcknowledgedSequence) {
        out.varint(1);
        out.varint(0);
        out.varint(maxFrameBytes);
        out.varint(1);
        out.zigzag(clockMillis);
        out.varint(lastAcknowledgedSequence);
        out.varint(0);
        out.varint(0);
        out.bytes32(Bytes32.ZERO);
    }

    private static void inventoryUpToGpuCount(WireWriter out, int gpuCount) {
        List.of("", "", "", "", "").forEach(out::text);
        out.varint(0);
        out.varint(0);
        out.text("");
        out.varint(gpuCount);
    }

    private static void ones(WireWriter out, int count) {
        for (int i = 0; i < count; i++) {
            out.u8(1);
        }
    }

    private static void raw(WireWriter out, byte[] bytes) {
        for (byte b : bytes) {
            out.u8(b);
        }
    }

    private static RefusalCode refusal(MessageType type, Consumer<WireWriter> body) {
        return refusal(out -> {
            out.u8(type.wireByte());
            body.accept(out);
        });
    }

    private static RefusalCode refusal(Consumer<WireWriter> typeAndBody) {
        ProtocolException refused =
                catchThrowableOfType(ProtocolException.class, () -> MessageCodec.decode(written(typeAndBody)));
        assertThat(refused).as("refusal").isNotNull();
        return refused.code();
    }

    private static ByteBuffer written(Consumer<WireWriter> typeAndBody) {
        WireWriter out = new WireWriter();
        typeAndBody.accept(out);
        return out.toBuffer();
    }
}
