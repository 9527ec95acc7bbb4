package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.spool.SpoolLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The segments of which something may not be on the disk yet. One thread. */
final class UnforcedSegments {
    private static final Logger log = LoggerFactory.getLogger(UnforcedSegments.class);

    /** So often in a row one of an earlier process is tried; then it must not keep newer readings from the disk. */
    static final int MAX_TRIES = 10;

    private static final int COPIED_BYTES = 64 << 10;

    private final SpoolFiles files;
    private final Set<SegmentWriter> writers = new LinkedHashSet<>();
    /** Names of those that an earlier process may have written and not forced. */
    private final Set<String> inherited = new LinkedHashSet<>();
    /** How often each of these could not be forced. */
    private final Map<String, Integer> failures = new HashMap<>();

    UnforcedSegments(SpoolFiles files) {
        this.files = files;
    }

    void inherit(List<Segment> segments) {
        segments.forEach(segment -> inherited.add(segment.name()));
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
            log.error("{} cannot be forced; what it holds may be lost if the power fails: replace the disk", name);
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
     * After an error a second force alone would succeed and bring nothing onto the disk. Nobody has these readings in memory, but
     * the file still shows them; written where they stand they are to be forced once more, and no byte changes on the way.
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
