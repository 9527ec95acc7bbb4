package io.emberwatch.collector.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands between a collector and its database, and breaks the connection at the COMMIT of a transaction that stores
 * readings, so that the collector cannot know what came of it. It reads what is not encrypted only. Thread-safe.
 */
public final class CommitCutter implements AutoCloseable {
    /** Where to break the connection. */
    public enum Cut {
        /** The database never hears of the COMMIT, and rolls back. */
        BEFORE_COMMIT,
        /** The database commits, and its answer is lost. */
        BEFORE_ANSWER
    }

    private static final int BUFFER_BYTES = 64 * 1024;

    private final ServerSocket listener;
    private final int databasePort;
    private final AtomicReference<Cut> armed = new AtomicReference<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    public CommitCutter(int databasePort) throws IOException {
        this.databasePort = databasePort;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** The next transaction that stores readings is cut here. */
    public void arm(Cut cut) {
        armed.set(cut);
    }

    /** Whether that has not happened yet. */
    public boolean isArmed() {
        return armed.get() != null;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        open.forEach(CommitCutter::cut);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket collector = listener.accept();
                Socket database = new Socket();
                database.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), databasePort), 5_000);
                open.addAll(List.of(collector, database));
                start(() -> toDatabase(collector, database));
                start(() -> toCollector(database, collector));
            } catch (IOException e) {
                // Closed, or the database is; the next connection will show.
            }
        }
    }

    private void toDatabase(Socket collector, Socket database) {
        boolean storesReadings = false;
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = collector.getInputStream();
            OutputStream out = database.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                String text = new String(buffer, 0, count, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
                storesReadings |= text.contains("insert into reading ");
                boolean isCommit = text.startsWith("commit", 5);
                if (isCommit && storesReadings) {
                    Cut cut = armed.getAndSet(null);
                    if (cut == Cut.BEFORE_ANSWER) {
                        // The answer must not slip through: the way back is closed first.
                        cut(collector);
                        out.write(buffer, 0, count);
                        out.flush();
                        // The server must have read it all before it learns that nobody listens.
                        database.shutdownOutput();
                    }
                    if (cut != null) {
                        cut(collector);
                        if (cut == Cut.BEFORE_COMMIT) {
                            cut(database);
                        }
                        return;
                    }
                }
                storesReadings &= !isCommit;
                out.write(buffer, 0, count);
                out.flush();
            }
        } catch (IOException e) {
            // One of the two has closed.
        }
        cut(collector);
        cut(database);
    }

    private static void toCollector(Socket database, Socket collector) {
        try (database;
                collector) {
            database.getInputStream().transferTo(collector.getOutputStream());
        } catch (IOException e) {
            // One of the two has closed.
        }
    }

    private static void cut(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Then it is closed.
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "commit-cutter");
        thread.setDaemon(true);
        thread.start();
    }
}
