package io.emberwatch.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a peer can make the other side allocate is bounded by what it sends. */
class AllocationTest {
    private static final long FIXED_BYTES = 64 * 1024;
    /** The worst that a frame can do: GPUs with one value each, four bytes on the wire. */
    private static final int BYTES_PER_BYTE = 128;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void a_claim_of_a_thousand_readings_allocates_next_to_nothing() {
        assertBounded("readings", 0, out -> {
            out.u8(MessageType.READINGS.wireByte());
            out.varint(1);
            out.varint(WireLimits.MAX_READINGS_PER_FRAME);
        });
    }

    @Test
    void a_claim_of_a_full_frame_allocates_next_to_nothing() {
        FrameAssembler assembler = new FrameAssembler(WireLimits.MAX_FRAME_BYTES);
        ByteBuffer claim = ByteBuffer.allocate(5)
                .putInt(WireLimits.MAX_FRAME_BYTES)
                .put((byte) 5)
                .flip();

        assertThat(allocatedBy(() -> decode(() -> assembler.next(claim)))).isLessThan(FIXED_BYTES);
    }

    @Test
    void a_frame_of_the_shortest_readings_is_bounded() {
        assertBounded("shortest readings", BYTES_PER_BYTE, out -> {
            out.u8(MessageType.READINGS.wireByte());
            out.varint(1);
            out.varint(WireLimits.MAX_READINGS_PER_FRAME);
            for (int i = 0; i < WireLimits.MAX_READINGS_PER_FRAME; i++) {
                WireWriter reading = new WireWriter();
                reading.zigzag(0);
                reading.varint(0);
                reading.varint(0);
                out.nested(reading);
            }
        });
    }

    @Test
    void a_full_frame_of_gpus_with_one_value_each_is_bounded() {
        assertBounded("GPUs with one value", BYTES_PER_BYTE, out -> {
            out.u8(MessageType.READINGS.wireByte());
            out.varint(1);
            int count = WireLimits.MAX_FRAME_BYTES / (6 + 4 * WireLimits.MAX_GPUS);
            out.varint(count);
            for (int i = 0; i < count; i++) {
                WireWriter reading = new WireWriter();
                reading.zigzag(0);
                reading.varint(0);
                reading.varint(WireLimits.MAX_GPUS);
                for (int gpu = 0; gpu < WireLimits.MAX_GPUS; gpu++) {
                    WireWriter values = new WireWriter();
                    values.varint(gpu);
                    values.varint(1);
                    values.zigzag(0);
                    reading.nested(values);
                }
                out.nested(reading);
            }
        });
    }

    private void assertBounded(String what, int bytesPerByte, Consumer<WireWriter> typeAndBody) {
        WireWriter out = new WireWriter();
        typeAndBody.accept(out);
        ByteBuffer frame = out.toBuffer();
        assertThat(frame.remaining()).isLessThanOrEqualTo(WireLimits.MAX_FRAME_BYTES);
        decode(() -> MessageCodec.decode(frame.duplicate()));

        long allocated = allocatedBy(() -> decode(() -> MessageCodec.decode(frame.duplicate())));

        assertThat(allocated)
                .as("%s: %d bytes allocated for a frame of %d", what, allocated, frame.remaining())
                .isLessThan(FIXED_BYTES + (long) bytesPerByte * frame.remaining());
    }

    private long allocatedBy(Runnable action) {
        long before = threads.getCurrentThreadAllocatedBytes();
        action.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static void decode(Decoding decoding) {
        try {
            decoding.run();
        } catch (ProtocolException e) {
            assertThat(e.code()).isEqualTo(RefusalCode.MALFORMED);
        }
    }

    private interface Decoding {
        Object run() throws ProtocolException;
    }
}
