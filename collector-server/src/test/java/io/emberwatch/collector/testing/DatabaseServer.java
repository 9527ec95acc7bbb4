package io.emberwatch.collector.testing;

import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.store.Database.DatabaseSettings;
import io.emberwatch.collector.store.rights.DatabaseRole;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A database server with a data directory and a port of its own, which both stay the same while it is stopped and
 * started again. What was committed survives {@link #kill()}. Creating databases is thread-safe; stopping is not.
 */
public final class DatabaseServer implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
    private static final String USER = "test";
    private static final String PASSWORD = "test";
    private static final String OPTIONS = "?sslMode=DISABLED&allowPublicKeyRetrieval=true";

    /** Options that MySQL takes only for data that was made with them. */
    private static final List<String> FROM_THE_FIRST = List.of("--lower_case_table_names=1");

    /** For each software, once a first schema was migrated. */
    private static final Map<Class<?>, SchemaCopy> MIGRATED = new ConcurrentHashMap<>();

    private final Class<?> software;
    private final List<String> command;
    private final Path folder;
    private final ReservedPort port;
    private final AtomicInteger databases = new AtomicInteger();
    private ServerProcess process;

    private DatabaseServer(Class<?> software, List<String> command, Path folder, ReservedPort port) {
        this.software = software;
        this.command = command;
        this.folder = folder;
        this.port = port;
    }

    static DatabaseServer start(ServerSoftware software, String... options) throws IOException {
        Path folder = ServerFolders.create();
        Path temp = Files.createDirectory(folder.resolve("tmp"));
        Path baseDir = ServerFolders.alone(() -> prepare(software, folder, temp));
        List<String> fromTheFirst =
                Stream.of(options).filter(FROM_THE_FIRST::contains).toList();
        if (fromTheFirst.isEmpty()) {
            ServerFolders.copy(pristineOf(baseDir), folder.resolve("data"));
        } else {
            software.initialise(baseDir, folder.resolve("data"), temp, folder.resolve("initialise.log"), fromTheFirst);
        }
        ReservedPort port = new ReservedPort();
        DatabaseServer server = new DatabaseServer(
                software.getClass(),
                Stream.concat(
                                commandLine(
                                        software.command(baseDir, folder.resolve("data"), temp), folder, port.number())
                                        .stream(),
                                Stream.of(options))
                        .toList(),
                folder,
                port);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        server.start();
        return server;
    }

    /** The base directory of an unpacked MariaDB, for tests that start it themselves. */
    public static Path unpackedMariaDb() throws IOException {
        return ServerFolders.alone(() -> new MariaDbSoftware().unpackInto(ServerFolders.kept()));
    }

    /** Unpacks and initialises what the servers of a kind share, once. */
    private static Path prepare(ServerSoftware software, Path folder, Path temp) throws IOException {
        Path baseDir = software.unpackInto(ServerFolders.kept());
        Path pristine = pristineOf(baseDir);
        if (!Files.isDirectory(pristine)) {
            Path fresh = folder.resolve("fresh");
            software.initialise(baseDir, fresh, temp, folder.resolve("initialise.log"), List.of());
            // Two servers with one identity confuse themselves only in replication, but it costs nothing to avoid.
            Files.deleteIfExists(fresh.resolve("auto.cnf"));
            Files.move(fresh, pristine);
        }
        return baseDir;
    }

    private static Path pristineOf(Path baseDir) {
        return baseDir.resolveSibling(baseDir.getFileName() + "-data");
    }

    /** Starts it again after {@link #stop()} or {@link #kill()}, and waits until it answers. */
    public void start() {
        try {
            process = ServerProcess.start(command, folder.resolve("server.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await().atMost(START_TIMEOUT).pollInterval(Duration.ofMillis(50)).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("server ended: " + process.words());
            }
            return answers();
        });
    }

    /** Stops it in good order; open connections break. */
    public void stop() {
        process.stop();
    }

    /** Ends it as a crash does. */
    public void kill() {
        process.kill();
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    /** TCP port on 127.0.0.1. */
    public int port() {
        return port.number();
    }

    /** A fresh schema as all migrations leave it, with the rights of its users. */
    public TestDatabase createDatabase() {
        TestDatabase database = createEmptyDatabase();
        SchemaCopy copy = MIGRATED.get(software);
        if (copy == null) {
            database.migrate();
            MIGRATED.put(software, SchemaCopy.of(database));
        } else {
            copy.into(database);
        }
        database.grant(DatabaseRole.COLLECTOR);
        database.grant(DatabaseRole.READER);
        return database;
    }

    /** A fresh schema without tables. */
    public TestDatabase createEmptyDatabase() {
        return TestDatabase.create(this, "test_" + databases.incrementAndGet());
    }

    /** How to reach a schema as a user who may do everything. */
    public DatabaseSettings settings(String schema) {
        return new DatabaseSettings(
                "jdbc:mysql://127.0.0.1:" + port.number() + "/" + schema + OPTIONS, USER, PASSWORD, 10);
    }

    /** Ends it and deletes its data. */
    @Override
    public void close() {
        if (process != null) {
            process.kill();
        }
        port.close();
        try {
            if (Files.exists(folder)) {
                ServerFolders.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean answers() {
        DatabaseSettings settings = settings("");
        try (Connection connection =
                DriverManager.getConnection(settings.jdbcUrl(), settings.user(), settings.password())) {
            return connection.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    private static List<String> commandLine(List<String> software, Path folder, int port) throws IOException {
        Path users = folder.resolve("users.sql");
        Files.writeString(
                users,
                "CREATE USER IF NOT EXISTS '" + USER + "'@'%' IDENTIFIED BY '" + PASSWORD + "';\n"
                        + "GRANT ALL ON *.* TO '" + USER + "'@'%' WITH GRANT OPTION;\n");
        List<String> command = new ArrayList<>(software);
        command.add("--user=" + System.getProperty("user.name"));
        command.add("--init-file=" + users);
        command.add("--bind-address=127.0.0.1");
        command.add("--port=" + port);
        // Relative to the data directory: a long path of the working tree does not fit a socket's name.
        command.add("--socket=server.sock");
        command.add("--pid-file=server.pid");
        command.add("--skip-name-resolve");
        command.add("--innodb-buffer-pool-size=64M");
        command.add("--innodb-log-file-size=16M");
        // Safe against a killed server, though not against a power failure, and several times faster.
        command.add("--innodb-flush-log-at-trx-commit=2");
        command.add("--innodb-flush-method=nosync");
        command.add("--skip-log-bin");
        return List.copyOf(command);
    }
}
