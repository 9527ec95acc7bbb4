package io.emberwatch.probe.testing;

import io.emberwatch.probe.link.connect.Connector;
import io.emberwatch.probe.link.connect.Connectors;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.FrameAssembler;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Challenge;
import io.emberwatch.protocol.Message.Proof;
import io.emberwatch.protocol.MessageCodec;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.auth.Bytes32;
import io.emberwatch.protocol.auth.CollectorTrust;
import io.emberwatch.protocol.auth.MachineKey;
import io.emberwatch.protocol.auth.Transcript;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A collector on a real socket, with or without TLS, that sends exactly what a test asks for. */
public final class FakeCollector implements AutoCloseable {
    /** Of the one machine that this collector knows. */
    public static final MachineKey KEY = MachineKey.random(new SecureRandom());

    /**
     * Longer than a busy machine needs to start a probe; a link of {@link LinkFixture#LONG_TIMEOUTS} waits longer
     * still.
     */
    private static final int TIMEOUT_MILLIS = 60_000;

    private final ServerSocket server;
    private final CollectorTrust trust;

    /** One without TLS. */
    public FakeCollector() throws IOException {
        this(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()), new CollectorTrust.PlainText());
    }

    private FakeCollector(ServerSocket server, CollectorTrust trust) throws IOException {
        this.server = server;
        this.trust = trust;
        server.setSoTimeout(TIMEOUT_MILLIS);
    }

    /** One that has this of {@link TestCertificates}. */
    public static FakeCollector withTls(String certificate) throws IOException {
        return new FakeCollector(
                TestCertificates.server(certificate)
                        .getServerSocketFactory()
                        .createServerSocket(0, 5, InetAddress.getLoopbackAddress()),
                new CollectorTrust.Pinned(TestCertificates.fingerprint(certificate)));
    }

    /** How a probe is to know it. */
    public CollectorTrust trust() {
        return trust;
    }

    public String address() {
        return server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
    }

    public Connector connector() {
        return connector(trust);
    }

    /** Of a probe that knows the collector in another way. */
    public Connector connector(CollectorTrust known) {
        return Connectors.to(
                server.getInetAddress().getHostAddress(),
                server.getLocalPort(),
                known,
                Optional.empty(),
                LinkFixture.LONG_TIMEOUTS.handshake());
    }

    public Peer accept() throws IOException {
        return new Peer(server.accept(), channelBinding());
    }

    /** Accepts a connection and lets its probe in, after the usual proofs. */
    public Peer acceptAndWelcome(Welcome welcome) throws IOException, ProtocolException {
        Peer peer = accept();
        peer.welcome(peer.expect(Hello.class), welcome);
        return peer;
    }

    private Bytes32 channelBinding() {
        return trust instanceof CollectorTrust.Pinned pinned
                ? pinned.fingerprint().hash()
                : Bytes32.ZERO;
    }

    /** Whether nobody connects for so long. */
    public boolean isLeftAlone(Duration time) throws IOException {
        server.setSoTimeout(Math.toIntExact(time.toMillis()));
        try {
            server.accept().close();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } finally {
            server.setSoTimeout(TIMEOUT_MILLIS);
        }
    }

    public static Welcome welcome(int maxBatchesInFlight, long lastAcknowledged) {
        return new Welcome(
                Message.VERSION,
                Optional.empty(),
                WireLimits.MAX_FRAME_BYTES,
                maxBatchesInFlight,
                Instant.now(),
                AcknowledgedRange.upTo(lastAcknowledged),
                Bytes32.ZERO);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    /** The collector's side of one connection. */
    public static final class Peer implements AutoCloseable {
        private final Socket socket;
        private final Bytes32 channelBinding;
        private final FrameAssembler frames = new FrameAssembler(WireLimits.MAX_FRAME_BYTES);
        private ByteBuffer unread = ByteBuffer.allocate(0);

        private Peer(Socket socket, Bytes32 channelBinding) throws IOException {
            this.socket = socket;
            this.channelBinding = channelBinding;
            socket.setSoTimeout(TIMEOUT_MILLIS);
            // As the collector does: an ACK and a FETCH must not wait for each other.
            socket.setTcpNoDelay(true);
        }

        public Message receive() throws IOException, ProtocolException {
            while (true) {
                Optional<Message> message = frames.next(unread);
                if (message.isPresent()) {
                    return message.get();
                }
                byte[] bytes = new byte[8192];
                int count = socket.getInputStream().read(bytes);
                if (count < 0) {
                    throw new EOFException();
                }
                unread = ByteBuffer.wrap(bytes, 0, count);
            }
        }

        public <T extends Message> T expect(Class<T> type) throws IOException, ProtocolException {
            Message message = receive();
            if (!type.isInstance(message)) {
                throw new AssertionError("expected " + type.getSimpleName() + ", but the probe sent " + message);
            }
            return type.cast(message);
        }

        /** Answers a HELLO as the collector that knows {@link #KEY} does. */
        public void welcome(Hello hello, Welcome welcome) throws IOException, ProtocolException {
            Transcript transcript = challenge(hello);
            send(new Welcome(
                    welcome.version(),
                    welcome.samplingInterval(),
                    welcome.maxFrameBytes(),
                    welcome.maxBatchesInFlight(),
                    welcome.serverClock(),
                    welcome.acknowledged(),
                    KEY.verifier().collectorProof(transcript)));
        }

        /** Lets the probe prove itself, which must succeed. */
        public Transcript challenge(Hello hello) throws IOException, ProtocolException {
            Challenge challenge = new Challenge(Bytes32.random(new SecureRandom()));
            send(challenge);
            Transcript transcript = hello.transcript(challenge, channelBinding);
            if (!KEY.verifier().accepts(transcript, expect(Proof.class).proof())) {
                throw new AssertionError("the probe's proof is wrong");
            }
            return transcript;
        }

        /** Whether nothing comes for a while. */
        public boolean isQuiet() throws IOException, ProtocolException {
            socket.setSoTimeout(200);
            try {
                receive();
                return false;
            } catch (java.net.SocketTimeoutException e) {
                return true;
            } finally {
                socket.setSoTimeout(TIMEOUT_MILLIS);
            }
        }

        /** Whether the connection ends without a byte that could be read. */
        public boolean hearsNothingButTheEnd() {
            try {
                return socket.getInputStream().read() < 0;
            } catch (SocketTimeoutException e) {
                return false;
            } catch (IOException e) {
                return true;
            }
        }

        public boolean isClosedByProbe() throws ProtocolException {
            try {
                while (true) {
                    receive();
                }
            } catch (EOFException e) {
                return true;
            } catch (IOException e) {
                return e.getMessage().contains("reset");
            }
        }

        public void send(Message message) throws IOException {
            ByteBuffer frame = MessageCodec.encode(message);
            socket.getOutputStream().write(frame.array(), frame.arrayOffset(), frame.remaining());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
