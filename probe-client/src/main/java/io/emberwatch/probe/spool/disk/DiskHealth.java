package io.emberwatch.probe.spool.disk;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the disk takes readings, and the one log line for each change of that. Guarded by {@link SpoolThread}. */
final class DiskHealth {
    private static final Logger LOG = LoggerFactory.getLogger(DiskHealth.class);

    private final Path directory;
    private final Clock clock;
    private Optional<String> trouble = Optional.empty();
    private Instant since;

    DiskHealth(Path directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
        this.since = clock.instant();
    }

    boolean isBad() {
        return trouble.isPresent();
    }

    /** Why it is bad, and since when. */
    Optional<String> why() {
        return trouble.map(reason -> reason + ", since " + since.truncatedTo(ChronoUnit.SECONDS));
    }

    /** What is bad already does not get worse. */
    void degrade(String reason) {
        if (trouble.isPresent()) {
            return;
        }
        trouble = Optional.of(reason);
        since = clock.instant();
        LOG.warn(
                "the spool in {} cannot be used: {}; readings are kept in memory, and are lost if the probe ends, until it"
                        + " works again; look at the disk, its room and the directory's owner",
                directory,
                reason);
    }

    void recover() {
        if (trouble.isPresent()) {
            trouble = Optional.empty();
            since = clock.instant();
            LOG.info("the spool in {} works again; all readings are in it", directory);
        }
    }

    /** For people. */
    static String describe(Exception e) {
        if (e instanceof AccessDeniedException denied) {
            return "permission denied: " + denied.getFile();
        }
        if (e instanceof NoSuchFileException missing) {
            return "missing: " + missing.getFile();
        }
        return e instanceof IOException ? String.valueOf(e.getMessage()) : "error of Emberwatch itself, " + e;
    }
}
