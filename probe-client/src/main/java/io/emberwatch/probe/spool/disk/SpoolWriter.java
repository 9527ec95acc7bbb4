package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.spool.SpoolLimits;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * All that changes the disk: opens what an earlier process left, writes readings into segments, forces and deletes
 * these, whenever its one thread sees fit. After an error it can be called again, and goes on with a new segment.
 */
final class SpoolWriter implements Closeable {
    private static final int READINGS_PER_WRITE = 512;

    private final SpoolFiles files;
    private final SpoolIndex index;
    private final SpoolLimits limits;
    private final Clock clock;
    private final UUID kernelBootId;
    private final SegmentFiles segments;
    private final CheckpointFile checkpointFile;
    private final CheckpointWriter checkpoint;
    private final SegmentRetention retention;
    private Optional<SegmentWriter> active = Optional.empty();
    private boolean isOpened;
    private boolean isOpenForGood;

    /**
     * @param clock for numbers and headers; decides nothing else
     * @param kernelBootId names the time since the machine was started; two zeros if that is not known
     */
    SpoolWriter(SpoolFiles files, SpoolIndex index, SpoolLimits limits, Clock clock, UUID kernelBootId) {
        this.files = files;
        this.index = index;
        this.limits = limits;
        this.clock = clock;
        this.kernelBootId = kernelBootId;
        this.segments = new SegmentFiles(files);
        this.checkpointFile = new CheckpointFile(files);
        this.checkpoint = new CheckpointWriter(checkpointFile, index, kernelBootId);
        this.retention = new SegmentRetention(index, segments, checkpoint);
    }

    /**
     * Goes on with what is in the directory. Without this, or after an error, the spool lives in memory, and {@link
     * #write} tries again.
     *
     * @throws io.emberwatch.probe.spool.Spool.InUseException if another process has the directory
     * @throws IOException if it cannot be made or read
     */
    void open() throws IOException {
        files.prepare();
        Recovery.Recovered recovered = Recovery.run(files, checkpointFile, kernelBootId, clock.instant());
        if (recovered.bootId().isPresent() && index.hasGivenNumbers()) {
            throw new IOException("it holds readings of before; they are sent when the probe is started again");
        }
        index.adopt(recovered);
        segments.inherit(recovered.segments());
        isOpened = true;
    }

    /**
     * Writes all readings that are only in memory, and opens the spool for it where it is not. On success every reading
     * appended before is safe from a crash of the process; after an error those before it are.
     */
    void write() throws IOException {
        if (!isOpened) {
            open();
        }
        try {
            if (active.isEmpty()) {
                files.prepare();
                begin(index.nextToWrite());
                isOpenForGood = false;
            }
            if (!isOpenForGood) {
                // The end that the last process left is no longer the end, should the power fail.
                // Before the directory is forced, in which it may be new.
                checkpoint.save();
                force();
                checkpoint.force();
                isOpenForGood = true;
            }
            List<Sample.Numbered> readings = index.unwritten(READINGS_PER_WRITE);
            while (!readings.isEmpty()) {
                write(readings);
                if (index.isMemoryTight()) {
                    force();
                }
                readings = index.unwritten(READINGS_PER_WRITE);
            }
        } finally {
            // Also if there was no room: then it says which readings are only in memory, should the process end.
            checkpoint.saveIfDue();
        }
    }

    /**
     * Brings all that was written onto the disk, safe from a loss of power. After an error nothing written since the
     * last time is believed to be there: the system reports an error once, and the next try on the same file would
     * succeed without it.
     */
    void force() throws IOException {
        long upTo = index.writtenUpTo();
        try {
            requireNotDeleted();
            segments.force();
        } catch (IOException e) {
            letGo();
            index.distrust().forEach(segments::supersede);
            throw e;
        }
        index.forced(upTo);
        segments.forgetBut(active);
    }

    /** Deletes what the collector has, what is too old, and the oldest if there is too much. */
    void tidy() throws IOException {
        retention.deleteBefore(activeFirst());
    }

    /** Makes the boot id, newly drawn, the spool's own. */
    void beginAnew() throws IOException {
        endActive();
        write();
        force();
        checkpoint.save();
        // The collector does not know under the new id what it has under the old one.
        checkpoint.force();
    }

    /** Writes and forces what there is, and leaves a mark that this was all. It is of no use afterwards. */
    @Override
    public void close() throws IOException {
        try (files) {
            if (isOpened) {
                closeInOrder();
            }
        }
    }

    private void closeInOrder() throws IOException {
        try {
            write();
            if (active.isPresent()) {
                active.get().encodeClosed();
                write(active.get(), 0);
            }
            force();
            checkpoint.save();
            checkpoint.force();
        } finally {
            letGo();
            checkpoint.close();
        }
    }

    private void write(List<Sample.Numbered> readings) throws IOException {
        int next = 0;
        while (next < readings.size()) {
            SegmentWriter writer = writerFor(readings.get(next).sequence());
            long last = readings.get(next).sequence() - 1;
            while (next < readings.size()
                    && readings.get(next).sequence() == last + 1
                    && writer.size() < limits.segmentBytes()) {
                writer.encode(readings.get(next++));
                last++;
            }
            write(writer, last);
        }
    }

    private void write(SegmentWriter writer, long upTo) throws IOException {
        segments.add(writer);
        try {
            segments.deleteSuperseded(upTo);
            writer.write();
        } catch (IOException e) {
            abandon(writer);
            segments.makeRoom();
            checkpoint.hurry();
            throw e;
        }
        index.written(writer);
    }

    private SegmentWriter writerFor(long sequence) throws IOException {
        Segment segment = active.orElseThrow().segment();
        boolean follows = segment.runs().isEmpty()
                ? segment.first() == sequence
                : segment.runs().last() + 1 == sequence;
        boolean isFull = active.get().size() >= limits.segmentBytes()
                || index.runningMillis() - segment.runningMillis() > limits.segmentMillis();
        if (!follows || (isFull && !segment.runs().isEmpty())) {
            begin(sequence);
        }
        return active.orElseThrow();
    }

    /** Begins a segment, for which the oldest make room. */
    private void begin(long first) throws IOException {
        retention.makeRoom(limits.segmentBytes(), Math.min(first, activeFirst()));
        SegmentWriter writer = segments.create(new SegmentHeader(
                index.bootId(),
                kernelBootId,
                first,
                index.lastGivenBefore(first),
                clock.millis(),
                index.runningMillis()));
        endActive();
        active = Optional.of(writer);
        index.begun(writer.segment());
    }

    /** Readings do not go into a file that failed once; one that has none is as good as a new one. */
    private void abandon(SegmentWriter writer) {
        writer.forgetEncoded();
        if (!writer.segment().runs().isEmpty()) {
            active = Optional.empty();
        }
    }

    /** Files that were deleted can be written and forced as if nothing had happened. */
    private void requireNotDeleted() throws IOException {
        if (active.isEmpty() || files.exists(active.get().segment().name())) {
            return;
        }
        String name = active.get().segment().name();
        Set<String> there = files.exists(name) ? Set.of() : namesThere();
        index.segments().stream()
                .filter(segment -> !there.contains(segment.name()))
                .forEach(index::vanished);
        checkpoint.close();
        throw new NoSuchFileException(name, null, "somebody has deleted it");
    }

    private Set<String> namesThere() {
        try {
            return files.list().keySet();
        } catch (IOException e) {
            return Set.of();
        }
    }

    /** Nothing more goes into it; it is closed when it is forced. */
    private void endActive() {
        active.filter(old -> !segments.has(old)).ifPresent(SegmentWriter::closeQuietly);
        active = Optional.empty();
    }

    private long activeFirst() {
        return active.map(writer -> writer.segment().first()).orElse(Long.MAX_VALUE);
    }

    private void letGo() {
        active.ifPresent(SegmentWriter::closeQuietly);
        active = Optional.empty();
        segments.abandon();
    }
}
