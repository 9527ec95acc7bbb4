package io.emberwatch.probe.testing;

import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.spool.Spool;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Lost;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A spool that lasts as long as the process. Bounded by readings and by bytes, whichever comes first. */
public final class MemorySpool implements Spool {
    private static final Logger LOG = LoggerFactory.getLogger(MemorySpool.class);
    private static final long DROPS_PER_LOG_LINE = 10_000;
    /** About what a reading takes on the heap: objects, and a number for each metric of the catalogue. */
    public static final int BYTES_PER_READING = 360;

    static final int BYTES_PER_GPU = 220;

    private UUID bootId = UUID.randomUUID();
    private final int maxReadings;
    private final long maxBytes;
    private final ArrayDeque<Sample.Numbered> readings = new ArrayDeque<>();
    private long bytes;
    private long lastSequence;
    private long dropped;
    private Optional<Lost> loss = Optional.empty();

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
    public synchronized UUID bootId() {
        return bootId;
    }

    @Override
    public synchronized long append(Sample sample) {
        readings.addLast(new Sample.Numbered(++lastSequence, sample));
        bytes += bytesOf(sample);
        while (readings.size() > 1 && (readings.size() > maxReadings || bytes > maxBytes)) {
            lose(readings.getFirst());
            removeOldest();
            if (dropped++ % DROPS_PER_LOG_LINE == 0) {
                LOG.warn(
                        "spool is full with {} readings; the oldest are lost ({} so far) until the collector takes some",
                        readings.size(),
                        dropped);
            }
        }
        return lastSequence;
    }

    @Override
    public synchronized List<Sample.Numbered> peek(long behind, long upTo, int atMost) {
        return readings.stream()
                .dropWhile(reading -> reading.sequence() <= behind)
                .takeWhile(reading -> reading.sequence() <= upTo)
                .limit(atMost)
                .toList();
    }

    @Override
    public synchronized Optional<Lost> lossBehind(long sequence) {
        return loss.filter(lost -> lost.lastSequence() > sequence);
    }

    @Override
    public synchronized void acknowledge(AcknowledgedRange acknowledged) {
        loss = loss.filter(lost -> !isReportedForGood(lost, acknowledged));
        readings.removeIf(reading -> {
            boolean stored = acknowledged.has(reading.sequence());
            bytes -= stored ? bytesOf(reading.sample()) : 0;
            return stored;
        });
    }

    @Override
    public synchronized long lastSequence() {
        return lastSequence;
    }

    @Override
    public synchronized Optional<Long> startOfNewest(int newest, long behind) {
        return readings.size() < newest
                ? Optional.empty()
                : readings.stream()
                        .skip(readings.size() - newest)
                        .map(Sample.Numbered::sequence)
                        .findFirst()
                        .filter(sequence -> sequence > behind);
    }

    @Override
    public synchronized void beginAnew() {
        bootId = UUID.randomUUID();
        List<Sample.Numbered> held = List.copyOf(readings);
        readings.clear();
        lastSequence = 0;
        loss = Optional.empty();
        held.forEach(reading -> readings.addLast(new Sample.Numbered(++lastSequence, reading.sample())));
    }

    @Override
    public synchronized long depth() {
        return readings.size();
    }

    public synchronized double fillPercent() {
        return Math.min(100, 100 * Math.max((double) readings.size() / maxReadings, (double) bytes / maxBytes));
    }

    @Override
    public synchronized Spool.Status status() {
        Optional<Instant> oldest = Optional.ofNullable(readings.peekFirst())
                .map(reading -> reading.sample().takenAt());
        return new Spool.Status(
                Spool.Status.Mode.MEMORY, Optional.empty(), depth(), oldest, fillPercent(), bytes, dropped);
    }

    /** Readings lost because the spool was full. */
    public synchronized long dropped() {
        return dropped;
    }

    private void lose(Sample.Numbered oldest) {
        Instant takenAt = oldest.sample().takenAt();
        long first = loss.map(Lost::firstSequence).orElse(oldest.sequence());
        Instant from = loss.map(Lost::from).orElse(takenAt);
        long count = loss.map(Lost::count).orElse(0L) + 1;
        loss = Optional.of(new Lost(first, oldest.sequence(), count, from, takenAt, Lost.Reason.SPOOL_FULL));
    }

    /** A loss may touch live readings and history; the part in the history is reported for good with the history. */
    private static boolean isReportedForGood(Lost lost, AcknowledgedRange acknowledged) {
        boolean touchesHistory = acknowledged.lacksHistory()
                && lost.firstSequence() <= acknowledged.historyTo()
                && acknowledged.historyFrom() <= lost.lastSequence();
        return lost.lastSequence() <= acknowledged.last() && !touchesHistory;
    }

    private void removeOldest() {
        bytes -= bytesOf(readings.removeFirst().sample());
    }

    private static long bytesOf(Sample sample) {
        return BYTES_PER_READING + (long) BYTES_PER_GPU * sample.gpus().size();
    }
}
