package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.spool.Spool;
import io.emberwatch.probe.spool.SpoolLimits;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;

/** Spools for tests, and what tests must know of their bounds. */
public final class TestSpools {
    /** So many losses are remembered one by one. */
    public static final int MAX_LOSSES = Losses.MAX_LOSSES;

    /** More than a disk that has other work too ever needs. */
    static final Duration LONG = Duration.ofMinutes(1);

    private TestSpools() {}

    /** One that waits for a slow disk instead of going on in memory. */
    public static DiskSpool withLongTimeouts(Path directory, SpoolLimits limits, Duration sync, UUID kernelBootId)
            throws Spool.InUseException {
        return DiskSpool.open(
                new DirectoryFiles(directory),
                directory,
                limits,
                sync,
                Clock.systemUTC(),
                kernelBootId,
                new SpoolThread.Timeouts(LONG, () -> LONG, LONG));
    }
}
