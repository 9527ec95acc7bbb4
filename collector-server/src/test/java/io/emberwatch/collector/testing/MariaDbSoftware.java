package io.emberwatch.collector.testing;

import io.emberwatch.collector.store.embedded.MariaDbDistribution;
import io.emberwatch.collector.store.embedded.MariaDbServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** MariaDB, from the same jar and by the same code as the embedded database. */
final class MariaDbSoftware implements ServerSoftware {
    @Override
    public Path unpackInto(Path folder) throws IOException {
        return MariaDbDistribution.unpackInto(folder);
    }

    @Override
    public void initialise(Path baseDir, Path dataDir, Path tempDir, Path log, List<String> options)
            throws IOException {
        try {
            new MariaDbServer(dataDir, tempDir, log).createDatabase(baseDir);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while MariaDB was initialised", e);
        }
    }

    @Override
    public List<String> command(Path baseDir, Path dataDir, Path tempDir) {
        return List.of(
                baseDir.resolve("bin/mariadbd").toString(),
                "--no-defaults",
                "--basedir=" + baseDir,
                "--datadir=" + dataDir,
                "--tmpdir=" + tempDir,
                "--lc-messages-dir=" + baseDir.resolve("share"),
                // Else it makes itself an RSA key at each start, which takes up to 15 s.
                "--skip-ssl",
                // Safe against a killed server, and its GRANTs and tables would wait for the disk most of the time.
                "--debug-no-sync");
    }
}
