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
    private volatile ProcessHandle process;

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

    /** Where it is, for messages. */
    public String place() {
        return home.toString();
    }

    /** The file with what the server says. */
    public Path log() {
        return server.log();
    }

    /**
     * The end of {@link #log()} if the server has ended by itself; empty while it runs, while another process starts it
     * or stops it to start it anew, and after {@link #close()}.
     */
    public Optional<String> lastWordsIfEnded() throws IOException, InterruptedException {
        return process.isAlive() ? Optional.empty() : EmbeddedUsers.exclusively(home, this::lastWordsIfNoneRuns);
    }

    /**
     * Starts the server again after it has ended by itself, on the port that it had: others know it by that. Does
     * nothing if it runs, or after {@link #close()}.
     *
     * @throws EmbeddedDatabaseException if it does not start; the message says why
     */
    public void startAgain() throws IOException, InterruptedException {
        var unused = EmbeddedUsers.exclusively(home, () -> {
            if (lastWordsIfNoneRuns().isPresent()) {
                if (!EmbeddedAccess.isPortFree(access.port())) {
                    throw new EmbeddedDatabaseException("the embedded database in " + home + " does not start: port "
                            + access.port() + " of 127.0.0.1 is taken by another program; end that, or restart the"
                            + " collector, which then chooses another port");
                }
                start(1);
            }
            return entry;
        });
    }

    private Optional<String> lastWordsIfNoneRuns() throws IOException {
        if (entry == null) {
            return Optional.empty();
        }
        Optional<ProcessHandle> found = server.running();
        found.ifPresent(other -> process = other);
        return found.isPresent() ? Optional.empty() : Optional.of(server.lastWords());
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
            start(MOST_PORTS);
        }
        process = server.running()
                .orElseThrow(() -> new EmbeddedDatabaseException(
                        "the embedded database in " + home + " ended as soon as it ran; see " + server.log()));
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

    /** @param ports how many ports to try; only the one that it had last if it is 1 */
    private void start(int ports) throws IOException, InterruptedException {
        Path baseDir = MariaDbDistribution.unpackInto(home);
        if (!Files.isDirectory(server.databaseDir())) {
            createDatabase(baseDir);
        }
        process = start(baseDir, ports > 1);
        for (int tries = 1; !awaitAnswer(process, START_TIMEOUT); tries++) {
            boolean hasEnded = !process.isAlive();
            process.destroy();
            // Between our look at the port and the server's own, somebody else may have taken it.
            boolean isPortTaken = hasEnded && !EmbeddedAccess.isPortFree(access.port());
            if (!isPortTaken || tries == ports) {
                throw new EmbeddedDatabaseException("the embedded database in " + home + " does not start; the end of "
                        + server.log() + ":\n" + server.lastWords());
            }
            process = start(baseDir, true);
        }
    }

    private ProcessHandle start(Path baseDir, boolean onAnyPort) throws IOException {
        if (onAnyPort && !EmbeddedAccess.isPortFree(access.port())) {
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

    private boolean awaitAnswer(ProcessHandle candidate, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        do {
            if (access.answersFrom(server.databaseDir())) {
                return true;
            }
            Thread.sleep(POLL_INTERVAL.toMillis());
        } while (candidate.isAlive() && System.nanoTime() - deadline < 0);
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

    private void stop(ProcessHandle running) throws EmbeddedDatabaseException, InterruptedException {
        if (!MariaDbServer.stop(running, STOP_TIMEOUT)) {
            throw new EmbeddedDatabaseException("the embedded database in " + home + " (process " + running.pid()
                    + ") does not stop; see " + server.log());
        }
    }
}
