package io.emberwatch.collector.faults;

import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** One connection through a {@link FaultProxy}: two sockets, and a thread for each way. Thread-safe. */
final class Relay {
    private static final int CHUNK_BYTES = 16 * 1024;
    /** CHALLENGE and WELCOME: the probe's next words are those of a session. */
    private static final int ANSWERS_OF_A_SESSION = 2;

    private final FaultProxy proxy;
    private final Socket client;
    private final Socket server;
    private final AtomicInteger waysOpen = new AtomicInteger(Direction.values().length);
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile boolean holding;
    private volatile boolean mute;
    private volatile boolean lost;

    Relay(FaultProxy proxy, Socket client, Socket server) throws IOException {
        this.proxy = proxy;
        this.client = client;
        this.server = server;
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
    }

    void start() {
        daemon("proxy-to-server", () -> pump(Direction.TO_SERVER, client, server));
        daemon("proxy-to-client", () -> pump(Direction.TO_CLIENT, server, client));
    }

    static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Closes with RST. */
    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It is gone already.
        }
    }

    void reset() {
        released.countDown();
        reset(client);
        reset(server);
    }

    void finish() {
        released.countDown();
        end(client);
        end(server);
    }

    void holdBack() {
        holding = true;
    }

    void lose() {
        lost = true;
    }

    void release() {
        holding = false;
        released.countDown();
    }

    private void pump(Direction direction, Socket from, Socket to) {
        byte[] buffer = new byte[CHUNK_BYTES];
        try {
            int chunks = 0;
            for (int n = from.getInputStream().read(buffer);
                    n >= 0;
                    n = from.getInputStream().read(buffer)) {
                proxy.conditions().await(direction);
                if (!pass(direction, Arrays.copyOf(buffer, n), to)) {
                    return;
                }
                chunks++;
                if (direction == Direction.TO_CLIENT && chunks == ANSWERS_OF_A_SESSION) {
                    proxy.answered(this);
                }
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // Cut by either side or by a fault: the other side sees it in the same way.
            reset(from);
            reset(to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended();
        }
    }

    /** Returns whether the way stays open. */
    private boolean pass(Direction direction, byte[] chunk, Socket to) throws IOException, InterruptedException {
        if (lost || (direction == Direction.TO_CLIENT && mute)) {
            return true;
        }
        if (direction == Direction.TO_SERVER && holding) {
            deliverLate(chunk);
            return false;
        }
        Optional<Trap.Verdict> verdict = proxy.judge(direction, chunk);
        if (verdict.isEmpty()) {
            to.getOutputStream().write(chunk);
            return true;
        }
        switch (verdict.get()) {
            case HALVE -> {
                to.getOutputStream().write(chunk, 0, chunk.length / 2);
                finish();
            }
            case CUT_BEFORE -> reset();
            case CUT_AFTER -> deliverUnanswered(chunk);
            case HALF_CLOSE -> {
                to.getOutputStream().write(chunk);
                to.shutdownOutput();
            }
        }
        return false;
    }

    private void deliverLate(byte[] chunk) throws IOException, InterruptedException {
        mute = true;
        reset(client);
        released.await();
        server.getOutputStream().write(chunk);
        end(server);
    }

    /** With FIN, not RST: that would take from the server what it has not read yet. */
    private void deliverUnanswered(byte[] chunk) throws IOException {
        mute = true;
        server.getOutputStream().write(chunk);
        reset(client);
        end(server);
    }

    private void ended() {
        if (waysOpen.decrementAndGet() == 0) {
            proxy.gone(this);
            close(client);
            close(server);
        }
    }

    private static void end(Socket socket) {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            // It is gone already.
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone already.
        }
    }
}
