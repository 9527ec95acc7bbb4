package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.spool.SpoolLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and deletes the segments' files, and keeps which of them, and whether the directory, may not be on the disk
 * yet. One thread.
 */
final class SegmentFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentFiles.class);

    /** So often in a row one of an earlier process is tried; then it must not keep newer readings from the disk. */
    static final int MAX_TRIES = 10;

    private static final int COPIED_BYTES = 64 << 10;

    private final SpoolFiles files;
    private final Set<SegmentWriter> writers = new LinkedHashSet<>();
    /** Names of those that an earlier process may have written and not forced. */
    private final Set<String> inherited = new LinkedHashSet<>();
    /** How often each of these could not be forced. */
    private final Map<String, Integer> failures = new HashMap<>();

    /** Segments of which all is in memory again, by first sequence. */
    private final NavigableSet<Long> superseded = new TreeSet<>();
    /** Whether files were made or deleted since the directory was forced. */
    private boolean directoryChanged;

    SegmentFiles(SpoolFiles files) {
        this.files = files;
    }

    /** Those of an earlier process, which may have ended between a write and the force of it. */
    void inherit(List<Segment> segments) {
        directoryChanged = true;
        segments.forEach(segment -> inherited.add(segment.name()));
    }

    /** Makes a segment's file, in place of one of the same name. */
    SegmentWriter create(SegmentHeader header) throws IOException {
        delete(Segment.nameOf(header.first()));
        superseded.remove(header.first());
        try {
            SegmentWriter writer = SegmentWriter.create(files, header);
            writers.add(writer);
            return writer;
        } catch (IOException e) {
            makeRoom();
            throw e;
        } finally {
            directoryChanged = true;
        }
    }

    void delete(String name) throws IOException {
        files.delete(name);
        directoryChanged = true;
    }

    /**
     * What this segment holds is in memory again, since a force failed. The file stays until that is to be written
     * elsewhere: a crash of the process before leaves it whole.
     */
    void supersede(Segment segment) {
        superseded.add(segment.first());
    }

    /** Gives up files that take the room in which they are to be written again. */
    void makeRoom() {
        try {
            deleteSuperseded(Long.MAX_VALUE);
        } catch (IOException e) {
            // They go when what they hold is written.
            return;
        }
    }

    /** Before this sequence is written elsewhere: the next process would believe the later one of two segments. */
    void deleteSuperseded(long upTo) throws IOException {
        while (!superseded.isEmpty() && superseded.first() <= upTo) {
            delete(Segment.nameOf(superseded.first()));
            superseded.pollFirst();
        }
    }

    void add(SegmentWriter writer) {
        writers.add(writer);
    }

    boolean has(SegmentWriter writer) {
        return writers.contains(writer);
    }

    void force() throws IOException {
        for (String name : List.copyOf(inherited)) {
            if (files.exists(name)) {
                forceInherited(name);
            }
            inherited.remove(name);
        }
        for (SegmentWriter writer : writers) {
            writer.force();
        }
        forceDirectory();
    }

    void forceDirectory() throws IOException {
        if (directoryChanged) {
            files.forceDirectory();
            directoryChanged = false;
        }
    }

    /** All is forced: files to which nothing will be appended are let go. */
    void forgetBut(Optional<SegmentWriter> active) throws IOException {
        for (SegmentWriter writer : writers) {
            if (active.isEmpty() || active.get() != writer) {
                writer.close();
            }
        }
        writers.clear();
    }

    void abandon() {
        writers.forEach(SegmentWriter::closeQuietly);
        writers.clear();
    }

    private void forceInherited(String name) throws IOException {
        int failed = failures.getOrDefault(name, 0);
        if (failed == MAX_TRIES) {
            LOG.error("{} cannot be forced; what it holds may be lost if the power fails: replace the disk", name);
            return;
        }
        try (SpoolFiles.Writable file = files.open(name)) {
            if (failed > 0) {
                writeAgain(name, file);
            }
            file.force();
        } catch (IOException e) {
            failures.put(name, failed + 1);
            throw e;
        }
    }

    /**
     * After an error a second force alone would succeed and bring nothing onto the disk. Nobody has these readings in
     * memory, but the file still shows them; written where they stand they are to be forced once more, and no byte
     * changes on the way.
     */
    private void writeAgain(String name, SpoolFiles.Writable file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(COPIED_BYTES);
        long offset = 0;
        int read;
        do {
            files.read(name, offset, bytes.clear());
            read = bytes.flip().remaining();
            file.write(offset, bytes);
            offset += read;
        } while (read == COPIED_BYTES && offset < 2 * SpoolLimits.MAX_SEGMENT_BYTES);
    }
}
