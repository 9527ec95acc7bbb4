package io.emberwatch.collector.store.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a new MariaDB data directory: what {@code mariadb-install-db} does, without its shell script and the help
 * texts. Security is on: root comes in by unix socket only, and there is neither an anonymous user nor a test schema.
 */
public final class MariaDbBootstrap {
    private static final List<String> SYSTEM_TABLES = List.of(
            "mariadb_system_tables.sql",
            "mariadb_performance_tables.sql",
            "mariadb_system_tables_data.sql",
            "maria_add_gis_sp_bootstrap.sql",
            "mariadb_sys_schema.sql");

    private MariaDbBootstrap() {}

    /**
     * Fills an empty or missing data directory.
     *
     * @param baseDir where the server was unpacked
     * @param tempDir existing folder that no other server uses
     * @param log file that the server's words go to
     * @throws EmbeddedDatabaseException if the server refuses; the message names the log
     */
    public static void create(Path baseDir, Path dataDir, Path tempDir, Path log)
            throws IOException, InterruptedException {
        Files.createDirectories(dataDir);
        List<String> command = new ArrayList<>(MariaDbCommand.base(baseDir, dataDir, tempDir));
        // The system tables' script has statements longer than the usual limits, and engines of its own choice.
        command.addAll(List.of("--bootstrap", "--max_allowed_packet=8M", "--net_buffer_length=16K"));
        command.addAll(List.of("--log-warnings=0", "--enforce-storage-engine=", "--innodb-log-file-size=16M"));
        Process server = MariaDbCommand.process(command, log).start();
        IOException refused = feed(server, baseDir.resolve("share"));
        int exit = server.waitFor();
        if (exit != 0 || refused != null) {
            throw new EmbeddedDatabaseException(
                    "cannot create the embedded database in " + dataDir + " (exit code " + exit + "): see " + log,
                    refused);
        }
    }

    /** Returns rather than throws a broken pipe: the exit code and the log tell more. */
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
}
