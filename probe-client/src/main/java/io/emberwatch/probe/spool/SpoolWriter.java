package io.emberwatch.probe.spool;

import io.emberwatch.protocol.Lost;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Everything that changes the directory. One thread; after an error it can be called again, and goes on with a new segment. */
final class SpoolWriter implements Closeable {
    private static final int READINGS_PER_WRITE = 512;
    /** Readings may come by the ten thousand in a second; the state need not. */
    private static final long STATE_EVERY_MILLIS = 100;

    private final SpoolFiles files;
    private final StateFile stateFile;
    private final SpoolBook book;
    private final SpoolLimits limits;
    private final Clock clock;
    private final UUID kernelBootId;
    /** Those with something that is not forced. */
    private final Set<SegmentWriter> unforced = new LinkedHashSet<>();

    private final Set<String> superseded = new LinkedHashSet<>();

    /** Names of those that an earlier process may have written and not forced. */
    private final Set<String> inherited = new LinkedHashSet<>();

    private Optional<SegmentWriter> active = Optional.empty();
    private boolean directoryChanged;
    private boolean isOpenForGood;
    private boolean stateIsOld = true;
    private long stateMillis;

    SpoolWriter(
            SpoolFiles files, StateFile stateFile, SpoolBook book, SpoolLimits limits, Clock clock, UUID kernelBootId) {
        this.files = files;
        this.stateFile = stateFile;
        this.book = book;
        this.limits = limits;
        this.clock = clock;
        this.kernelBootId = kernelBootId;
    }

    /** An earlier process may have ended between a write and the force of it. */
    void inherit(List<Segment> segments) {
        segments.forEach(segment -> inherited.add(segment.name()));
        directoryChanged = true;
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
                force();
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
            saveStateNowAndThen();
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
            forceInherited();
            for (SegmentWriter writer : unforced) {
                writer.force();
            }
            forceDirectory();
        } catch (IOException e) {
            letGo();
            book.distrust().forEach(segment -> deleteSoon(segment.name()));
            throw e;
        }
        book.forced(upTo);
        for (SegmentWriter writer : unforced) {
            if (active.isEmpty() || active.get() != writer) {
                writer.close();
            }
        }
        unforced.clear();
    }

    /** Deletes what the collector has, what is too old, and the oldest if there is too much. */
    void tidy() throws IOException {
        boolean evicted = false;
        for (Segment segment : book.segments()) {
            if (isActive(segment)) {
                break;
            }
            if (book.isDone(segment)) {
                delete(segment, Lost.Reason.UNKNOWN);
            } else if (book.isTooOld(segment)) {
                delete(segment, Lost.Reason.TOO_OLD);
                evicted = true;
            } else if (book.isOverfullWith(0)) {
                delete(segment, Lost.Reason.SPOOL_FULL);
                evicted = true;
            }
        }
        saveState();
        if (evicted) {
            forceLoss();
        }
    }

    /** Makes the boot id, newly drawn, the spool's own. */
    void beginAnew() throws IOException {
        active = Optional.empty();
        write();
        force();
        saveState();
        // The collector does not know under the new id what it has under the old one.
        stateFile.force();
    }

    /** Writes and forces what there is, and leaves a mark that this was all. */
    @Override
    public void close() throws IOException {
        try {
            write();
            if (active.isPresent()) {
                active.get().encodeClosed();
                write(active.get());
            }
            force();
            saveState();
            stateFile.force();
        } finally {
            letGo();
            stateFile.close();
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
            write(writer);
        }
    }

    private void write(SegmentWriter writer) throws IOException {
        unforced.add(writer);
        try {
            writer.write();
        } catch (IOException e) {
            abandon(writer);
            stateIsOld = true;
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
        boolean evicted = false;
        for (Segment segment : book.segments()) {
            if (book.isOverfullWith(limits.segmentBytes()) && segment.first() < first && !isActive(segment)) {
                evicted |= !book.isDone(segment);
                delete(segment, Lost.Reason.SPOOL_FULL);
            }
        }
        if (evicted) {
            forceLoss();
        }
        superseded.add(Segment.nameOf(first));
        deleteSuperseded();
        SegmentWriter writer = SegmentWriter.create(
                files,
                new SegmentHeader(
                        book.bootId(),
                        kernelBootId,
                        first,
                        book.lastGivenBefore(first),
                        clock.millis(),
                        book.runningMillis()));
        directoryChanged = true;
        unforced.add(writer);
        active.filter(old -> !unforced.contains(old)).ifPresent(SpoolWriter::closeQuietly);
        active = Optional.of(writer);
        book.begun(writer.segment());
    }

    /** Readings do not go into a file that failed once; one that has none is as good as a new one. */
    private void abandon(SegmentWriter writer) {
        if (!writer.segment().runs().isEmpty()) {
            active = Optional.empty();
        }
    }

    private void delete(Segment segment, Lost.Reason reason) throws IOException {
        files.delete(segment.name());
        directoryChanged = true;
        book.deleted(segment, reason);
    }

    /** That readings were given up is on disk before anything else happens. */
    private void forceLoss() throws IOException {
        forceDirectory();
        saveState();
        stateFile.force();
    }

    private void forceInherited() throws IOException {
        for (String name : List.copyOf(inherited)) {
            // Tried once: after an error a second try would succeed, and bring nothing onto the disk.
            inherited.remove(name);
            if (files.exists(name)) {
                try (SpoolFiles.Writable file = files.open(name)) {
                    file.force();
                }
            }
        }
    }

    private void forceDirectory() throws IOException {
        if (directoryChanged) {
            files.forceDirectory();
            directoryChanged = false;
        }
    }

    private void saveStateNowAndThen() {
        if (stateIsOld || book.runningMillis() - stateMillis >= STATE_EVERY_MILLIS) {
            saveState();
        }
    }

    /** An old state costs no reading, so it is no reason to stop. */
    private void saveState() {
        try {
            stateFile.write(book.state(stateFile.nextGeneration()));
            stateMillis = book.runningMillis();
            stateIsOld = false;
        } catch (IOException e) {
            closeQuietly(stateFile::close);
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
        closeQuietly(stateFile::close);
        throw new NoSuchFileException(name, null, "somebody has deleted it");
    }

    private Set<String> namesThere() {
        try {
            return files.list().keySet();
        } catch (IOException e) {
            return Set.of();
        }
    }

    private boolean isActive(Segment segment) {
        return active.isPresent() && active.get().segment() == segment;
    }

    private void letGo() {
        active.ifPresent(SpoolWriter::closeQuietly);
        active = Optional.empty();
        unforced.forEach(SpoolWriter::closeQuietly);
        unforced.clear();
    }

    /** What is in memory again must not be read from the file; if it cannot be deleted now, it is before more is written. */
    private void deleteSoon(String name) {
        superseded.add(name);
        try {
            deleteSuperseded();
        } catch (IOException e) {
            // The next segment waits for it.
            return;
        }
    }

    private void deleteSuperseded() throws IOException {
        for (String name : Set.copyOf(superseded)) {
            files.delete(name);
            directoryChanged = true;
            superseded.remove(name);
        }
    }

    private static void closeQuietly(Closeable file) {
        try {
            file.close();
        } catch (IOException e) {
            // What counts was forced, or is written again.
            return;
        }
    }
}
