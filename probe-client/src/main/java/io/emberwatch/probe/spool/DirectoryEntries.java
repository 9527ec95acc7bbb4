package io.emberwatch.probe.spool;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Makes and deletes the segments' files, and knows whether the directory has to be forced for it. One thread. */
final class DirectoryEntries {
    private final SpoolFiles files;
    /** Deleted before anything else is made. */
    private final Set<String> superseded = new LinkedHashSet<>();

    private boolean changed;

    DirectoryEntries(SpoolFiles files) {
        this.files = files;
    }

    /** Somebody else, for example an earlier process, may have changed it. */
    void suspectChange() {
        changed = true;
    }

    /** Makes a segment's file, in place of one of the same name. */
    SegmentWriter create(SegmentHeader header) throws IOException {
        superseded.add(Segment.nameOf(header.first()));
        deleteSuperseded();
        SegmentWriter writer = SegmentWriter.create(files, header);
        changed = true;
        return writer;
    }

    void delete(String name) throws IOException {
        files.delete(name);
        changed = true;
    }

    /** These are to be deleted. */
    void supersede(List<Segment> segments) {
        segments.forEach(segment -> superseded.add(segment.name()));
    }

    void force() throws IOException {
        if (changed) {
            files.forceDirectory();
            changed = false;
        }
    }

    void deleteSuperseded() throws IOException {
        for (String name : Set.copyOf(superseded)) {
            delete(name);
            superseded.remove(name);
        }
    }
}
