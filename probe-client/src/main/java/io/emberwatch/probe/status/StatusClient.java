package io.emberwatch.probe.status;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** Asks the probe that runs on this machine. */
public final class StatusClient {
    private static final int MAX_BYTES = 1 << 16;

    private StatusClient() {}

    /**
     * The probe's document.
     *
     * @param patience for the whole answer
     * @throws StatusUnavailable that says why there is none, and what to do
     */
    public static String ask(Path socket, Duration patience) throws StatusUnavailable {
        long deadlineNanos = System.nanoTime() + patience.toNanos();
        try (SocketChannel channel = SocketChannel.open(java.net.StandardProtocolFamily.UNIX);
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            boolean connected = channel.connect(UnixDomainSocketAddress.of(socket));
            SelectionKey key = channel.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            while (!isComplete(channel, key, answer)) {
                long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
                if (leftMillis <= 0 || answer.size() > MAX_BYTES) {
                    throw new StatusUnavailable("what listens at " + socket + " does not answer as a probe does");
                }
                selector.select(leftMillis);
                selector.selectedKeys().clear();
            }
            return answer.toString(StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw StatusProblem.isPermission(e)
                    ? new StatusUnavailable(
                            "permission denied at " + socket + ": run this as root or as the probe's user")
                    : new StatusUnavailable("no probe answers at " + socket + ": is it running?");
        }
    }

    private static boolean isComplete(SocketChannel channel, SelectionKey key, ByteArrayOutputStream answer)
            throws IOException {
        if (!channel.isConnected()) {
            if (!channel.finishConnect()) {
                return false;
            }
            key.interestOps(SelectionKey.OP_READ);
        }
        ByteBuffer bytes = ByteBuffer.allocate(4096);
        int count = channel.read(bytes);
        while (count > 0 && answer.size() <= MAX_BYTES) {
            answer.write(bytes.array(), 0, bytes.position());
            bytes.clear();
            count = channel.read(bytes);
        }
        return count < 0;
    }
}
