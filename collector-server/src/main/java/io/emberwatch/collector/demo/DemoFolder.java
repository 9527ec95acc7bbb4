package io.emberwatch.collector.demo;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Where a demo keeps everything, while it has the folder to itself.
 *
 * <pre>
 * demo.lock    held by the running demo, and free as soon as its process is gone
 * mail/        one .eml file a mail
 * probe.conf   with the machine's key, while the probe runs
 * probe.log    what the probe says
 * probe-spool/ what the probe has not delivered yet
 * …            the embedded database
 * </pre>
 */
public final class DemoFolder implements AutoCloseable {
    private final Path path;
    private final FileChannel lock;

    private DemoFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Takes the folder, which need not exist yet.
     *
     * @throws DemoFailed if another demo has it, or it cannot be written
     */
    public static DemoFolder take(Path path) {
        try {
            Files.createDirectories(path);
            FileChannel lock =
                    FileChannel.open(path.resolve("demo.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isTaken(lock)) {
                return new DemoFolder(path.toRealPath(), lock);
            }
            lock.close();
        } catch (IOException e) {
            throw new DemoFailed("cannot use " + path + " for the demo: " + e + "; give another with --data-dir", e);
        }
        throw new DemoFailed(
                "a demo is running in " + path + " already: stop it first, or give another folder with --data-dir");
    }

    public Path path() {
        return path;
    }

    public Path mails() {
        return path.resolve("mail");
    }

    Path probeConf() {
        return path.resolve("probe.conf");
    }

    Path probeSpool() {
        return path.resolve("probe-spool");
    }

    Path probeLog() {
        return path.resolve("probe.log");
    }

    /** The client for SQL that comes with the embedded database, which the first start unpacks. */
    public Optional<Path> sqlClient() throws IOException {
        try (DirectoryStream<Path> versions = Files.newDirectoryStream(path, "mariadb-*")) {
            for (Path version : versions) {
                Path client = version.resolve("bin").resolve("mariadb");
                if (Files.isExecutable(client)) {
                    return Optional.of(client);
                }
            }
        }
        return Optional.empty();
    }

    /** The file of a delivered mail; empty if somebody has taken it away. */
    Optional<Path> findMail(String messageId) {
        try (DirectoryStream<Path> mails = Files.newDirectoryStream(mails(), "*.eml")) {
            for (Path mail : mails) {
                if (messageId.equals(messageId(mail))) {
                    return Optional.of(mail);
                }
            }
        } catch (IOException | MessagingException e) {
            // The mail is there all the same: not finding its file is no reason to end the demo.
            return Optional.empty();
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new DemoFailed("cannot leave " + path + ": " + e, e);
        }
    }

    private static boolean isTaken(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() == null;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }

    private static String messageId(Path mail) throws IOException, MessagingException {
        try (InputStream content = Files.newInputStream(mail)) {
            return new InternetHeaders(content).getHeader("Message-ID", null);
        }
    }
}
