package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.spool.Spool;
import io.emberwatch.probe.spool.SpoolLimits;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Lost;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The spool on disk. {@link #append} numbers a reading and holds it in memory; a thread, <em>spool</em>, does all that
 * changes the disk. While the disk works, a reading is safe from a crash of the process when {@link #append} returns,
 * and from a loss of power at most {@code sync} later. A disk that fails or hangs costs nobody else any time: readings
 * then stay in memory, and are written when it works again.
 *
 * <pre>
 * spool.directory
 * ├── 01783425734410567681.seg    a segment, named by its first sequence: the oldest readings
 * ├── 01783425734410577000.seg    …
 * ├── 01783425742999977985.seg    the active one, to which is appended
 * ├── spool.state                 what the collector has and what is lost, in two slots
 * └── spool.lock                  held by the process that writes
 *
 * segment := SegmentHeader, then records: RecordCursor (framing), ReadingRecord (contents), for example
 * ┌────────┬───────┬─────────┬─────────┬───┬─────────┬────────┐
 * │ header │ GPUS  │ READING │ READING │ … │ READING │ CLOSED │
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
 *       elsewhere; what only an earlier process had in memory is written again in its place. A later segment therefore
 *       replaces what an earlier one has from the later one's first reading on.
 *   <li>A segment is deleted when the collector has all of it, or whole and as the oldest, as a loss.
 *   <li>The disk holds no more than the bound and one segment, memory no more than its share.
 *   <li>The boot id is the newest segment's. Segments of an earlier one belong to the same rising sequences, so that {@link
 *       #beginAnew} need not copy anything.
 * </ol>
 *
 * Age is counted in time for which probes ran on this spool, by the monotonic clock and kept in headers and checkpoint:
 * no wall clock that jumps makes a reading older. A machine that is switched off keeps its readings longer.
 *
 * <p>Thread-safe. Only {@link #append}, {@link #beginAnew} and {@link #close} wait for the disk, and not for ever, and
 * {@link #peek}, which reads what is no longer in memory.
 */
public final class DiskSpool implements Spool, Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskSpool.class);

    /** How long a segment that cannot be read is tried again before its readings count as lost. */
    static final Duration READ_RETRY_FOR = Duration.ofSeconds(30);

    private final SpoolFiles files;
    private final SpoolIndex index;
    private final SpoolDriver driver;
    private final LongSupplier nanoTime;
    private volatile Optional<Refusal> refusal = Optional.empty();

    /** A segment that cannot be read at present. */
    private record Refusal(Segment segment, long sinceNanos) {}

    /**
     * Goes on with what is in the directory, or, where that cannot be used, begins in memory.
     *
     * @param sync how much of the newest a loss of power may cost; zero: a reading is on disk when {@link #append}
     *     returns
     * @param kernelBootId names the time since the machine was started; two zeros if that is not known
     * @throws Spool.InUseException if another probe has the directory
     */
    public static DiskSpool open(Path directory, SpoolLimits limits, Duration sync, Clock clock, UUID kernelBootId)
            throws Spool.InUseException {
        return open(
                new DirectoryFiles(directory),
                directory,
                limits,
                sync,
                clock,
                kernelBootId,
                SpoolThread.Timeouts.DEFAULT);
    }

    /** The same with files of any kind, and with other {@link SpoolThread.Timeouts}. */
    static DiskSpool open(
            SpoolFiles files,
            Path directory,
            SpoolLimits limits,
            Duration sync,
            Clock clock,
            UUID kernelBootId,
            SpoolThread.Timeouts timeouts)
            throws Spool.InUseException {
        SpoolIndex index = new SpoolIndex(limits, clock.instant(), System::nanoTime);
        SpoolWriter writer = new SpoolWriter(files, index, limits, clock, kernelBootId);
        SpoolThread thread = new SpoolThread(writer, directory, sync, clock, timeouts);
        DiskSpool spool = new DiskSpool(files, index, thread, System::nanoTime);
        thread.start();
        return spool;
    }

    /** @param nanoTime {@link System#nanoTime()} */
    DiskSpool(SpoolFiles files, SpoolIndex index, SpoolDriver driver, LongSupplier nanoTime) {
        this.files = files;
        this.index = index;
        this.driver = driver;
        this.nanoTime = nanoTime;
    }

    @Override
    public UUID bootId() {
        return index.bootId();
    }

    @Override
    public long append(Sample sample) {
        long sequence = index.append(sample);
        driver.appended();
        return sequence;
    }

    @Override
    public List<Sample.Numbered> peek(long behind, long upTo, int atMost) {
        while (true) {
            SpoolIndex.ReadPlan plan = index.plan(behind, upTo, atMost);
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
                dropUnreadable(
                        wanted.segment(), new SequenceRange(wanted.sequences().first(), found.next() - 1), "damaged");
            } catch (IOException e) {
                // It may have been deleted since, which is no error.
                if (index.has(wanted.segment())) {
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
        return index.lossBehind(sequence);
    }

    @Override
    public void acknowledge(AcknowledgedRange acknowledged) {
        index.acknowledge(acknowledged);
    }

    @Override
    public long lastSequence() {
        return index.lastSequence();
    }

    @Override
    public Optional<Long> startOfNewest(int readings, long behind) {
        return index.startOfNewest(readings, behind);
    }

    @Override
    public long depth() {
        return index.depth();
    }

    /** How full it is, 0 to 100. */
    public double fillPercent() {
        return index.fillPercent();
    }

    @Override
    public void beginAnew() {
        index.drawBootId();
        driver.bootIdDrawn();
    }

    @Override
    public Status status() {
        Optional<String> trouble = driver.trouble();
        return index.status(trouble.isPresent() ? Status.Mode.MEMORY : Status.Mode.DISK, trouble);
    }

    /** Brings everything onto the disk, marks a good end and lets another probe in; waits a few seconds at most. */
    @Override
    public void close() {
        driver.close();
    }

    private boolean isWorthWaiting(Segment segment) {
        long now = nanoTime.getAsLong();
        if (refusal.filter(known -> known.segment == segment).isEmpty()) {
            refusal = Optional.of(new Refusal(segment, now));
        }
        return now - refusal.orElseThrow().sinceNanos < READ_RETRY_FOR.toNanos();
    }

    private void dropUnreadable(Segment segment, SequenceRange sequences, String why) {
        LOG.error("{} readings in {} cannot be read and are lost: {}", sequences.size(), segment.name(), why);
        index.unreadable(segment, sequences);
    }
}
