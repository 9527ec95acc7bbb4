package io.emberwatch.probe.spool;

import io.emberwatch.probe.sample.Sample;
import java.util.ArrayDeque;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A spool that lasts as long as the process. Bounded by readings and by bytes, whichever comes first. */
public final class MemorySpool implements Spool {
    private static final Logger log = LoggerFactory.getLogger(MemorySpool.class);
    private static final long DROPS_PER_LOG_LINE = 10_000;
    /** About what a reading takes on the heap: objects, and a number for each metric of the catalogue. */
    static final int BYTES_PER_READING = 360;

    static final int BYTES_PER_GPU = 220;

    private final UUID bootId = UUID.randomUUID();
    private final int maxReadings;
    private final long maxBytes;
    private final ArrayDeque<SpooledReading> readings = new ArrayDeque<>();
    private long bytes;
    private long lastSequence;
    private long dropped;

    /**
     * @param maxReadings 1 or more
     * @param maxBytes of heap, about; one reading is kept even if it is larger
     */
    public MemorySpool(int maxReadings, long maxBytes) {
        if (maxReadings < 1 || maxBytes < 1) {
            throw new IllegalArgumentException("a spool holds at least one reading: " + maxReadings + ", " + maxBytes);
        }
        this.maxReadings = maxReadings;
        this.maxBytes = maxBytes;
    }

    @Override
    public UUID bootId() {
        return bootId;
    }

    @Override
    public synchronized long append(Sample sample) {
        readings.addLast(new SpooledReading(++lastSequence, sample));
        bytes += bytesOf(sample);
        while (readings.size() > 1 && (readings.size() > maxReadings || bytes > maxBytes)) {
            removeOldest();
            if (dropped++ % DROPS_PER_LOG_LINE == 0) {
                log.warn(
                        "spool is full with {} readings; the oldest are lost ({} so far) until the collector takes some",
                        readings.size(),
                        dropped);
            }
        }
        return lastSequence;
    }

    @Override
    public synchronized List<SpooledReading> peekBehind(long sequence, int atMost) {
        return readings.stream()
                .dropWhile(reading -> reading.sequence() <= sequence)
                .limit(atMost)
                .toList();
    }

    @Override
    public synchronized void acknowledge(long sequence) {
        while (!readings.isEmpty() && readings.getFirst().sequence() <= sequence) {
            removeOldest();
        }
    }

    @Override
    public synchronized long lastSequence() {
        return lastSequence;
    }

    @Override
    public synchronized int depth() {
        return readings.size();
    }

    @Override
    public synchronized double fillPercent() {
        return Math.min(100, 100 * Math.max((double) readings.size() / maxReadings, (double) bytes / maxBytes));
    }

    /** Readings lost because the spool was full. */
    public synchronized long dropped() {
        return dropped;
    }

    private void removeOldest() {
        bytes -= bytesOf(readings.removeFirst().sample());
    }

    private static long bytesOf(Sample sample) {
        return BYTES_PER_READING + (long) BYTES_PER_GPU * sample.gpus().size();
    }
}
