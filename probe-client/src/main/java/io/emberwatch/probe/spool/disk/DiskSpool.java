package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.reading.SpooledReading;
import io.emberwatch.probe.spool.Spool;
import io.emberwatch.probe.spool.SpoolInUseException;
import io.emberwatch.probe.spool.SpoolLimits;
import io.emberwatch.probe.spool.SpoolStatus;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Lost;
import java.io.Closeable;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A {@link SpoolLog} with a thread, <em>spool</em>, that does all that changes the disk. While the disk works, a reading is
 * safe from a crash of the process when {@link #append} returns, and from a loss of power at most {@code sync} later. A disk
 * that fails or hangs costs nobody else any time: readings then stay in memory, and are written when it works again.
 * Thread-safe.
 */
public final class DiskSpool implements Spool, Closeable {
    private final SpoolLog spool;
    private final SpoolThread thread;

    /**
     * Goes on with what is in the directory, or, where that cannot be used, begins in memory.
     *
     * @param sync how much of the newest a loss of power may cost; zero: a reading is on disk when {@link #append} returns
     * @param kernelBootId names the time since the machine was started; two zeros if that is not known
     * @throws SpoolInUseException if another probe has the directory
     */
    public static DiskSpool open(Path directory, SpoolLimits limits, Duration sync, Clock clock, UUID kernelBootId)
            throws SpoolInUseException {
        return open(new DirectoryFiles(directory), directory, limits, sync, clock, kernelBootId, Patience.USUAL);
    }

    /** The same with files of any kind, and with another {@link Patience}. */
    static DiskSpool open(
            SpoolFiles files,
            Path directory,
            SpoolLimits limits,
            Duration sync,
            Clock clock,
            UUID kernelBootId,
            Patience patience)
            throws SpoolInUseException {
        DiskSpool spool = new DiskSpool(files, directory, limits, sync, clock, kernelBootId, patience);
        spool.thread.start();
        return spool;
    }

    private DiskSpool(
            SpoolFiles files,
            Path directory,
            SpoolLimits limits,
            Duration sync,
            Clock clock,
            UUID kernelBootId,
            Patience patience) {
        this.spool = new SpoolLog(files, limits, clock, System::nanoTime, kernelBootId);
        this.thread = new SpoolThread(spool, directory, sync, clock, patience);
    }

    @Override
    public UUID bootId() {
        return spool.bootId();
    }

    @Override
    public long append(Sample sample) {
        long sequence = spool.append(sample);
        thread.write();
        return sequence;
    }

    @Override
    public List<SpooledReading> peek(long behind, long upTo, int atMost) {
        return spool.peek(behind, upTo, atMost);
    }

    @Override
    public Optional<Lost> lossBehind(long sequence) {
        return spool.lossBehind(sequence);
    }

    @Override
    public void acknowledge(AcknowledgedRange acknowledged) {
        spool.acknowledge(acknowledged);
    }

    @Override
    public long lastSequence() {
        return spool.lastSequence();
    }

    @Override
    public Optional<Long> startOfNewest(int readings, long behind) {
        return spool.startOfNewest(readings, behind);
    }

    @Override
    public long depth() {
        return spool.depth();
    }

    @Override
    public double fillPercent() {
        return spool.fillPercent();
    }

    @Override
    public void beginAnew() {
        spool.drawBootId();
        thread.writeAnew();
    }

    @Override
    public SpoolStatus status() {
        SpoolIndex.Figures figures = spool.figures();
        Optional<String> trouble = thread.trouble();
        return new SpoolStatus(
                trouble.isPresent() ? SpoolStatus.Mode.MEMORY : SpoolStatus.Mode.DISK,
                trouble,
                spool.depth(),
                figures.oldestTakenAt(),
                spool.fillPercent(),
                figures.diskBytes(),
                figures.lost());
    }

    /** Brings everything onto the disk, marks a good end and lets another probe in; waits a few seconds at most. */
    @Override
    public void close() {
        thread.close();
    }
}
