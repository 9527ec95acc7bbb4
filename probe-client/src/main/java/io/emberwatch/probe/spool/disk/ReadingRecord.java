package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.reading.GpuSample;
import io.emberwatch.probe.reading.Sample;
import io.emberwatch.protocol.GpuValues;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.MessageCodec;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.WireLimits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * The kinds of records and their bodies, as they stand on disk. A kind never changes its meaning; unknown ones are
 * skipped. Stateless.
 */
final class ReadingRecord {
    /**
     * u64 sequence, i64 taken at (ms, UTC), u32 CRC-32C of the GPUS that it needs (0: none), then a READINGS frame of
     * it alone, from its type on.
     */
    static final int READING = 1;
    /** u8 count, then that many UUIDs of GPUs (u16 length, UTF-8): what the indexes in READING mean from here on. */
    static final int GPUS = 2;
    /** Nothing: the spool was closed in good order, and all before this is on disk. */
    static final int CLOSED = 3;

    private static final int TAKEN_AT_OFFSET = 8;
    private static final int GPUS_CRC_OFFSET = 16;
    private static final int FRAME_OFFSET = 20;

    private ReadingRecord() {}

    /** The UUIDs of a sample's GPUs, each once, as many as a reading may have. */
    static List<String> gpuUuidsOf(Sample sample) {
        Set<String> gpuUuids = new LinkedHashSet<>();
        for (GpuSample gpu : sample.gpus()) {
            if (gpuUuids.size() < WireLimits.MAX_GPUS) {
                gpuUuids.add(gpu.uuid());
            }
        }
        return List.copyOf(gpuUuids);
    }

    /** Whether {@link #gpuUuidsOf} the sample are these; cheaper than to find them. */
    static boolean hasGpus(Sample sample, List<String> gpuUuids) {
        List<GpuSample> gpus = sample.gpus();
        if (gpus.size() != gpuUuids.size()) {
            return false;
        }
        for (int i = 0; i < gpuUuids.size(); i++) {
            if (!gpus.get(i).uuid().equals(gpuUuids.get(i))) {
                return false;
            }
        }
        return true;
    }

    static ByteBuffer encodeGpus(List<String> gpuUuids) {
        List<byte[]> texts = gpuUuids.stream()
                .map(uuid -> uuid.getBytes(StandardCharsets.UTF_8))
                .toList();
        ByteBuffer body = ByteBuffer.allocate(
                1 + texts.stream().mapToInt(text -> Short.BYTES + text.length).sum());
        body.put((byte) texts.size());
        texts.forEach(text -> body.putShort((short) text.length).put(text));
        return body.flip();
    }

    /** @throws java.nio.BufferUnderflowException if it is not what {@link #encodeGpus} makes */
    static List<String> decodeGpus(ByteBuffer body) {
        ByteBuffer in = body.duplicate();
        int count = in.get() & 0xFF;
        List<String> gpuUuids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int length = in.getShort() & 0xFFFF;
            if (length > in.remaining()) {
                throw new java.nio.BufferUnderflowException();
            }
            byte[] text = new byte[length];
            in.get(text);
            gpuUuids.add(new String(text, StandardCharsets.UTF_8));
        }
        return gpuUuids;
    }

    static int crcOf(ByteBuffer body) {
        CRC32C crc = new CRC32C();
        crc.update(body.duplicate());
        return (int) crc.getValue();
    }

    /** @param gpuUuids those {@link #gpuUuidsOf} the sample; {@code gpusCrc} is theirs, 0 if there are none */
    static ByteBuffer encode(Sample.Numbered reading, List<String> gpuUuids, int gpusCrc) {
        Sample sample = reading.sample();
        List<GpuValues> gpus = new ArrayList<>(gpuUuids.size());
        for (GpuSample gpu : sample.gpus()) {
            int next = gpus.size();
            // A GPU that is there twice, or one too many, is left out, as it is in the UUIDs.
            if (next < gpuUuids.size() && gpu.uuid().equals(gpuUuids.get(next))) {
                gpus.add(new GpuValues(next, gpu.values(), gpu.xids()));
            }
        }
        ByteBuffer frame = MessageCodec.encode(
                new Readings(List.of(new Reading(reading.sequence(), sample.takenAt(), sample.machine(), gpus))));
        ByteBuffer body = ByteBuffer.allocate(FRAME_OFFSET + frame.remaining() - Integer.BYTES);
        body.putLong(reading.sequence())
                .putLong(sample.takenAt().toEpochMilli())
                .putInt(gpusCrc);
        return body.put(frame.position(Integer.BYTES)).flip();
    }

    static boolean isWhole(ByteBuffer body) {
        return body.remaining() > FRAME_OFFSET;
    }

    static long sequence(ByteBuffer body) {
        return body.getLong(0);
    }

    static long takenAtMillis(ByteBuffer body) {
        return body.getLong(TAKEN_AT_OFFSET);
    }

    static int gpusCrc(ByteBuffer body) {
        return body.getInt(GPUS_CRC_OFFSET);
    }

    /**
     * The reading, empty if this build cannot read it.
     *
     * @param gpuUuids what its indexes mean; if these are not the ones that it was written with, it goes without its
     *     GPUs
     */
    static Optional<Sample.Numbered> decode(ByteBuffer body, List<String> gpuUuids, int gpusCrc) {
        try {
            Message message = MessageCodec.decode(body.slice(FRAME_OFFSET, body.remaining() - FRAME_OFFSET))
                    .orElseThrow(() -> new IllegalArgumentException("no READINGS"));
            if (!(message instanceof Readings readings)) {
                return Optional.empty();
            }
            Reading reading = readings.readings().get(0);
            List<GpuSample> gpus = gpusCrc(body) != gpusCrc
                    ? List.of()
                    : reading.gpus().stream()
                            .filter(gpu -> gpu.index() < gpuUuids.size())
                            .map(gpu -> new GpuSample(gpuUuids.get(gpu.index()), gpu.values(), gpu.xids()))
                            .toList();
            Instant takenAt = reading.takenAt();
            return Optional.of(new Sample.Numbered(sequence(body), new Sample(takenAt, reading.machine(), gpus)));
        } catch (ProtocolException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
