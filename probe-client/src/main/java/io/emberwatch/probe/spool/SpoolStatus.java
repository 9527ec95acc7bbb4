package io.emberwatch.probe.spool;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * How the spool is.
 *
 * @param trouble why it lives in memory; empty while its disk works
 * @param since when it became so
 * @param diskBytes that it takes, of the {@code maxBytes} allowed
 * @param depth readings that the collector has not stored
 * @param inMemoryOnly readings that are not on disk
 * @param oldestTakenAt of the readings that the collector has not stored, about; empty if there are none
 * @param lost readings known to be lost and not known to the collector when the process started, or lost since
 * @param lastForce how long the disk took last to confirm what was written
 */
public record SpoolStatus(
        Optional<String> trouble,
        Instant since,
        long diskBytes,
        long maxBytes,
        long depth,
        long inMemoryOnly,
        Optional<Instant> oldestTakenAt,
        long lost,
        Duration lastForce,
        UUID bootId) {
    /** {@code disk}, or {@code memory} while that cannot be used. */
    public String mode() {
        return trouble.isPresent() ? "memory" : "disk";
    }
}
