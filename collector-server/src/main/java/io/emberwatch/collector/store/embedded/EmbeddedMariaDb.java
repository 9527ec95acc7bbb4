package io.emberwatch.collector.store.embedded;

import io.emberwatch.collector.store.Database.DatabaseSettings;
import io.emberwatch.collector.store.rights.DatabaseRole;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;

/**
 * A real MariaDB in the collector's data directory, on loopback only and with passwords: what {@code database.url =
 * embedded} means. Several processes may use it at once, such as {@code serve} and a command beside it: the first one
 * starts the server, the last one to {@link #close()} stops it. If all of them are killed the server goes on, and the
 * next one takes it over.
 *
 * <pre>
 * embedded.properties  port and passwords (only the owner can read it)
 * embedded.log         what the server says
 * mariadb-11.4.5/      the server, unpacked; may be deleted while it is stopped
 * database/            the data
 * tmp/                 its temporary tables; may be deleted while it is stopped
 * </pre>
 *
 * Thread-safe.
 */
public final class EmbeddedMariaDb implements AutoCloseable {
    /** A crashed server first replays its log, a large one for minutes. */
    private static final Duration START_TIMEOUT = Duration.ofMinutes(10);

    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
    private static final int MOST_PORTS = 3;
    private static final int DEFAULT_BUFFER_POOL_MIB = 128;

    private final Path home;
    private final int bufferPoolMib;
    private final MariaDbServer server;
    private final EmbeddedUsers users;
    private EmbeddedAccess access;
    private Path entry;

    private EmbeddedMariaDb(Path home, int bufferPoolMib) {
        this.home = home;
        this.bufferPoolMib = bufferPoolMib;
        this.server = new MariaDbServer(home.resolve("database"), home.resolve("tmp"), home.resolve("embedded.log"));
        this.users = new EmbeddedUsers(home);
    }

    /** Like {@link #startOrConnect(Path, int)} with 128 MiB. */
    public static EmbeddedMariaDb startOrConnect(Path dataDir) throws IOException, InterruptedException {
        return startOrConnect(dataDir, DEFAULT_BUFFER_POOL_MIB);
    }

    /**
     * Connects to the server that runs from {@code dataDir}, or else starts it; the first time of all it is unpacked
     * and its data directory made, which takes some seconds. Waits while another process does the same.
     *
     * @param bufferPoolMib memory for caching data, MiB, 8 or more; has no effect on a server that runs already
     * @throws EmbeddedDatabaseException if it cannot be used; the message names the path and the reason
     */
    public static EmbeddedMariaDb startOrConnect(Path dataDir, int bufferPoolMib)
            throws IOException, InterruptedException {
        try {
            Files.createDirectories(dataDir);
            requireOwn(dataDir, System.getProperty("user.name"));
            // Compared with what the server says of itself, so without links and dots.
            EmbeddedMariaDb database = new EmbeddedMariaDb(dataDir.toRealPath(), bufferPoolMib);
            EmbeddedUsers.exclusively(database.home, database::open);
            return database;
        } catch (FileSystemException e) {
            throw new EmbeddedDatabaseException(
                    "cannot use " + dataDir + " as the data directory of the embedded database: "
                            + e.getClass().getSimpleName() + ": " + e.getMessage(),
                    e);
        }
    }

    /** Root may write anywhere, but the files it leaves would lock out the service. */
    static void requireOwn(Path dataDir, String user) throws IOException {
        String owner = Files.getOwner(dataDir).getName();
        if (!owner.equals(user)) {
            throw new EmbeddedDatabaseException(dataDir + " belongs to " + owner + ", but this runs as " + user
                    + ": run it as " + owner + " (runuser -u " + owner + " -- emberwatch-collector ...)");
        }
    }

    /** How to reach it as one of its users. */
    public DatabaseSettings settings(DatabaseRole role) {
        return access.settings(role);
    }

    /**
     * Stops the server if nobody else uses it, and waits until it has ended. May be called again.
     *
     * @throws EmbeddedDatabaseException if the server does not end within two minutes
     */
    @Override
    public void close() throws IOException {
        try {
            EmbeddedUsers.exclusively(home, this::leave);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private EmbeddedMariaDb open() throws IOException, InterruptedException {
        access = EmbeddedAccess.loadOrCreate(home);
        if (!hasOurUsers() || (!access.answersFrom(server.databaseDir()) && !isComingUp())) {
            stopIfRunning();
            start();
        }
        entry = users.enter();
        return this;
    }

    /** A server that another version has started lets in other users, and they may do other things. */
    private boolean hasOurUsers() throws IOException {
        Path file = usersFile();
        return Files.exists(file) && Files.readString(file).equals(access.initSql());
    }

    private Path usersFile() {
        return home.resolve("users.sql");
    }

    /** A server left behind by a killed collector may still be starting or stopping. */
    private boolean isComingUp() throws IOException, InterruptedException {
        Optional<ProcessHandle> found = server.running();
        // It goes by what it was started with, which may not be what is in the file now.
        return found.isPresent() && awaitAnswer(found.get(), Duration.ofSeconds(10));
    }

    private void stopIfRunning() throws IOException, InterruptedException {
        Optional<ProcessHandle> found = server.running();
        if (found.isPresent()) {
            stop(found.get());
        }
    }

    private void start() throws IOException, InterruptedException {
        Path baseDir = MariaDbDistribution.unpackInto(home);
        if (!Files.isDirectory(server.databaseDir())) {
            createDatabase(baseDir);
        }
        ProcessHandle process = startOnFreePort(baseDir);
        for (int tries = 1; !awaitAnswer(process, START_TIMEOUT); tries++) {
            boolean hasEnded = !process.isAlive();
            process.destroy();
            // Between our look at the port and the server's own, somebody else may have taken it.
            boolean isPortTaken = hasEnded && !EmbeddedAccess.isPortFree(access.port());
            if (!isPortTaken || tries == MOST_PORTS) {
                throw new EmbeddedDatabaseException("the embedded database in " + home + " does not start; the end of "
                        + server.log() + ":\n" + server.lastWords());
            }
            process = startOnFreePort(baseDir);
        }
    }

    private ProcessHandle startOnFreePort(Path baseDir) throws IOException {
        if (!EmbeddedAccess.isPortFree(access.port())) {
            access = access.withPort(EmbeddedAccess.choosePort());
            access.store(home);
        }
        PrivateFiles.write(usersFile(), access.initSql());
        return server.start(baseDir, usersFile(), access.port(), bufferPoolMib);
    }

    /** An interrupted attempt leaves nothing that looks like a database. */
    private void createDatabase(Path baseDir) throws IOException, InterruptedException {
        Path fresh = home.resolve("database.new");
        PrivateFiles.deleteFolderIfExists(fresh);
        PrivateFiles.createFolder(fresh);
        server.makeTempDir();
        new MariaDbServer(fresh, server.tempDir(), server.log()).createDatabase(baseDir);
        Files.move(fresh, server.databaseDir(), StandardCopyOption.ATOMIC_MOVE);
    }

    private boolean awaitAnswer(ProcessHandle process, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        do {
            if (access.answersFrom(server.databaseDir())) {
                return true;
            }
            Thread.sleep(POLL_INTERVAL.toMillis());
        } while (process.isAlive() && System.nanoTime() - deadline < 0);
        return false;
    }

    private Boolean leave() throws IOException, InterruptedException {
        if (entry == null) {
            return false;
        }
        boolean last = users.leave(entry);
        entry = null;
        Optional<ProcessHandle> running = last ? server.running() : Optional.empty();
        if (running.isPresent()) {
            stop(running.get());
        }
        return last;
    }

    private void stop(ProcessHandle process) throws EmbeddedDatabaseException, InterruptedException {
        if (!MariaDbServer.stop(process, STOP_TIMEOUT)) {
            throw new EmbeddedDatabaseException("the embedded database in " + home + " (process " + process.pid()
                    + ") does not stop; see " + server.log());
        }
    }
}
