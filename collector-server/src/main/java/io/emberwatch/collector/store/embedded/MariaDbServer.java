package io.emberwatch.collector.store.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The process of the embedded server on one data directory: start it, find it again, stop it. It outlives the
 * collector's process if that is killed. To be called under {@link EmbeddedLock}.
 *
 * @param databaseDir MariaDB's own data directory
 * @param tempDir folder for its temporary tables; made anew at each start
 * @param log file that the server's words go to
 */
record MariaDbServer(Path databaseDir, Path tempDir, Path log) {
    private static final String PID_FILE = "mariadb.pid";
    private static final String SQL_MODE =
            "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION";
    private static final int LOG_LINES_SHOWN = 5;

    ProcessHandle start(Path baseDir, Path initFile, int port, int bufferPoolMib) throws IOException {
        makeTempDir();
        List<String> command = MariaDbCommand.base(baseDir, databaseDir, tempDir);
        command.add("--init-file=" + initFile);
        command.add("--bind-address=127.0.0.1");
        command.add("--port=" + port);
        // Relative to the data directory: a long path would not fit a socket's name.
        command.add("--socket=mariadb.sock");
        command.add("--pid-file=" + PID_FILE);
        // Else it makes itself an RSA key at each start, for up to 15 s; loopback needs no TLS.
        command.add("--skip-ssl");
        command.add("--skip-name-resolve");
        command.add("--skip-log-bin");
        command.add("--local-infile=0");
        command.add("--max-connections=100");
        command.add("--character-set-server=utf8mb4");
        command.add("--collation-server=utf8mb4_unicode_ci");
        command.add("--sql-mode=" + SQL_MODE);
        command.add("--innodb-flush-log-at-trx-commit=1");
        command.add("--innodb-buffer-pool-size=" + bufferPoolMib + "M");
        return MariaDbCommand.process(command, log).start().toHandle();
    }

    /** Empties it, too: what a killed server left there can be gigabytes. */
    void makeTempDir() throws IOException {
        Folders.deleteIfExists(tempDir);
        PrivateFiles.createFolder(tempDir);
    }

    /** The server's process, if one runs on this data directory, whoever started it. */
    Optional<ProcessHandle> running() throws IOException {
        Path pidFile = databaseDir.resolve(PID_FILE);
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        String pid = Files.readString(pidFile).strip();
        return pid.isEmpty()
                ? Optional.empty()
                : ProcessHandle.of(Long.parseLong(pid)).filter(this::isOurs);
    }

    /** Asks the server to stop and waits; true if it has ended in time. */
    static boolean stop(ProcessHandle server, Duration patience) throws InterruptedException {
        server.destroy();
        try {
            server.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The last lines that the server wrote, for an error's message. */
    String lastWords() {
        try {
            List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** The pid in the file of a killed server may belong to any process by now. */
    private boolean isOurs(ProcessHandle process) {
        return process.info()
                .arguments()
                .map(arguments -> Arrays.asList(arguments).contains("--datadir=" + databaseDir))
                .orElse(false);
    }
}
