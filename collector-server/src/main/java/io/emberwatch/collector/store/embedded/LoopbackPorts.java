package io.emberwatch.collector.store.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Chooses the embedded database's port. Stateless. */
final class LoopbackPorts {
    private static final int USUAL = 7412;
    private static final int ANY = 0;

    private LoopbackPorts() {}

    /** 7412 if nobody listens there, else a free port of the system's choice. */
    static int choose() throws IOException {
        return isFree(USUAL) ? USUAL : listenBriefly(ANY);
    }

    static boolean isFree(int port) {
        try {
            listenBriefly(port);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int listenBriefly(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
