package io.emberwatch.collector.security;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Stands between one client and the collector, passes every byte on, and keeps it. */
final class Wiretap implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private final InetSocketAddress collector;

    Wiretap(InetSocketAddress collector) throws IOException {
        this.collector = collector;
        daemon(this::tap);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /** Both directions, mixed. */
    byte[] heard() {
        synchronized (heard) {
            return heard.toByteArray();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void tap() {
        try (Socket probe = server.accept();
                Socket onwards = new Socket(collector.getAddress(), collector.getPort())) {
            Thread back = daemon(() -> copy(onwards, probe));
            copy(probe, onwards);
            back.join();
        } catch (IOException | InterruptedException e) {
            // The conversation is over.
        }
    }

    private void copy(Socket from, Socket to) {
        byte[] buffer = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                synchronized (heard) {
                    heard.write(buffer, 0, count);
                }
                out.write(buffer, 0, count);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // So is this direction.
        }
    }

    private static Thread daemon(Runnable body) {
        Thread thread = new Thread(body, "wiretap");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
