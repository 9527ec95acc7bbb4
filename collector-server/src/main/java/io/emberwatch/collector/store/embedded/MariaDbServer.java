package io.emberwatch.collector.store.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The process of the embedded server on one data directory: start it, find it again, stop it. It outlives the
 * collector's process if that is killed. To be called within {@link EmbeddedUsers#exclusively}.
 *
 * @param databaseDir MariaDB's own data directory
 * @param tempDir folder for its temporary tables, and for nothing else: a starting server deletes all such tables that
 *     it finds there, also those of another server that is using them. Made anew at each start
 * @param log file that the server's words go to
 */
public record MariaDbServer(Path databaseDir, Path tempDir, Path log) {
    private static final String PID_FILE = "mariadb.pid";
    private static final String SQL_MODE =
            "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION";
    private static final int LOG_LINES_SHOWN = 5;
    private static final int MAX_WORDS_BYTES = 8 * 1024;
    private static final List<String> SYSTEM_TABLES = List.of(
            "mariadb_system_tables.sql",
            "mariadb_performance_tables.sql",
            "mariadb_system_tables_data.sql",
            "maria_add_gis_sp_bootstrap.sql",
            "mariadb_sys_schema.sql");

    /**
     * Fills the empty or missing data directory: what {@code mariadb-install-db} does, without its shell script and the
     * help texts. Security is on: root comes in by unix socket only, and there is neither an anonymous user nor a test
     * schema. {@link #tempDir} must exist.
     *
     * @param baseDir where the server was unpacked
     * @throws EmbeddedDatabaseException if the server refuses; the message names the log
     */
    public void createDatabase(Path baseDir) throws IOException, InterruptedException {
        Files.createDirectories(databaseDir);
        List<String> command = baseCommand(baseDir);
        // The system tables' script has statements longer than the usual limits, and engines of its own choice.
        command.addAll(List.of("--bootstrap", "--max_allowed_packet=8M", "--net_buffer_length=16K"));
        command.addAll(List.of("--log-warnings=0", "--enforce-storage-engine=", "--innodb-log-file-size=16M"));
        Process server = process(command).start();
        IOException refused = feed(server, baseDir.resolve("share"));
        int exit = server.waitFor();
        if (exit != 0 || refused != null) {
            throw new EmbeddedDatabaseException(
                    "cannot create the embedded database in " + databaseDir + " (exit code " + exit + "): see " + log,
                    refused);
        }
    }

    /** Returns rather than throws a broken pipe: the exit code and the log say more. */
    private static IOException feed(Process server, Path scripts) {
        try (OutputStream sql = server.getOutputStream()) {
            // One statement a line: that is how the bootstrap mode reads.
            sql.write("create database mysql;\nuse mysql;\nSET @auth_root_socket='root';\n"
                    .getBytes(StandardCharsets.UTF_8));
            for (String script : SYSTEM_TABLES) {
                Files.copy(scripts.resolve(script), sql);
            }
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    ProcessHandle start(Path baseDir, Path initFile, int port, int bufferPoolMib) throws IOException {
        makeTempDir();
        List<String> command = baseCommand(baseDir);
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
        return process(command).start().toHandle();
    }

    /** Empties it, too: what a killed server left there can be gigabytes. */
    void makeTempDir() throws IOException {
        PrivateFiles.deleteFolderIfExists(tempDir);
        PrivateFiles.createFolder(tempDir);
    }

    /**
     * The server's process, if one runs on this data directory, whoever started it. One that is still replaying its log
     * has no file yet that says its pid.
     */
    Optional<ProcessHandle> running() throws IOException {
        Path pidFile = databaseDir.resolve(PID_FILE);
        String pid = Files.exists(pidFile) ? Files.readString(pidFile).strip() : "";
        Optional<ProcessHandle> named = pid.isEmpty()
                ? Optional.empty()
                : ProcessHandle.of(Long.parseLong(pid)).filter(this::isOurs);
        return named.isPresent()
                ? named
                : ProcessHandle.allProcesses().filter(this::isOurs).findFirst();
    }

    /** Asks the server to stop and waits; true if it has ended in time. */
    static boolean stop(ProcessHandle server, Duration timeout) throws InterruptedException {
        server.destroy();
        try {
            server.onExit().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The last lines that the server wrote, for an error's message. */
    String lastWords() {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            byte[] end = new byte[(int) Math.min(file.length(), MAX_WORDS_BYTES)];
            file.seek(file.length() - end.length);
            file.readFully(end);
            List<String> lines = new String(end, StandardCharsets.UTF_8).lines().toList();
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

    /**
     * What every start of the server has in common; more options may follow.
     */
    private List<String> baseCommand(Path baseDir) {
        List<String> command = new ArrayList<>();
        command.add(baseDir.resolve("bin/mariadbd").toString());
        // First by rule: settings of a MariaDB that the host has of its own must not leak in.
        command.add("--no-defaults");
        command.add("--basedir=" + baseDir);
        command.add("--datadir=" + databaseDir);
        command.add("--tmpdir=" + tempDir);
        command.add("--lc-messages-dir=" + baseDir.resolve("share"));
        if (System.getProperty("user.name").equals("root")) {
            // The server refuses to run as root without this option.
            command.add("--user=root");
        }
        return command;
    }

    /**
     * The process to be, without the collector's own variables: one of them may hold a password that is none of its
     * business.
     */
    private ProcessBuilder process(List<String> command) {
        ProcessBuilder process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        process.environment().keySet().removeIf(name -> name.startsWith("EMBERWATCH_"));
        return process;
    }
}
