package io.emberwatch.probe.spool.disk;

import java.util.Optional;

/**
 * Has the {@link SpoolWriter} work: in the daemon a thread, elsewhere whoever drives the spool step by step.
 * Thread-safe.
 */
interface SpoolDriver {
    /** Waits, not for ever, until what was appended is in a file, or on the disk where each reading has to be. */
    void appended();

    /** Waits, not for ever, until the new boot id is on disk. */
    void bootIdDrawn();

    /** Why readings are only in memory; empty if they are not. */
    Optional<String> trouble();

    /** Writes and forces everything, marks a good end and ends; waits a few seconds at most. */
    void close();
}
