package io.emberwatch.collector.testing;

import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.store.Database.DatabaseSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code emberwatch-collector serve} from the self-contained folder, as a process of its own that can be killed and
 * started again on the same port. Ended when the test ends.
 */
public final class CollectorProcess implements AutoCloseable {
    private static final Path COMMAND = Path.of("target", "emberwatch-collector", "bin", "emberwatch-collector")
            .toAbsolutePath();
    private static final String MAIL_URL = "--mail-url=";
    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

    private final ProcessBuilder command;
    private final ReservedPort port = new ReservedPort();
    private final InetSocketAddress address;
    private Process process;
    private Instant launchedAt = Instant.EPOCH;

    /**
     * Prepares the process; {@link #start()} starts it.
     *
     * @param folder for its password file, its log and its mails
     * @param more further options; mails go into files unless one of them says otherwise
     */
    public CollectorProcess(DatabaseSettings database, Path folder, String... more) throws IOException {
        Path password = Files.writeString(folder.resolve("password"), database.password());
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port.number());
        command = new ProcessBuilder(
                        COMMAND.toString(),
                        "serve",
                        "--listen=127.0.0.1:" + address.getPort(),
                        "--database-url=" + database.jdbcUrl(),
                        "--database-user=" + database.user(),
                        "--database-password-file=" + password)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("collector.log").toFile()));
        command.command().addAll(List.of(more));
        if (Stream.of(more).noneMatch(option -> option.startsWith(MAIL_URL))) {
            command.command().add(MAIL_URL + "file:" + folder.resolve("mail"));
        }
        command.environment().put("JAVA_HOME", System.getProperty("java.home"));
    }

    /** Options for its Java, such as the size of its heap; before it is started. */
    public CollectorProcess withJavaOptions(String options) {
        command.environment().put("EMBERWATCH_COLLECTOR_OPTS", options);
        return this;
    }

    /** Of the process that runs. */
    public long pid() {
        return process.pid();
    }

    public InetSocketAddress address() {
        return address;
    }

    /** Starts it, and does not wait. */
    public void launch() throws IOException {
        launchedAt = Instant.now();
        process = command.start();
    }

    /** When the life began that it is in, or was in last. */
    public Instant launchedAt() {
        return launchedAt;
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Starts it and waits until it listens. */
    public void start() throws IOException {
        launch();
        await().atMost(START_TIMEOUT).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("the collector ended with " + process.exitValue());
            }
            return listens();
        });
    }

    /** SIGKILL: it can do nothing more. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM; waits for the end and returns the exit status. */
    public int stop() throws InterruptedException {
        terminate();
        return process.waitFor();
    }

    /** SIGTERM, and does not wait. */
    public void terminate() {
        process.destroy();
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
        port.close();
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(address, 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
