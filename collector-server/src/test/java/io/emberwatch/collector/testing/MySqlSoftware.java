package io.emberwatch.collector.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** MySQL 8.0.15: old, and so a good measure of what may be asked of "MySQL 8.0 and later". */
final class MySqlSoftware implements ServerSoftware {
    private static final String ARCHIVE = "/mysql-Linux-amd64.tar.gz";

    @Override
    public Path unpackInto(Path folder) throws IOException {
        Path target = folder.resolve("mysql-8.0.15");
        if (Files.isDirectory(target)) {
            return target;
        }
        Path unfinished = Files.createTempDirectory(folder, "unpacking-");
        Process tar = new ProcessBuilder("tar", "xzf", "-", "--no-same-owner", "-C", unfinished.toString())
                .inheritIO()
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .start();
        try (InputStream archive = Objects.requireNonNull(MySqlSoftware.class.getResourceAsStream(ARCHIVE));
                OutputStream toTar = tar.getOutputStream()) {
            archive.transferTo(toTar);
        }
        if (exitCodeOf(tar) != 0) {
            throw new IOException("cannot unpack MySQL into " + unfinished);
        }
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        return target;
    }

    @Override
    public void initialise(Path baseDir, Path dataDir, Path tempDir, Path log) throws IOException {
        List<String> command = new ArrayList<>(command(baseDir, dataDir, tempDir));
        command.add("--initialize-insecure");
        command.add("--innodb-log-file-size=16M");
        command.add("--user=" + System.getProperty("user.name"));
        Process server = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (exitCodeOf(server) != 0) {
            String words = Files.readString(log);
            throw new IOException(
                    words.contains("error while loading shared libraries")
                            ? "the tests' MySQL lacks a library: apt-get install libaio1 libnuma1 (" + words.strip()
                                    + ")"
                            : "MySQL did not initialise " + dataDir + ": " + words);
        }
    }

    @Override
    public List<String> command(Path baseDir, Path dataDir, Path tempDir) {
        return List.of(
                baseDir.resolve("bin/mysqld").toString(),
                "--no-defaults",
                "--basedir=" + baseDir,
                "--datadir=" + dataDir,
                "--tmpdir=" + tempDir,
                "--lc-messages-dir=" + baseDir.resolve("share"),
                "--mysqlx=OFF");
    }

    private static int exitCodeOf(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
