package io.emberwatch.probe.spool.disk;

import io.emberwatch.protocol.Lost;
import java.io.IOException;

/**
 * Deletes segments: those that the collector has, and the oldest where there is too much or they are too old. One
 * thread.
 */
final class SegmentRetention {
    private final SpoolIndex index;
    private final SegmentFiles files;
    private final CheckpointWriter checkpoint;

    SegmentRetention(SpoolIndex index, SegmentFiles files, CheckpointWriter checkpoint) {
        this.index = index;
        this.files = files;
        this.checkpoint = checkpoint;
    }

    /** @param end the segment that is written; it and later ones stay */
    void deleteBefore(long end) throws IOException {
        boolean evicted = false;
        for (Segment segment : index.segments()) {
            if (segment.first() >= end) {
                break;
            }
            if (index.isDone(segment)) {
                delete(segment, Lost.Reason.UNKNOWN);
            } else if (index.isTooOld(segment)) {
                delete(segment, Lost.Reason.TOO_OLD);
                evicted = true;
            } else if (index.isOverfullWith(0)) {
                delete(segment, Lost.Reason.SPOOL_FULL);
                evicted = true;
            }
        }
        checkpoint.save();
        if (evicted) {
            forceLoss();
        }
    }

    /** Makes room before a segment is begun. */
    void makeRoom(long bytes, long end) throws IOException {
        boolean evicted = false;
        for (Segment segment : index.segments()) {
            if (segment.first() < end && index.isOverfullWith(bytes)) {
                evicted |= !index.isDone(segment);
                delete(segment, Lost.Reason.SPOOL_FULL);
            }
        }
        if (evicted) {
            forceLoss();
        }
    }

    private void delete(Segment segment, Lost.Reason reason) throws IOException {
        files.delete(segment.name());
        index.deleted(segment, reason);
    }

    /** That readings were given up is on disk before anything else happens. */
    private void forceLoss() throws IOException {
        files.forceDirectory();
        checkpoint.save();
        checkpoint.force();
    }
}
