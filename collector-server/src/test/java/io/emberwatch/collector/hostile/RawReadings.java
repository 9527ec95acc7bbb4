package io.emberwatch.collector.hostile;

import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.MessageCodec;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.Scope;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/** READINGS frames with any values at all, which the protocol's own encoder would leave out. */
final class RawReadings {
    private static final byte TYPE = MessageCodec.encode(
                    new Readings(List.of(new Reading(1, Instant.EPOCH, MetricValues.empty(Scope.MACHINE), List.of()))))
            .get(Integer.BYTES);
    private static final int MAX_METRICS = 64;
    private static final int MAX_GPUS = 64;

    private final ByteBuf body = Unpooled.buffer();
    private final long[] machine = new long[MAX_METRICS];
    private final long[][] gpus = new long[MAX_GPUS][];
    private long previousMillis;

    /** One reading; values by metric, which need not be possible. */
    record Raw(Instant takenAt, SortedMap<Metric, Long> machine, List<RawGpu> gpus) {}

    /** One card of it. */
    record RawGpu(int index, SortedMap<Metric, Long> values, List<Integer> xids) {}

    private RawReadings() {}

    /** A whole frame. */
    static ByteBuf frame(long firstSequence, Instant sentAt, List<Raw> readings) {
        return new RawReadings().encode(firstSequence, sentAt, readings);
    }

    /** Bytes of a message of the protocol's own. */
    static ByteBuf frame(Message message) {
        return Unpooled.wrappedBuffer(MessageCodec.encode(message));
    }

    private ByteBuf encode(long firstSequence, Instant sentAt, List<Raw> readings) {
        varint(body, firstSequence);
        varint(body, readings.size());
        previousMillis = sentAt.toEpochMilli();
        zigzag(body, previousMillis);
        for (Raw reading : readings) {
            ByteBuf nested = Unpooled.buffer();
            encode(reading, nested);
            nest(nested, body);
        }
        ByteBuf frame = Unpooled.buffer(Integer.BYTES + 1 + body.readableBytes());
        frame.writeInt(1 + body.readableBytes());
        frame.writeByte(TYPE);
        return frame.writeBytes(body);
    }

    private void encode(Raw reading, ByteBuf out) {
        long millis = reading.takenAt.toEpochMilli();
        zigzag(out, millis - previousMillis);
        previousMillis = millis;
        values(reading.machine, machine, out);
        varint(out, reading.gpus.size());
        for (RawGpu gpu : reading.gpus) {
            ByteBuf nested = Unpooled.buffer();
            varint(nested, gpu.index);
            if (gpus[gpu.index] == null) {
                gpus[gpu.index] = new long[MAX_METRICS];
            }
            values(gpu.values, gpus[gpu.index], nested);
            if (!gpu.xids.isEmpty()) {
                varint(nested, gpu.xids.size());
                gpu.xids.forEach(xid -> varint(nested, xid));
            }
            nest(nested, out);
        }
    }

    private static void values(SortedMap<Metric, Long> values, long[] previous, ByteBuf out) {
        long presence = 0;
        for (Metric metric : values.keySet()) {
            presence |= 1L << (metric.wireId() - 1);
        }
        varint(out, presence);
        values.forEach((metric, raw) -> {
            int i = metric.wireId() - 1;
            zigzag(out, raw - previous[i]);
            previous[i] = raw;
        });
    }

    private static void nest(ByteBuf nested, ByteBuf out) {
        varint(out, nested.readableBytes());
        out.writeBytes(nested);
    }

    private static void zigzag(ByteBuf out, long value) {
        varint(out, (value << 1) ^ (value >> (Long.SIZE - 1)));
    }

    private static void varint(ByteBuf out, long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.writeByte((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }
}
