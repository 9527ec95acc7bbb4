package io.emberwatch.probe.spool.disk;

import io.emberwatch.protocol.Lost;
import java.io.IOException;

/** Deletes segments: those that the collector has, and the oldest where there is too much or they are too old. One thread. */
final class SegmentRetention {
    private final SpoolIndex book;
    private final DirectoryEntries entries;
    private final CheckpointWriter state;

    SegmentRetention(SpoolIndex book, DirectoryEntries entries, CheckpointWriter state) {
        this.book = book;
        this.entries = entries;
        this.state = state;
    }

    /** @param end the segment that is written; it and later ones stay */
    void sweepBefore(long end) throws IOException {
        boolean evicted = false;
        for (Segment segment : book.segments()) {
            if (segment.first() >= end) {
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
        state.save();
        if (evicted) {
            forceLoss();
        }
    }

    /** Makes room before a segment is begun. */
    void makeRoom(long bytes, long end) throws IOException {
        boolean evicted = false;
        for (Segment segment : book.segments()) {
            if (segment.first() < end && book.isOverfullWith(bytes)) {
                evicted |= !book.isDone(segment);
                delete(segment, Lost.Reason.SPOOL_FULL);
            }
        }
        if (evicted) {
            forceLoss();
        }
    }

    private void delete(Segment segment, Lost.Reason reason) throws IOException {
        entries.delete(segment.name());
        book.deleted(segment, reason);
    }

    /** That readings were given up is on disk before anything else happens. */
    private void forceLoss() throws IOException {
        entries.force();
        state.save();
        state.force();
    }
}
