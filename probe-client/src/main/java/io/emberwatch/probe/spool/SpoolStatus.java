package io.emberwatch.probe.spool;

import java.time.Instant;
import java.util.Optional;

/**
 * How a spool does at one moment, for people.
 *
 * @param why it is not on disk; empty if that is as it should be
 * @param depth readings that the collector has not stored
 * @param oldestAt when the oldest of them was taken; empty if there is none
 * @param usedPercent how full it is, 0 to 100
 * @param bytes taken on disk, or about so many of memory
 * @param lostCount readings lost since the probe started
 */
public record SpoolStatus(
        Mode mode,
        Optional<String> why,
        long depth,
        Optional<Instant> oldestAt,
        double usedPercent,
        long bytes,
        long lostCount) {
    /** Where readings are kept. */
    public enum Mode {
        DISK,
        MEMORY
    }
}
