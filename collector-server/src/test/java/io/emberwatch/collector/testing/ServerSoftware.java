package io.emberwatch.collector.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What differs between the servers: how each is unpacked, initialised and called. */
interface ServerSoftware {
    /** Unpacks it below {@code folder}, or finds it there; returns its base directory. */
    Path unpackInto(Path folder) throws IOException;

    /**
     * Makes a new data directory.
     *
     * @param tempDir existing folder for temporary tables, of this server alone
     * @param options that the server must have from the first, if it knows such
     */
    void initialise(Path baseDir, Path dataDir, Path tempDir, Path log, List<String> options) throws IOException;

    /** The command that starts it on a data directory; options may follow. */
    List<String> command(Path baseDir, Path dataDir, Path tempDir);
}
