package io.emberwatch.probe.status;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers whoever connects with one document and closes. Runs in a thread of its own, {@code status}, and holds up
 * nobody else.
 *
 * <p>Connections are answered one after the other, and none can hold up the next: nothing is read, and what the system
 * does not take at once is not sent. The document is far smaller than a socket's buffer.
 */
public final class StatusServer implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusServer.class);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final StatusSocket socket;
    private final Supplier<String> document;

    private StatusServer(StatusSocket socket, Supplier<String> document) {
        this.socket = socket;
        this.document = document;
    }

    /**
     * Makes the socket; if that is not possible, one warning says what to do.
     *
     * @param document what is so now; must be cheap and never block
     */
    public static Optional<StatusServer> open(Path file, Supplier<String> document) {
        try {
            return Optional.of(new StatusServer(StatusSocket.open(file), document));
        } catch (IOException | RuntimeException e) {
            LOG.warn(
                    "emberwatch-probe status will not find this probe, which runs on: no socket at {}: {}; or set status.socket"
                            + " to another file, or to off",
                    file,
                    StatusProblem.describe(e));
            return Optional.empty();
        }
    }

    @Override
    public void run() {
        while (true) {
            try {
                answer(socket.accept());
            } catch (ClosedChannelException e) {
                LOG.debug("status socket closed");
                return;
            } catch (IOException e) {
                // Out of files, most likely, which passes.
                LOG.debug("nobody can ask for the status now: {}", e.toString());
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    /** Ends {@link #run()}; from any thread. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("status socket: {}", e.toString());
        }
    }

    private void answer(SocketChannel connection) {
        try (connection) {
            connection.configureBlocking(false);
            connection.write(ByteBuffer.wrap((document.get() + "\n").getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            // Gone already.
            LOG.debug("status: {}", e.toString());
        } catch (RuntimeException e) {
            LOG.error("status cannot be written", e);
        }
    }
}
