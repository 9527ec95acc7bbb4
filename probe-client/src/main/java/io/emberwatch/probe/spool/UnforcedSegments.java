package io.emberwatch.probe.spool;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The segments of which something may not be on the disk yet. One thread. */
final class UnforcedSegments {
    private final SpoolFiles files;
    private final Set<SegmentWriter> writers = new LinkedHashSet<>();
    /** Names of those that an earlier process may have written and not forced. */
    private final Set<String> inherited = new LinkedHashSet<>();

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
            // Tried once: after an error a second try would succeed, and bring nothing onto the disk.
            inherited.remove(name);
            if (files.exists(name)) {
                try (SpoolFiles.Writable file = files.open(name)) {
                    file.force();
                }
            }
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
}
