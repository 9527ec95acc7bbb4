package io.emberwatch.collector.ingest;

import java.time.Instant;
import java.util.Optional;

/** Which machines are connected to this collector. Thread-safe. */
@FunctionalInterface
public interface Presence {
    /** When the machine was last heard of, by the collector's clock; empty if it is not connected here. */
    Optional<Instant> lastHeardAt(int machineId);
}
