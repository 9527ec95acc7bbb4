package io.emberwatch.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Seeded; {@code -Demberwatch.seed=N} repeats a run, every failure names the seed. */
class FuzzTest {
    private static final long SEED = Long.getLong("emberwatch.seed", new Random().nextLong());
    private static final int CASES = 100_000;
    private static final int ROUND_TRIPS = 10_000;

    private final Random random = new Random(SEED);
    private final RandomMessages messages = new RandomMessages(random);

    @Test
    void every_valid_message_survives_writing_and_reading() throws Exception {
        for (int i = 0; i < ROUND_TRIPS; i++) {
            Message message = messages.next();
            ByteBuffer frame = MessageCodec.encode(message);
            FrameAssembler assembler = new FrameAssembler(WireLimits.MAX_FRAME_BYTES);

            assertThat(assembler.next(frame))
                    .as("message %d of seed %d", i, SEED)
                    .contains(message);
            assertThat(frame.remaining()).isZero();
        }
    }

    @Test
    void random_bytes_are_refused_or_read_but_nothing_else_happens() {
        for (int i = 0; i < CASES; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            if (bytes.length > 0) {
                bytes[0] = anyType();
            }
            assertReadOrRefused(bytes, i);
        }
    }

    @Test
    void damaged_messages_are_refused_or_read_but_nothing_else_happens() {
        List<byte[]> originals =
                new ArrayList<>(GoldenFrame.all().map(GoldenFrame::typeAndBody).toList());
        for (int i = 0; i < 200; i++) {
            ByteBuffer frame = MessageCodec.encode(messages.next());
            frame.getInt();
            originals.add(Hex.bytes(frame));
        }
        for (int i = 0; i < CASES; i++) {
            assertReadOrRefused(damaged(originals.get(random.nextInt(originals.size()))), i);
        }
    }

    @Test
    void damaged_streams_are_refused_or_read_but_nothing_else_happens() {
        byte[] stream = Hex.bytes(GoldenFrame.concatenated(GoldenFrame.all()));
        for (int i = 0; i < CASES / 10; i++) {
            byte[] bytes = damaged(stream);
            FrameAssembler assembler = new FrameAssembler(WireLimits.MAX_FRAME_BYTES_BEFORE_WELCOME);
            try {
                for (int at = 0; at < bytes.length; ) {
                    int piece = Math.min(1 + random.nextInt(100), bytes.length - at);
                    Streams.drain(assembler, ByteBuffer.wrap(bytes, at, piece));
                    at += piece;
                }
            } catch (ProtocolException e) {
                assertThat(assembler.pendingBytes()).isZero();
            } catch (RuntimeException e) {
                throw failure(bytes, i, e);
            }
            assertThat(assembler.pendingBytes())
                    .isLessThan(MessageCodec.LENGTH_BYTES + WireLimits.MAX_FRAME_BYTES_BEFORE_WELCOME);
        }
    }

    /** What was read must also be fit to be written. */
    private void assertReadOrRefused(byte[] typeAndBody, int number) {
        try {
            MessageCodec.decode(ByteBuffer.wrap(typeAndBody)).ifPresent(MessageCodec::encode);
        } catch (ProtocolException e) {
            assertNotNull(e.code());
        } catch (RuntimeException e) {
            throw failure(typeAndBody, number, e);
        }
    }

    private AssertionError failure(byte[] bytes, int number, RuntimeException cause) {
        return new AssertionError("case %d of seed %d: %s".formatted(number, SEED, Hex.of(bytes)), cause);
    }

    private byte anyType() {
        return (byte) (1 + random.nextInt(MessageType.values().length));
    }

    private byte[] damaged(byte[] original) {
        byte[] bytes = original.clone();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            bytes = damagedOnce(bytes);
        }
        return bytes;
    }

    private byte[] damagedOnce(byte[] bytes) {
        if (bytes.length < 2) {
            return new byte[] {anyType()};
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(6)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 -> bytes[at] = (byte) 0xFF;
            case 3 -> bytes[at] = 0;
            case 4 -> {
                return Arrays.copyOf(bytes, at);
            }
            default -> {
                byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
                System.arraycopy(bytes, at, longer, at + 1, bytes.length - at);
                return longer;
            }
        }
        return bytes;
    }
}
