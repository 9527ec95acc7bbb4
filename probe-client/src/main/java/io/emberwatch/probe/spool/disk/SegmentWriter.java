package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.reading.Sample;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Appends to one segment. What is encoded is written by {@link #write}, as a whole or, after an error, not at all: the
 * same place is written again next time. One thread.
 */
final class SegmentWriter implements Closeable {
    private final SpoolFiles.Writable file;
    private final Segment segment;
    private final byte[] seed;
    private final List<Entry> unwritten = new ArrayList<>();
    private ByteBuffer buffer = ByteBuffer.allocate(16 << 10);
    private long size;
    private List<String> gpuUuids = List.of();
    private int gpusCrc;
    private int readingsSinceGpus;

    /** A reading whose record is in the buffer. */
    private record Entry(long sequence, long takenAtMillis, long offset, boolean selfContained) {}

    private SegmentWriter(SpoolFiles.Writable file, Segment segment) {
        this.file = file;
        this.segment = segment;
        this.seed = RecordCursor.seed(segment.first());
    }

    /** Makes the segment's file; leaves none behind if that fails. */
    static SegmentWriter create(SpoolFiles files, SegmentHeader header) throws IOException {
        Segment segment = new Segment(header.first(), header.runningMillis());
        SpoolFiles.Writable file = files.create(segment.name());
        try {
            file.write(0, header.encode());
        } catch (IOException e) {
            file.close();
            files.delete(segment.name());
            throw e;
        }
        SegmentWriter writer = new SegmentWriter(file, segment);
        writer.size = SegmentHeader.BYTES;
        segment.grownTo(SegmentHeader.BYTES);
        return writer;
    }

    Segment segment() {
        return segment;
    }

    /** With what is not written yet. */
    long size() {
        return size + buffer.position();
    }

    void encode(Sample.Numbered reading) {
        long offset = size();
        List<String> needed = ReadingRecord.hasGpus(reading.sample(), gpuUuids)
                ? gpuUuids
                : ReadingRecord.gpuUuidsOf(reading.sample());
        boolean withGpus =
                !needed.isEmpty() && (!needed.equals(gpuUuids) || readingsSinceGpus >= Segment.READ_POINT_STRIDE);
        if (withGpus) {
            ByteBuffer body = ReadingRecord.encodeGpus(needed);
            gpuUuids = needed;
            gpusCrc = ReadingRecord.crcOf(body);
            readingsSinceGpus = 0;
            put(ReadingRecord.GPUS, body);
        }
        readingsSinceGpus++;
        put(ReadingRecord.READING, ReadingRecord.encode(reading, needed, needed.isEmpty() ? 0 : gpusCrc));
        unwritten.add(new Entry(
                reading.sequence(), reading.sample().takenAt().toEpochMilli(), offset, withGpus || needed.isEmpty()));
    }

    void encodeClosed() {
        put(ReadingRecord.CLOSED, ByteBuffer.allocate(0));
    }

    /** Writes what was encoded; {@link #enter} or, after an error, {@link #forgetEncoded} is to follow. */
    void write() throws IOException {
        file.write(size, buffer.duplicate().flip());
    }

    /** It could not be written, and is to be encoded again. */
    void forgetEncoded() {
        buffer.clear();
        unwritten.clear();
        // Encoded anew, the next reading must bring its GPUs along.
        gpuUuids = List.of();
    }

    /** Enters what was written into the {@link Segment}; whoever guards that calls it. */
    void enter(long runningMillis) {
        size += buffer.position();
        buffer.clear();
        unwritten.forEach(entry -> segment.add(entry.sequence, entry.takenAtMillis, entry.offset, entry.selfContained));
        unwritten.clear();
        segment.grownTo(size);
        segment.endedAt(runningMillis);
    }

    void force() throws IOException {
        file.force();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** For a file of which everything that counts was forced, or is written again elsewhere. */
    void closeQuietly() {
        try {
            close();
        } catch (IOException e) {
            // Nothing depends on it.
            return;
        }
    }

    private void put(int kind, ByteBuffer body) {
        int length = 1 + body.remaining();
        ensure(RecordCursor.PREFIX_BYTES + length);
        int start = buffer.position();
        buffer.putInt(length).putInt(0).put((byte) kind).put(body);
        ByteBuffer content = buffer.slice(start + RecordCursor.PREFIX_BYTES, length);
        buffer.putInt(start + Integer.BYTES, RecordCursor.crc(seed, length, content));
    }

    private void ensure(int more) {
        if (buffer.remaining() < more) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(2 * buffer.capacity(), buffer.position() + more));
            buffer = larger.put(buffer.flip());
        }
    }
}
