package io.emberwatch.protocol;

import static io.emberwatch.protocol.Streams.drain;
import static io.emberwatch.protocol.Streams.lengthField;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.emberwatch.protocol.Message.Ping;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameAssemblerTest {
    private static final int LIMIT = 5000;

    private final FrameAssembler assembler = new FrameAssembler(LIMIT);

    private final ByteBuffer stream = GoldenFrame.concatenated(GoldenFrame.all());
    private final List<Message> messages =
            GoldenFrame.all().flatMap(golden -> golden.message().stream()).toList();

    @Test
    void a_stream_split_in_two_at_any_byte_gives_the_same_messages() throws Exception {
        for (int split = 0; split <= stream.limit(); split++) {
            FrameAssembler fresh = new FrameAssembler(LIMIT);
            List<Message> received = new ArrayList<>(drain(fresh, stream.slice(0, split)));
            received.addAll(drain(fresh, stream.slice(split, stream.limit() - split)));

            assertThat(received).as("split at %d", split).isEqualTo(messages);
        }
    }

    @Test
    void a_stream_in_pieces_of_any_size_gives_the_same_messages() throws Exception {
        for (int size = 1; size <= stream.limit(); size++) {
            FrameAssembler fresh = new FrameAssembler(LIMIT);
            List<Message> received = new ArrayList<>();
            for (int at = 0; at < stream.limit(); at += size) {
                received.addAll(drain(fresh, stream.slice(at, Math.min(size, stream.limit() - at))));
            }

            assertThat(received).as("pieces of %d", size).isEqualTo(messages);
        }
    }

    @Test
    void one_call_takes_no_more_than_one_message() throws Exception {
        ByteBuffer twoPings = ByteBuffer.allocate(64)
                .put(MessageCodec.encode(new Ping(1)))
                .put(MessageCodec.encode(new Ping(2)))
                .flip();

        assertThat(assembler.next(twoPings)).contains(new Ping(1));
        assertThat(twoPings.remaining()).isEqualTo(twoPings.limit() / 2);
    }

    @Test
    void a_frame_of_an_optional_type_is_skipped_on_the_way_to_the_next_message() throws Exception {
        ByteBuffer optionalThenPing = ByteBuffer.allocate(64)
                .put(Hex.resource("newer-peer-optional-type"))
                .put(MessageCodec.encode(new Ping(1)))
                .flip();

        assertThat(assembler.next(optionalThenPing)).contains(new Ping(1));
    }

    @Test
    void a_message_does_not_change_when_the_next_frame_arrives() throws Exception {
        Hello hello = (Hello)
                MessageCodec.decode(ByteBuffer.wrap(goldenBody("hello"))).orElseThrow();
        Optional<Message> kept = assembler.next(ByteBuffer.wrap(Hex.resource("hello")));

        drain(assembler, stream.duplicate());

        assertThat(kept).contains(hello);
    }

    @ParameterizedTest
    @ValueSource(longs = {LIMIT + 1, 65_537, Integer.MAX_VALUE, 0x8000_0000L, 0xFFFF_FFFFL})
    void a_length_over_the_limit_is_refused_before_any_of_the_body_came(long length) {
        assertThat(refusal(lengthField(length))).isEqualTo(RefusalCode.FRAME_TOO_LARGE);
        assertThat(assembler.pendingBytes()).isZero();
    }

    @Test
    void a_length_of_zero_is_malformed() {
        assertThat(refusal(lengthField(0))).isEqualTo(RefusalCode.MALFORMED);
    }

    @Test
    void a_stray_http_client_is_refused_by_its_first_four_bytes() {
        ByteBuffer request = ByteBuffer.wrap("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));

        assertThat(refusal(request)).isEqualTo(RefusalCode.FRAME_TOO_LARGE);
    }

    @Test
    void a_frame_as_long_as_the_limit_is_read() throws Exception {
        ByteBuffer frame = pingPaddedTo(LIMIT);

        assertThat(assembler.next(frame)).contains(new Ping(7));
    }

    @Test
    void a_limit_raised_between_two_frames_holds_for_the_second() throws Exception {
        ByteBuffer frames = ByteBuffer.allocate(20_000)
                .put(pingPaddedTo(100))
                .put(pingPaddedTo(LIMIT + 1))
                .flip();
        assembler.next(frames);

        assembler.limitTo(LIMIT + 1);

        assertThat(assembler.next(frames)).contains(new Ping(7));
    }

    @Test
    void a_limit_lowered_amid_a_frame_holds_from_the_next_frame_on() throws Exception {
        ByteBuffer frame = pingPaddedTo(LIMIT);
        assembler.next(frame.slice(0, 2000));

        assembler.limitTo(1024);

        assertThat(assembler.next(frame.slice(2000, frame.limit() - 2000))).contains(new Ping(7));
        assertThat(refusal(lengthField(1025))).isEqualTo(RefusalCode.FRAME_TOO_LARGE);
    }

    @Test
    void bytes_are_pending_only_while_a_frame_is_incomplete() throws Exception {
        ByteBuffer frame = pingPaddedTo(LIMIT);

        assembler.next(frame.slice(0, 3));
        assertThat(assembler.pendingBytes()).isEqualTo(3);
        assembler.next(frame.slice(3, 1000));
        assertThat(assembler.pendingBytes()).isEqualTo(1003);
        assembler.next(frame.slice(1003, frame.limit() - 1003));
        assertThat(assembler.pendingBytes()).isZero();
    }

    @Test
    void no_more_than_one_frame_is_ever_kept() throws Exception {
        ByteBuffer many = ByteBuffer.allocate(1 << 20);
        while (many.remaining() > LIMIT + MessageCodec.LENGTH_BYTES) {
            many.put(pingPaddedTo(LIMIT));
        }
        many.flip();

        while (assembler.next(many).isPresent()) {
            assertThat(assembler.pendingBytes()).isZero();
        }
        assertThat(assembler.pendingBytes()).isZero();
    }

    @Test
    void a_broken_stream_stays_broken_whatever_follows() {
        Throwable first = catchThrowable(() -> assembler.next(lengthField(0)));

        for (ByteBuffer next : List.of(ByteBuffer.wrap(Hex.resource("ping")), ByteBuffer.allocate(0))) {
            assertThatThrownBy(() -> assembler.next(next)).isSameAs(first);
        }
        assertThat(assembler.pendingBytes()).isZero();
    }

    @Test
    void messages_before_the_broken_frame_are_delivered() throws Exception {
        ByteBuffer pingThenRubbish = ByteBuffer.allocate(64)
                .put(Hex.resource("ping"))
                .put(lengthField(0))
                .flip();

        assertThat(assembler.next(pingThenRubbish)).isPresent();
        assertThat(refusal(pingThenRubbish)).isEqualTo(RefusalCode.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, WireLimits.MAX_FRAME_BYTES + 1, Integer.MAX_VALUE})
    void a_limit_outside_1_to_65536_is_refused(int limit) {
        assertThatThrownBy(() -> new FrameAssembler(limit)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> assembler.limitTo(limit)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void any_mixture_of_direct_heap_and_read_only_buffers_will_do() throws Exception {
        List<Message> received = new ArrayList<>();
        received.addAll(drain(assembler, stream.slice(0, 100).asReadOnlyBuffer()));
        ByteBuffer direct = ByteBuffer.allocateDirect(stream.limit() - 100)
                .put(stream.slice(100, stream.limit() - 100))
                .flip();
        received.addAll(drain(assembler, direct));

        assertThat(received).isEqualTo(messages);
    }

    private RefusalCode refusal(ByteBuffer in) {
        return catchThrowableOfType(ProtocolException.class, () -> assembler.next(in))
                .code();
    }

    private static byte[] goldenBody(String name) {
        return GoldenFrame.all()
                .filter(golden -> golden.name().equals(name))
                .findFirst()
                .orElseThrow()
                .typeAndBody();
    }

    /** A PING with trailing bytes, so that type and body are {@code length} bytes. */
    private static ByteBuffer pingPaddedTo(int length) {
        return ByteBuffer.allocate(MessageCodec.LENGTH_BYTES + length)
                .putInt(length)
                .put((byte) MessageType.PING.wireByte())
                .putLong(7)
                .rewind();
    }
}
