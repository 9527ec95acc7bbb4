package io.emberwatch.collector.testing;

import io.emberwatch.protocol.FrameAssembler;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Challenge;
import io.emberwatch.protocol.Message.Ping;
import io.emberwatch.protocol.Message.Proof;
import io.emberwatch.protocol.MessageCodec;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.auth.Bytes32;
import io.emberwatch.protocol.auth.MachineKey;
import io.emberwatch.protocol.auth.Transcript;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocket;

/** A connection to a collector that speaks the protocol, for tests: sends what the test asks for. Not thread-safe. */
public final class ProtocolClient implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Socket socket;
    private final FrameAssembler assembler = new FrameAssembler(WireLimits.MAX_FRAME_BYTES);
    private ByteBuffer received = ByteBuffer.allocate(0);

    private ProtocolClient(Socket socket) {
        this.socket = socket;
    }

    public static ProtocolClient connect(InetSocketAddress collector) throws IOException {
        return connect(collector, SocketFactory.getDefault());
    }

    /** Over TLS, for instance; the first thing that is sent or received begins it. */
    public static ProtocolClient connect(InetSocketAddress collector, SocketFactory sockets) throws IOException {
        return connect(collector, collector.getAddress(), sockets);
    }

    /** Connects from one of this host's addresses, of which loopback has millions. */
    public static ProtocolClient connect(InetSocketAddress collector, InetAddress from) throws IOException {
        return connect(collector, from, SocketFactory.getDefault());
    }

    /** The same over TLS, for instance. */
    public static ProtocolClient connect(InetSocketAddress collector, InetAddress from, SocketFactory sockets)
            throws IOException {
        Socket socket = sockets.createSocket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) TIMEOUT.toMillis());
        socket.connect(collector, (int) TIMEOUT.toMillis());
        return new ProtocolClient(socket);
    }

    /** Establishes TLS now, on a connection that has it. */
    public void beginTls() throws IOException {
        ((SSLSocket) socket).startHandshake();
    }

    /** A HELLO as a probe that was just started would say it. */
    public static Hello hello(String machineName, UUID bootId) {
        return hello(machineName, bootId, UUID.randomUUID());
    }

    /** A HELLO as a probe's process would say it that goes by this instance. */
    public static Hello hello(String machineName, UUID bootId, UUID instanceId) {
        return new Hello(
                List.of(Message.VERSION),
                "test",
                machineName,
                Bytes32.random(RANDOM),
                Instant.now(),
                bootId,
                instanceId);
    }

    /** Says HELLO and answers the challenge; the verdict is still to be received. */
    public void authenticate(String machineName, MachineKey key, UUID bootId) throws IOException {
        authenticate(hello(machineName, bootId), key);
    }

    /** Says this HELLO and answers the challenge; the verdict is still to be received. */
    public void authenticate(Hello hello, MachineKey key) throws IOException {
        send(hello);
        Transcript transcript = hello.transcript(receive(Challenge.class), binding());
        send(new Proof(key.proof(transcript)));
    }

    public void send(Message message) throws IOException {
        send(MessageCodec.encode(message));
    }

    /** Sends bytes that need not be a message. */
    public void send(ByteBuffer bytes) throws IOException {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        socket.getOutputStream().write(copy);
    }

    /**
     * Waits for the next message.
     *
     * @throws EOFException if the collector has closed the connection
     */
    public Message receive() throws IOException {
        byte[] buffer = new byte[8192];
        while (true) {
            Optional<Message> message = next();
            if (message.isPresent()) {
                return message.get();
            }
            int count = socket.getInputStream().read(buffer);
            if (count < 0) {
                throw new EOFException("the collector has closed the connection");
            }
            received = ByteBuffer.wrap(buffer, 0, count);
        }
    }

    /** Waits for the next message, which must be of this type. A PING that nobody waits for is passed over. */
    public <T extends Message> T receive(Class<T> type) throws IOException {
        Message message = receive();
        while (message instanceof Ping && !type.isInstance(message)) {
            message = receive();
        }
        if (!type.isInstance(message)) {
            throw new IOException("expected " + type.getSimpleName() + ", but got " + message);
        }
        return type.cast(message);
    }

    /** Forgets what has arrived. */
    public void discardReceived() throws IOException {
        socket.getInputStream().skip(socket.getInputStream().available());
    }

    /** Says no more. */
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Says no more, and takes in what still comes until the collector closes too: nothing that was sent is lost. */
    public void finish() throws IOException {
        socket.shutdownOutput();
        while (socket.getInputStream().read() >= 0) {
            // Acknowledgements, which nobody waits for any more.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** The certificate that the collector has shown. */
    private Bytes32 binding() throws IOException {
        if (!(socket instanceof SSLSocket tls)) {
            return Bytes32.ZERO;
        }
        try {
            return Bytes32.sha256(tls.getSession().getPeerCertificates()[0].getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IOException(e);
        }
    }

    private Optional<Message> next() throws IOException {
        try {
            return assembler.next(received);
        } catch (ProtocolException e) {
            throw new IOException(e);
        }
    }
}
