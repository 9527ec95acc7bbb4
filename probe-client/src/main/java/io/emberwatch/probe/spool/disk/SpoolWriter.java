package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.reading.SpooledReading;
import io.emberwatch.probe.spool.SpoolLimits;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Writes readings into segments, and forces them. One thread; after an error it can be called again, and goes on with a new segment. */
final class SpoolWriter implements Closeable {
    private static final int READINGS_PER_WRITE = 512;

    private final SpoolFiles files;
    private final SpoolIndex book;
    private final SpoolLimits limits;
    private final Clock clock;
    private final UUID kernelBootId;
    private final DirectoryEntries entries;
    private final UnforcedSegments unforced;
    private final CheckpointWriter state;
    private final SegmentRetention sweeper;
    private Optional<SegmentWriter> active = Optional.empty();
    private boolean isOpenForGood;

    SpoolWriter(
            SpoolFiles files,
            CheckpointFile stateFile,
            SpoolIndex book,
            SpoolLimits limits,
            Clock clock,
            UUID kernelBootId) {
        this.files = files;
        this.book = book;
        this.limits = limits;
        this.clock = clock;
        this.kernelBootId = kernelBootId;
        this.entries = new DirectoryEntries(files);
        this.unforced = new UnforcedSegments(files);
        this.state = new CheckpointWriter(stateFile, book, kernelBootId);
        this.sweeper = new SegmentRetention(book, entries, state);
    }

    /** An earlier process may have ended between a write and the force of it. */
    void inherit(List<Segment> segments) {
        unforced.inherit(segments);
        entries.suspectChange();
    }

    /** Writes all readings that are not written. Those before an error are. */
    void write() throws IOException {
        try {
            if (active.isEmpty()) {
                files.prepare();
                begin(book.nextToWrite());
                isOpenForGood = false;
            }
            if (!isOpenForGood) {
                // The end that the last process left is no longer the end, should the power fail.
                // Before the directory is forced, in which it may be new.
                state.save();
                force();
                state.force();
                isOpenForGood = true;
            }
            List<SpooledReading> readings = book.unwritten(READINGS_PER_WRITE);
            while (!readings.isEmpty()) {
                write(readings);
                if (book.isMemoryTight()) {
                    force();
                }
                readings = book.unwritten(READINGS_PER_WRITE);
            }
        } finally {
            // Also if there was no room: then it says which readings are only in memory, should the process end.
            state.saveNowAndThen();
        }
    }

    /**
     * Brings all that was written onto the disk. After an error nothing written since the last time is believed to be there:
     * an error is told once, and the next try on the same file would succeed without it.
     */
    void force() throws IOException {
        long upTo = book.writtenUpTo();
        try {
            requireNotDeleted();
            unforced.force();
            entries.force();
        } catch (IOException e) {
            letGo();
            book.distrust().forEach(entries::supersede);
            throw e;
        }
        book.forced(upTo);
        unforced.forgetBut(active);
    }

    /** Deletes what the collector has, what is too old, and the oldest if there is too much. */
    void tidy() throws IOException {
        sweeper.sweepBefore(activeFirst());
    }

    /** Makes the boot id, newly drawn, the spool's own. */
    void beginAnew() throws IOException {
        endActive();
        write();
        force();
        state.save();
        // The collector does not know under the new id what it has under the old one.
        state.force();
    }

    /** Writes and forces what there is, and leaves a mark that this was all. */
    @Override
    public void close() throws IOException {
        try {
            write();
            if (active.isPresent()) {
                active.get().encodeClosed();
                write(active.get(), 0);
            }
            force();
            state.save();
            state.force();
        } finally {
            letGo();
            state.close();
        }
    }

    private void write(List<SpooledReading> readings) throws IOException {
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
        unforced.add(writer);
        try {
            entries.deleteSuperseded(upTo);
            writer.write();
        } catch (IOException e) {
            abandon(writer);
            entries.makeRoom();
            state.hurry();
            throw e;
        }
        book.written(writer);
    }

    private SegmentWriter writerFor(long sequence) throws IOException {
        Segment segment = active.orElseThrow().segment();
        boolean follows = segment.runs().isEmpty()
                ? segment.first() == sequence
                : segment.runs().last() + 1 == sequence;
        boolean isFull = active.get().size() >= limits.segmentBytes()
                || book.runningMillis() - segment.runningMillis() > limits.segmentMillis();
        if (!follows || (isFull && !segment.runs().isEmpty())) {
            begin(sequence);
        }
        return active.orElseThrow();
    }

    /** Begins a segment, for which the oldest make room. */
    private void begin(long first) throws IOException {
        sweeper.makeRoom(limits.segmentBytes(), Math.min(first, activeFirst()));
        SegmentWriter writer = entries.create(new SegmentHeader(
                book.bootId(), kernelBootId, first, book.lastGivenBefore(first), clock.millis(), book.runningMillis()));
        unforced.add(writer);
        endActive();
        active = Optional.of(writer);
        book.begun(writer.segment());
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
        book.segments().stream()
                .filter(segment -> !there.contains(segment.name()))
                .forEach(book::vanished);
        state.close();
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
        active.filter(old -> !unforced.has(old)).ifPresent(SegmentWriter::closeQuietly);
        active = Optional.empty();
    }

    private long activeFirst() {
        return active.map(writer -> writer.segment().first()).orElse(Long.MAX_VALUE);
    }

    private void letGo() {
        active.ifPresent(SegmentWriter::closeQuietly);
        active = Optional.empty();
        unforced.abandon();
    }
}
