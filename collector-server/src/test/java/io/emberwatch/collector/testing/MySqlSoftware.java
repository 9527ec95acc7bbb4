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
    private static final Path SYSTEM_LIBRARIES = Path.of("/usr/lib/x86_64-linux-gnu");

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
        linkRenamedLibrary(Files.createDirectory(compatibleLibraries(unfinished)));
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        return target;
    }

    private static Path compatibleLibraries(Path baseDir) {
        return baseDir.resolve("compatible-lib");
    }

    /** Debian 13 gave libaio a new name, for the sake of 32-bit processors; on this one it is the same library. */
    private static void linkRenamedLibrary(Path folder) throws IOException {
        Path renamed = SYSTEM_LIBRARIES.resolve("libaio.so.1t64");
        if (Files.exists(renamed) && Files.notExists(SYSTEM_LIBRARIES.resolve("libaio.so.1"))) {
            Files.createSymbolicLink(folder.resolve("libaio.so.1"), renamed);
        }
    }

    @Override
    public void initialise(Path baseDir, Path dataDir, Path tempDir, Path log, List<String> options)
            throws IOException {
        List<String> command = new ArrayList<>(command(baseDir, dataDir, tempDir));
        command.add("--initialize-insecure");
        command.add("--innodb-log-file-size=16M");
        command.add("--user=" + System.getProperty("user.name"));
        command.addAll(options);
        Process server = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (exitCodeOf(server) != 0) {
            String words = Files.readString(log);
            throw new IOException(
                    words.contains("error while loading shared libraries")
                            ? "the tests' MySQL lacks a library, which .ci/verify would install: " + words.strip()
                            : "MySQL did not initialise " + dataDir + ": " + words);
        }
    }

    @Override
    public List<String> command(Path baseDir, Path dataDir, Path tempDir) {
        return List.of(
                "/usr/bin/env",
                "LD_LIBRARY_PATH=" + compatibleLibraries(baseDir),
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
