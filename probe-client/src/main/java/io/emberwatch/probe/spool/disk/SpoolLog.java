package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.reading.SpooledReading;
import io.emberwatch.probe.spool.Spool;
import io.emberwatch.probe.spool.SpoolInUseException;
import io.emberwatch.probe.spool.SpoolLimits;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Lost;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The spool on disk, without a thread of its own: {@link #append} numbers a reading and holds it in memory, and {@link #write},
 * {@link #force} and {@link #tidy} do what is due on disk, whenever their caller sees fit.
 *
 * <pre>
 * spool.directory
 * ├── 01783425734410567681.seg    a segment, named by its first sequence: the oldest readings
 * ├── 01783425734410577000.seg    …
 * ├── 01783425742999977985.seg    the active one, to which is appended
 * ├── spool.state                 what the collector has and what is lost, in two slots
 * └── spool.lock                  held by the process that writes
 *
 * segment := SegmentHeader, then records: RecordCursor (framing), RecordKind (contents), for example
 * ┌────────┬───────┬─────────┬─────────┬───┬─────────┬────────┐
 * │ header │ CARDS │ READING │ READING │ … │ READING │ CLOSED │
 * └────────┴───────┴─────────┴─────────┴───┴─────────┴────────┘
 * </pre>
 *
 * Invariants:
 *
 * <ol>
 *   <li>A sequence is given once, whatever the disk forgets ({@link Numbering}). Sequences order, times never do.
 *   <li>A reading is held – in memory or in a segment – until the collector has it or it stands in a loss.
 *   <li>What is not held, not with the collector and not in a loss is found at the next opening and becomes a loss: each
 *       segment's header says which sequence was given last before its start, and within a start sequences are consecutive.
 *   <li>A segment is readable by itself, and its records without its header. Nothing is believed without its CRC.
 *   <li>Nothing is written into a file after a write or a force of it has failed; what it should hold is written again
 *       elsewhere; what only an earlier process had in memory is written again in its place. A later segment therefore replaces what an earlier one has from the later one's first reading on.
 *   <li>A segment is deleted when the collector has all of it, or whole and as the oldest, as a loss.
 *   <li>The disk holds no more than the bound and one segment, memory no more than its share.
 *   <li>The boot id is the newest segment's. Segments of an earlier one belong to the same rising sequences, so that {@link
 *       #beginAnew} need not copy anything.
 * </ol>
 *
 * Age is counted in time for which probes ran on this spool, by the monotonic clock and kept in headers and state: no wall
 * clock that jumps makes a reading older. A machine that is switched off keeps its readings longer.
 *
 * <p>Any thread may call the methods of {@link Spool} but {@link #beginAnew}; they never wait for the disk, but for {@link
 * #peek}, which reads what is no longer in memory. All else belongs to one thread.
 */
public final class SpoolLog implements Spool {
    private static final Logger log = LoggerFactory.getLogger(SpoolLog.class);

    /** How long a segment that the disk refuses to read is tried, before its readings count as lost. */
    static final Duration READ_PATIENCE = Duration.ofSeconds(30);

    private final SpoolFiles files;
    private final CheckpointFile stateFile;
    private final SpoolIndex book;
    private final SpoolWriter writer;
    private final UUID kernelBootId;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private boolean opened;
    private volatile Optional<Refusal> refusal = Optional.empty();

    /** A segment that cannot be read at present. */
    private record Refusal(Segment segment, long sinceNanos) {}

    /**
     * A spool that knows nothing of its directory yet.
     *
     * @param clock for numbers and headers; decides nothing else
     * @param nanoTime {@link System#nanoTime()}
     * @param kernelBootId names the time since the machine was started; two zeros if that is not known
     */
    public SpoolLog(SpoolFiles files, SpoolLimits limits, Clock clock, LongSupplier nanoTime, UUID kernelBootId) {
        this.files = files;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.kernelBootId = kernelBootId;
        this.stateFile = new CheckpointFile(files);
        this.book = new SpoolIndex(limits, clock.instant(), nanoTime);
        this.writer = new SpoolWriter(files, stateFile, book, limits, clock, kernelBootId);
    }

    /**
     * Goes on with what is in the directory. Without this, or after an error, the spool lives in memory, and {@link #write} tries
     * again.
     *
     * @throws SpoolInUseException if another process has the directory
     * @throws IOException if it cannot be made or read
     */
    public void open() throws IOException {
        files.prepare();
        Recovered recovered = Recovery.run(files, stateFile, kernelBootId, clock.instant());
        if (recovered.bootId().isPresent() && book.hasGivenNumbers()) {
            throw new IOException("it holds readings of before; they are sent when the probe is started again");
        }
        book.adopt(recovered);
        writer.inherit(recovered.segments());
        opened = true;
    }

    /** Writes what is only in memory. On success every reading appended before is safe from a crash of the process. */
    public void write() throws IOException {
        if (!opened) {
            open();
        }
        writer.write();
    }

    /** On success every reading written before is safe from a loss of power. */
    public void force() throws IOException {
        writer.force();
    }

    /** Deletes what need not, or can no longer, be kept. */
    public void tidy() throws IOException {
        writer.tidy();
    }

    /** Writes, forces, and marks the end. The spool is of no use afterwards. */
    public void close() throws IOException {
        try (files) {
            if (opened) {
                writer.close();
            }
        }
    }

    /** Whether all readings are in files. */
    public boolean isWritten() {
        return !book.hasUnwritten();
    }

    @Override
    public UUID bootId() {
        return book.bootId();
    }

    @Override
    public long append(Sample sample) {
        return book.append(sample);
    }

    @Override
    public List<SpooledReading> peek(long behind, long upTo, int atMost) {
        while (true) {
            ReadPlan plan = book.plan(behind, upTo, atMost);
            if (plan.onDisk().isEmpty()) {
                return plan.inMemory();
            }
            Catalog.Wanted wanted = plan.onDisk().get();
            try {
                SegmentReader.Found found = SegmentReader.read(files, plan.place(), wanted.sequences(), atMost);
                refusal = Optional.empty();
                if (!found.readings().isEmpty()) {
                    return found.readings();
                }
                dropUnreadable(wanted.segment(), new Interval(wanted.sequences().first(), found.next() - 1), "damaged");
            } catch (IOException e) {
                // It may have been deleted since, which is no error.
                if (book.has(wanted.segment())) {
                    if (isWorthWaiting(wanted.segment())) {
                        return List.of();
                    }
                    dropUnreadable(wanted.segment(), wanted.sequences(), e.toString());
                }
            }
        }
    }

    @Override
    public Optional<Lost> lossBehind(long sequence) {
        return book.lossBehind(sequence);
    }

    @Override
    public void acknowledge(AcknowledgedRange acknowledged) {
        book.acknowledge(acknowledged);
    }

    @Override
    public long lastSequence() {
        return book.lastSequence();
    }

    @Override
    public Optional<Long> startOfNewest(int readings, long behind) {
        return book.startOfNewest(readings, behind);
    }

    @Override
    public long depth() {
        return book.depth();
    }

    @Override
    public double fillPercent() {
        return book.fillPercent();
    }

    /** As in {@link Spool}; if the disk fails, the new boot id is written when it works again. */
    @Override
    public void beginAnew() {
        drawBootId();
        try {
            writeAnew();
        } catch (IOException e) {
            log.warn("the spool's new boot id {} is not on disk yet: {}", book.bootId(), e.toString());
        }
    }

    /** The part of {@link #beginAnew} that any thread may do; {@link #writeAnew} is to follow. */
    void drawBootId() {
        book.drawBootId();
    }

    void writeAnew() throws IOException {
        writer.beginAnew();
    }

    SpoolIndex.Figures figures() {
        return book.figures();
    }

    private boolean isWorthWaiting(Segment segment) {
        long now = nanoTime.getAsLong();
        if (refusal.filter(known -> known.segment == segment).isEmpty()) {
            refusal = Optional.of(new Refusal(segment, now));
        }
        return now - refusal.orElseThrow().sinceNanos < READ_PATIENCE.toNanos();
    }

    private void dropUnreadable(Segment segment, Interval sequences, String why) {
        log.error("{} readings in {} cannot be read and are lost: {}", sequences.size(), segment.name(), why);
        book.unreadable(segment, sequences);
    }
}
