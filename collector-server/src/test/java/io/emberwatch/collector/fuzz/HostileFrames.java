package io.emberwatch.collector.fuzz;

import io.emberwatch.collector.testing.RawReadings;
import io.emberwatch.collector.testing.RawReadings.Raw;
import io.emberwatch.protocol.GpuProcesses;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Ping;
import io.emberwatch.protocol.Message.Pong;
import io.emberwatch.protocol.MessageCodec;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.WireLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Frames as an attacker might send them, and as a probe does. The same seed gives the same frames. Not thread-safe. */
final class HostileFrames {
    private static final Path GOLDEN = Path.of("..", "protocol", "src", "test", "resources", "wire");
    private static final int LENGTH_BYTES = 4;
    private static final int LONGEST_GARBAGE_BYTES = 200;
    /** The first of the optional types that nobody has yet. */
    private static final int FIRST_UNKNOWN_TYPE = 0x81;

    private final Random random;
    private final List<byte[]> golden;
    private long sequence;

    HostileFrames(Random random) {
        this.random = random;
        this.golden = goldenFrames();
    }

    /** What a known machine may send, as often as it likes: nothing of this ends its session. */
    byte[] acceptable() {
        byte[] frame = plain();
        return random.nextInt(4) == 0 ? withLength(withTail(frame)) : frame;
    }

    /** Fields of a version that nobody has yet. */
    private byte[] withTail(byte[] frame) {
        byte[] tail = new byte[random.nextInt(20)];
        random.nextBytes(tail);
        return ByteBuffer.allocate(frame.length + tail.length)
                .put(frame)
                .put(tail)
                .array();
    }

    private byte[] plain() {
        int roll = random.nextInt(1000);
        if (roll < 450) {
            return encoded(new Ping(random.nextLong()));
        } else if (roll < 650) {
            return encoded(new Pong(random.nextLong()));
        } else if (roll < 900) {
            return ofUnknownType();
        } else if (roll < 930) {
            return encoded(processes());
        } else if (roll < 998) {
            return readings();
        } else {
            return named("inventory");
        }
    }

    /** A golden frame of any kind with something wrong in it, or no frame at all. */
    byte[] hostile() {
        return switch (random.nextInt(5)) {
            case 0 -> garbage();
            case 1 -> withLength(mutated(anyGolden(), LENGTH_BYTES));
            case 2 -> withLength(resized(anyGolden()));
            case 3 -> anyGolden();
            default -> mutated(anyGolden(), 0);
        };
    }

    private byte[] readings() {
        Instant now = Instant.now();
        List<Raw> readings = Stream.generate(() -> new Raw(takenAt(now), values()))
                .limit(1 + random.nextInt(3))
                .toList();
        long first = sequence + 1;
        sequence += readings.size();
        return RawReadings.frame(first, now, readings).array();
    }

    private GpuProcesses processes() {
        List<GpuProcesses.OnGpu> processes = Stream.generate(this::process)
                .limit(random.nextInt(WireLimits.MAX_GPU_PROCESSES + 1))
                .toList();
        return new GpuProcesses(takenAt(Instant.now()), processes);
    }

    private GpuProcesses.OnGpu process() {
        String name = random.ints(random.nextInt(20), 0, 0x800)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        long pid = random.nextInt(10) == 0 ? random.nextLong(Long.MAX_VALUE) : random.nextInt(200);
        return new GpuProcesses.OnGpu(
                random.nextInt(WireLimits.MAX_GPUS), pid, name, "user", random.nextLong(Long.MAX_VALUE));
    }

    private Instant takenAt(Instant now) {
        return random.nextInt(200) == 0 ? Instant.ofEpochMilli(random.nextLong(253_402_300_800_000L)) : now;
    }

    /** Now and then one that cannot be true. */
    private Map<Metric, Long> values() {
        Map<Metric, Long> values = new EnumMap<>(Metric.class);
        for (Metric metric : Scope.MACHINE.metrics()) {
            if (random.nextInt(4) == 0) {
                values.put(metric, random.nextInt(2000) == 0 ? random.nextLong() : random.nextInt(400));
            }
        }
        return values;
    }

    private byte[] ofUnknownType() {
        byte[] frame = new byte[LENGTH_BYTES + 1 + random.nextInt(LONGEST_GARBAGE_BYTES)];
        random.nextBytes(frame);
        frame[LENGTH_BYTES] = (byte) (FIRST_UNKNOWN_TYPE + random.nextInt(0x100 - FIRST_UNKNOWN_TYPE));
        return withLength(frame);
    }

    private byte[] garbage() {
        byte[] bytes = new byte[1 + random.nextInt(LONGEST_GARBAGE_BYTES)];
        random.nextBytes(bytes);
        return random.nextBoolean() && bytes.length > LENGTH_BYTES ? withLength(bytes) : bytes;
    }

    /** Some bytes or bits from {@code from} on are other ones. */
    private byte[] mutated(byte[] frame, int from) {
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = from + random.nextInt(frame.length - from);
            frame[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) (frame[at] ^ 1 << random.nextInt(8));
        }
        return frame;
    }

    /** Cut short, or with something inserted. */
    private byte[] resized(byte[] frame) {
        int at = LENGTH_BYTES + 1 + random.nextInt(frame.length - LENGTH_BYTES);
        if (random.nextBoolean()) {
            return Arrays.copyOf(frame, Math.min(at, frame.length));
        }
        byte[] inserted = new byte[1 + random.nextInt(20)];
        random.nextBytes(inserted);
        ByteBuffer longer = ByteBuffer.allocate(frame.length + inserted.length);
        int cut = Math.min(at, frame.length);
        return longer.put(frame, 0, cut)
                .put(inserted)
                .put(frame, cut, frame.length - cut)
                .array();
    }

    private static byte[] withLength(byte[] frame) {
        ByteBuffer.wrap(frame).putInt(frame.length - LENGTH_BYTES);
        return frame;
    }

    private byte[] anyGolden() {
        return golden.get(random.nextInt(golden.size())).clone();
    }

    private static byte[] named(String name) {
        return parsed(GOLDEN.resolve(name + ".hex"));
    }

    private static byte[] encoded(Message message) {
        ByteBuffer frame = MessageCodec.encode(message);
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    private static List<byte[]> goldenFrames() {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            return files.sorted().map(HostileFrames::parsed).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] parsed(Path commentedHex) {
        try {
            String digits =
                    Files.readString(commentedHex).replaceAll("(?m)#.*$", "").replaceAll("\\s", "");
            return HexFormat.of().parseHex(digits);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
