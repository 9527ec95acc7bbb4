package io.emberwatch.probe.spool.disk;

import java.io.IOException;
import java.util.NavigableSet;
import java.util.TreeSet;

/** Makes and deletes the segments' files, and knows whether the directory has to be forced for it. One thread. */
final class DirectoryEntries {
    private final SpoolFiles files;
    /** Segments of which all is in memory again, by first sequence. */
    private final NavigableSet<Long> superseded = new TreeSet<>();

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
        delete(Segment.nameOf(header.first()));
        superseded.remove(header.first());
        try {
            return SegmentWriter.create(files, header);
        } catch (IOException e) {
            makeRoom();
            throw e;
        } finally {
            changed = true;
        }
    }

    void delete(String name) throws IOException {
        files.delete(name);
        changed = true;
    }

    /**
     * What this segment holds is in memory again, since a force failed. The file stays until that is to be written elsewhere: a
     * crash of the process before leaves it whole.
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

    void force() throws IOException {
        if (changed) {
            files.forceDirectory();
            changed = false;
        }
    }
}
