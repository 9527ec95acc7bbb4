package io.emberwatch.protocol;

import io.emberwatch.protocol.Message.History;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The bodies of READINGS and HISTORY. Each value is written as its difference from the value that the same metric (of
 * the same GPU) last had in this frame, 0 at first, so that what does not change costs one byte.
 *
 * <p>A value that is not credible costs its reading nothing but itself, whoever sent it: it is left out and added to
 * {@link Metric#REJECTED_VALUE_COUNT}, which a peer that is older or means ill does not count.
 *
 * <pre>
 * READINGS := firstSequence:varint  count:varint  sentAtMillis:zigzag  count × [ length:varint  READING ]
 * HISTORY  := upTo:varint  READINGS (with a first sequence and a count of 0 where there are none)
 * READING  := takenAtMillis:zigzag (difference from the reading before; the first from sentAt)
 *             VALUES  gpuCount:varint  gpuCount × [ length:varint  index:varint  VALUES  XIDS ]
 * XIDS     := nothing, or xidCount:varint  xidCount × code:varint
 * VALUES   := presence:varint (bit wireId−1)  one zigzag difference for each set bit, lowest first
 * </pre>
 */
final class ReadingsCodec {
    /** No reading is shorter than its length byte, a time, a presence bitmap and a GPU count of a byte each. */
    private static final int MIN_READING_BYTES = 4;

    private final Previous previous = new Previous();
    private long previousTakenAtMillis;

    private ReadingsCodec() {}

    static void encode(Readings batch, WireWriter out) {
        new ReadingsCodec().encode(batch.sentAt(), batch.readings(), out);
    }

    static void encode(History history, WireWriter out) {
        out.varint(history.upTo());
        new ReadingsCodec().encode(history.sentAt(), history.readings(), out);
    }

    static Readings decodeReadings(WireReader in) throws ProtocolException {
        Batch batch = new ReadingsCodec().decode(in, 1);
        return new Readings(batch.sentAt, batch.readings);
    }

    static History decodeHistory(WireReader in) throws ProtocolException {
        long upTo = in.natural("sequence");
        Batch batch = new ReadingsCodec().decode(in, 0);
        return new History(upTo, batch.sentAt, batch.readings);
    }

    private record Batch(Instant sentAt, List<Reading> readings) {}

    private void encode(Instant sentAt, List<Reading> readings, WireWriter out) {
        out.varint(readings.isEmpty() ? 0 : readings.get(0).sequence());
        out.varint(readings.size());
        previousTakenAtMillis = sentAt.toEpochMilli();
        out.zigzag(previousTakenAtMillis);
        for (Reading reading : readings) {
            out.nested(encodeReading(reading));
        }
    }

    private Batch decode(WireReader in, int minCount) throws ProtocolException {
        long firstSequence = in.natural("first sequence");
        int count = in.count("reading count", minCount, WireLimits.MAX_READINGS_PER_FRAME);
        if (count > 0 && (firstSequence < 1 || firstSequence > WireLimits.MAX_SEQUENCE - (count - 1))) {
            throw WireReader.malformed("first sequence out of range: " + firstSequence);
        }
        if (in.remaining() < count * MIN_READING_BYTES) {
            throw WireReader.malformed(count + " readings cannot fit in " + in.remaining() + " bytes");
        }
        Instant sentAt = Instant.ofEpochMilli(in.zigzag());
        previousTakenAtMillis = sentAt.toEpochMilli();
        List<Reading> readings = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            readings.add(decodeReading(firstSequence + i, in.nested("reading")));
        }
        return new Batch(sentAt, readings);
    }

    private WireWriter encodeReading(Reading reading) {
        WireWriter out = new WireWriter();
        long takenAtMillis = reading.takenAt().toEpochMilli();
        out.zigzag(takenAtMillis - previousTakenAtMillis);
        previousTakenAtMillis = takenAtMillis;
        encodeValues(reading.machine(), previous.machine, out);
        out.varint(reading.gpus().size());
        for (GpuValues gpu : reading.gpus()) {
            WireWriter nested = new WireWriter();
            nested.varint(gpu.index());
            encodeValues(gpu.values(), previous.ofGpu(gpu.index()), nested);
            if (!gpu.xids().isEmpty()) {
                nested.varint(gpu.xids().size());
                gpu.xids().forEach(nested::varint);
            }
            out.nested(nested);
        }
        return out;
    }

    private Reading decodeReading(long sequence, WireReader in) throws ProtocolException {
        long takenAtMillis = previousTakenAtMillis + in.zigzag();
        previousTakenAtMillis = takenAtMillis;
        MetricValues machine = decodeValues(Scope.MACHINE, previous.machine, in);
        int gpuCount = in.count("GPU count", 0, WireLimits.MAX_GPUS);
        List<GpuValues> gpus = new ArrayList<>(gpuCount);
        int rejected = machine.rejectedCount();
        for (int i = 0; i < gpuCount; i++) {
            WireReader nested = in.nested("GPU values");
            int index = nested.count("GPU index", 0, WireLimits.MAX_GPUS - 1);
            MetricValues values = decodeValues(Scope.GPU, previous.ofGpu(index), nested);
            List<Integer> xids = new ArrayList<>(0);
            rejected += values.rejectedCount() + decodeXids(nested, xids);
            gpus.add(new GpuValues(index, values, xids));
        }
        MetricValues counted = rejected == 0 ? machine : machine.plusRejected(rejected);
        return new Reading(sequence, Instant.ofEpochMilli(takenAtMillis), counted, gpus);
    }

    /** Returns how many codes were left out because there are no such errors. */
    private static int decodeXids(WireReader in, List<Integer> xids) throws ProtocolException {
        if (in.remaining() == 0) {
            return 0;
        }
        int count = in.count("XID count", 0, WireLimits.MAX_XIDS);
        for (int i = 0; i < count; i++) {
            long code = in.varint();
            if (code >= 0 && code <= WireLimits.MAX_XID) {
                xids.add((int) code);
            }
        }
        return count - xids.size();
    }

    private static void encodeValues(MetricValues values, long[] previous, WireWriter out) {
        out.varint(values.presence());
        values.forEachPresent((metric, raw) -> {
            int i = metric.wireId() - 1;
            out.zigzag(raw - previous[i]);
            previous[i] = raw;
        });
    }

    private static MetricValues decodeValues(Scope scope, long[] previous, WireReader in) throws ProtocolException {
        long presence = in.varint();
        if (presence < 0) {
            throw WireReader.malformed("presence bitmap has more than " + Scope.maxWireMetrics() + " bits");
        }
        if (presence == 0) {
            return MetricValues.empty(scope);
        }
        MetricValues.Builder values = MetricValues.builder(scope);
        for (long rest = presence; rest != 0; rest &= rest - 1) {
            int i = Long.numberOfTrailingZeros(rest);
            previous[i] += in.zigzag();
            Metric metric = scope.byWireId(i + 1);
            if (metric != null) {
                values.setRaw(metric, previous[i]);
            }
        }
        return values.build();
    }

    /** Last raw value of each metric in this frame, by wire id − 1; metrics that this build does not know too. */
    private static final class Previous {
        private final long[] machine = new long[Scope.maxWireMetrics()];
        private final long[][] gpus = new long[WireLimits.MAX_GPUS][];

        private long[] ofGpu(int index) {
            if (gpus[index] == null) {
                gpus[index] = new long[Scope.maxWireMetrics()];
            }
            return gpus[index];
        }
    }
}
