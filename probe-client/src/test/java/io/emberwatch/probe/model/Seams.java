package io.emberwatch.probe.model;

import io.emberwatch.probe.spool.Spool;
import io.emberwatch.probe.spool.disk.ManualSpool;
import io.emberwatch.probe.spool.disk.SpoolFiles;
import io.emberwatch.probe.testing.FakeDisk;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Message.History;

/** The places of a {@link Story} where a bug can be planted; as they stand here, all is right. One for each story. */
interface Seams {
    /** Without a bug. */
    Seams RIGHT = new Seams() {};

    /** The disk as the spool sees it. */
    default SpoolFiles files(FakeDisk disk) {
        return disk;
    }

    /** The spool as the session and the sampler see it; made anew by each process. */
    default Spool spool(ManualSpool log) {
        return log;
    }

    /** What the probe says where it should say {@code right}; {@code historyTo} is the end of all that was deferred. */
    default History history(History right, long historyTo) {
        return right;
    }

    /** Whether the collector may commit for a session of this epoch. */
    default boolean mayWrite(long epoch, long newestEpoch) {
        return epoch == newestEpoch;
    }

    /** What the collector has when it takes the first live readings behind a DEFER. */
    default AcknowledgedRange deferred(AcknowledgedRange stored, long liveFrom) {
        return stored.deferredTo(liveFrom);
    }

    /** What the collector acknowledges. */
    default AcknowledgedRange acknowledged(AcknowledgedRange committed, AcknowledgedRange received) {
        return committed;
    }
}
