package io.emberwatch.collector.testing;

import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Scope;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * READINGS as a broken or hostile probe may write them: with raw values that this project's own code never sends. Of
 * the first GPU at most.
 */
public final class RawReadings {
    private static final int READINGS = 0x05;
    private static final int MACHINE = -1;

    private final Map<Integer, Map<Integer, Long>> previous = new HashMap<>();

    private RawReadings() {}

    /** Raw values by metric, whatever their scope, and when they were taken. */
    public record Raw(Instant takenAt, Map<Metric, Long> values) {}

    /** The whole frame. */
    public static ByteBuffer frame(long firstSequence, Instant sentAt, List<Raw> readings) {
        return new RawReadings().write(firstSequence, sentAt, readings);
    }

    private ByteBuffer write(long firstSequence, Instant sentAt, List<Raw> readings) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(READINGS);
        varint(firstSequence, body);
        varint(readings.size(), body);
        zigzag(sentAt.toEpochMilli(), body);
        long before = sentAt.toEpochMilli();
        for (Raw reading : readings) {
            ByteArrayOutputStream nested = new ByteArrayOutputStream();
            zigzag(reading.takenAt().toEpochMilli() - before, nested);
            before = reading.takenAt().toEpochMilli();
            values(MACHINE, of(reading, Scope.MACHINE), nested);
            Map<Integer, Long> ofGpu = of(reading, Scope.GPU);
            varint(ofGpu.isEmpty() ? 0 : 1, nested);
            if (!ofGpu.isEmpty()) {
                ByteArrayOutputStream gpu = new ByteArrayOutputStream();
                varint(0, gpu);
                values(0, ofGpu, gpu);
                nested(gpu, nested);
            }
            nested(nested, body);
        }
        ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + body.size());
        return frame.putInt(body.size()).put(body.toByteArray()).flip();
    }

    private static Map<Integer, Long> of(Raw reading, Scope scope) {
        Map<Integer, Long> byWireId = new TreeMap<>();
        reading.values().forEach((metric, raw) -> {
            if (metric.scope() == scope) {
                byWireId.put(metric.wireId(), raw);
            }
        });
        return byWireId;
    }

    private void values(int of, Map<Integer, Long> byWireId, ByteArrayOutputStream out) {
        varint(
                byWireId.keySet().stream()
                        .mapToLong(wireId -> 1L << (wireId - 1))
                        .sum(),
                out);
        Map<Integer, Long> last = previous.computeIfAbsent(of, key -> new HashMap<>());
        byWireId.forEach((wireId, raw) -> {
            zigzag(raw - last.getOrDefault(wireId, 0L), out);
            last.put(wireId, raw);
        });
    }

    private static void nested(ByteArrayOutputStream part, ByteArrayOutputStream out) {
        varint(part.size(), out);
        out.writeBytes(part.toByteArray());
    }

    private static void zigzag(long value, ByteArrayOutputStream out) {
        varint((value << 1) ^ (value >> 63), out);
    }

    private static void varint(long value, ByteArrayOutputStream out) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
