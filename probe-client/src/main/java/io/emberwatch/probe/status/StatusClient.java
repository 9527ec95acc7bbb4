package io.emberwatch.probe.status;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** Asks the probe that runs on this machine, once. */
public final class StatusClient implements AutoCloseable {
    private static final int MAX_BYTES = 1 << 16;
    private static final long TRY_AGAIN_MILLIS = 20;

    private final Path socket;
    private final long deadlineNanos;
    private final Selector selector = Selector.open();

    private StatusClient(Path socket, Duration timeout) throws IOException {
        this.socket = socket;
        this.deadlineNanos = System.nanoTime() + timeout.toNanos();
    }

    /**
     * The probe's document.
     *
     * @param timeout for the whole answer
     * @throws StatusUnavailable that says why there is none, and what to do
     */
    public static String ask(Path socket, Duration timeout) throws StatusUnavailable {
        try (StatusClient client = new StatusClient(socket, timeout);
                SocketChannel channel = client.connect()) {
            channel.register(client.selector, SelectionKey.OP_READ);
            return client.readAll(channel).strip();
        } catch (IOException e) {
            throw StatusProblem.isPermission(e)
                    ? new StatusUnavailable(
                            "permission denied at " + socket + ": run this as root or as the probe's user")
                    : new StatusUnavailable("no probe answers at " + socket + ": is it running?");
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }

    private SocketChannel connect() throws IOException, StatusUnavailable {
        while (true) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.configureBlocking(false);
                if (channel.connect(UnixDomainSocketAddress.of(socket))) {
                    return channel;
                }
                channel.close();
            } catch (IOException e) {
                channel.close();
                if (!StatusProblem.isCrowd(e)) {
                    throw e;
                }
            }
            await(TRY_AGAIN_MILLIS);
        }
    }

    private String readAll(SocketChannel channel) throws IOException, StatusUnavailable {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteBuffer bytes = ByteBuffer.allocate(4096);
        int count = channel.read(bytes);
        while (count >= 0 && answer.size() <= MAX_BYTES) {
            answer.write(bytes.array(), 0, bytes.position());
            if (count == 0) {
                await(Long.MAX_VALUE);
            }
            bytes.clear();
            count = channel.read(bytes);
        }
        if (count >= 0) {
            throw new StatusUnavailable("what listens at " + socket + " does not answer as a probe does");
        }
        return answer.toString(StandardCharsets.UTF_8);
    }

    /** Waits for bytes, but no longer than the timeout. */
    private void await(long longestMillis) throws IOException, StatusUnavailable {
        long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
        if (leftMillis <= 0) {
            throw new StatusUnavailable("the probe at " + socket + " does not answer: it is stopped, or hangs");
        }
        selector.select(Math.min(longestMillis, leftMillis));
        selector.selectedKeys().clear();
    }

    /** No probe has reported its status. The message is one line that says what to do. */
    public static final class StatusUnavailable extends Exception {
        private static final long serialVersionUID = 1L;

        StatusUnavailable(String message) {
            super(message);
        }
    }
}
