package io.emberwatch.collector.store.embedded;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of the unpacked MariaDB server. Stateless. */
final class MariaDbCommand {
    private MariaDbCommand() {}

    /**
     * What every start of the server has in common; more options may follow.
     *
     * @param tempDir folder for its temporary tables, and for nothing else: a starting server deletes all such tables
     *     that it finds there, also those of another server that is using them
     */
    static List<String> base(Path baseDir, Path dataDir, Path tempDir) {
        List<String> command = new ArrayList<>();
        command.add(baseDir.resolve("bin/mariadbd").toString());
        // First by rule: settings of a MariaDB that the host has of its own must not leak in.
        command.add("--no-defaults");
        command.add("--basedir=" + baseDir);
        command.add("--datadir=" + dataDir);
        command.add("--tmpdir=" + tempDir);
        command.add("--lc-messages-dir=" + baseDir.resolve("share"));
        if (System.getProperty("user.name").equals("root")) {
            // The server refuses to run as root unless told so by name.
            command.add("--user=root");
        }
        return command;
    }

    /**
     * The process to be, without the collector's own variables: one of them may hold a password that is none of its
     * business.
     *
     * @param log file that the server's words go to
     */
    static ProcessBuilder process(List<String> command, Path log) {
        ProcessBuilder process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        process.environment().keySet().removeIf(name -> name.startsWith("EMBERWATCH_"));
        return process;
    }
}
