package io.emberwatch.probe.link.connect;

import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.MessageCodec;
import io.emberwatch.protocol.auth.Bytes32;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;

/**
 * A connection to a collector that is trusted as far as the transport can check. One thread may read while another
 * writes.
 *
 * @param socket what frames are read from and written to
 * @param transport the TCP connection below; the same as {@code socket} without TLS
 * @param channelBinding SHA-256 of the certificate that the collector showed; {@link Bytes32#ZERO} without TLS
 */
public record Connection(Socket socket, Socket transport, Bytes32 channelBinding) implements Closeable {
    static Connection plain(Socket socket) {
        return new Connection(socket, socket, Bytes32.ZERO);
    }

    /** The collector's address, without its port. */
    public String address() {
        return transport.getInetAddress().getHostAddress();
    }

    public boolean isPlain() {
        return channelBinding.equals(Bytes32.ZERO);
    }

    /** What the peer says; only one thread may read. */
    public InputStream input() throws IOException {
        return socket.getInputStream();
    }

    /** Writes one frame. Blocks while the peer takes nothing; only one thread may send. */
    public void send(Message message) throws IOException {
        ByteBuffer frame = MessageCodec.encode(message);
        socket.getOutputStream().write(frame.array(), frame.arrayOffset() + frame.position(), frame.remaining());
    }

    /**
     * Cuts the connection at once, from any thread; frees a read or write that blocks. TLS is not said goodbye to: that
     * would wait for the very write that is to be freed.
     */
    @Override
    public void close() throws IOException {
        transport.close();
    }
}
