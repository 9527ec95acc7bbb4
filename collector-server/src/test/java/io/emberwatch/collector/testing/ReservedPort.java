package io.emberwatch.collector.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A port on loopback that the system gives to nobody else who wants any port. Whoever asks for this one by its number
 * may listen on it; while nobody does, connections are refused. (A socket that is bound with {@code SO_REUSEADDR} and
 * does not listen does that.)
 */
public final class ReservedPort implements AutoCloseable {
    private final Socket place = new Socket();

    public ReservedPort() {
        try {
            place.setReuseAddress(true);
            place.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int number() {
        return place.getLocalPort();
    }

    @Override
    public void close() {
        try {
            place.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
