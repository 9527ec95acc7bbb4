package io.emberwatch.collector.ingest;

import io.emberwatch.collector.store.MachineLimits;
import java.time.Instant;

/** What the writers need to know of the registry: a few seconds old at most. Thread-safe. */
public interface FleetView {
    MachineLimits limits(int machineId);

    /** Whether mails of this machine are held back at this time. */
    boolean silenced(int machineId, Instant now);
}
