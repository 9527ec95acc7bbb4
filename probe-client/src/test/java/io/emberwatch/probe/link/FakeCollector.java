package io.emberwatch.probe.link;

import io.emberwatch.protocol.Challenge;
import io.emberwatch.protocol.FrameAssembler;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.MessageCodec;
import io.emberwatch.protocol.Proof;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.Welcome;
import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.auth.Bytes32;
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

/** A collector on a real socket that says exactly what a test tells it to. */
final class FakeCollector implements AutoCloseable {
    /** Of the one machine that this collector knows. */
    static final MachineKey KEY = MachineKey.random(new SecureRandom());

    private static final int PATIENCE_MILLIS = 5000;

    private final ServerSocket server;

    FakeCollector() throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        server.setSoTimeout(PATIENCE_MILLIS);
    }

    Connector connector() {
        return new PlainConnector(
                server.getInetAddress().getHostAddress(), server.getLocalPort(), Duration.ofSeconds(5));
    }

    Peer accept() throws IOException {
        return new Peer(server.accept());
    }

    /** Accepts a connection and lets its probe in, after the usual proofs. */
    Peer acceptAndWelcome(Welcome welcome) throws IOException, ProtocolException {
        Peer peer = accept();
        peer.welcome(peer.expect(Hello.class), welcome);
        return peer;
    }

    /** Whether nobody connects for so long. */
    boolean isLeftAlone(Duration time) throws IOException {
        server.setSoTimeout(Math.toIntExact(time.toMillis()));
        try {
            server.accept().close();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } finally {
            server.setSoTimeout(PATIENCE_MILLIS);
        }
    }

    static Welcome welcome(int maxBatchesInFlight, long lastDurable) {
        return new Welcome(
                Message.VERSION,
                Optional.empty(),
                WireLimits.MAX_FRAME_BYTES,
                maxBatchesInFlight,
                Instant.now(),
                lastDurable,
                Bytes32.ZERO);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    /** The collector's side of one connection. */
    static final class Peer implements AutoCloseable {
        private final Socket socket;
        private final FrameAssembler frames = new FrameAssembler(WireLimits.MAX_FRAME_BYTES);
        private ByteBuffer unread = ByteBuffer.allocate(0);

        private Peer(Socket socket) throws IOException {
            this.socket = socket;
            socket.setSoTimeout(PATIENCE_MILLIS);
        }

        Message receive() throws IOException, ProtocolException {
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

        <T extends Message> T expect(Class<T> type) throws IOException, ProtocolException {
            Message message = receive();
            if (!type.isInstance(message)) {
                throw new AssertionError("expected " + type.getSimpleName() + ", but the probe sent " + message);
            }
            return type.cast(message);
        }

        /** Answers a HELLO as the collector that knows {@link #KEY} does. */
        void welcome(Hello hello, Welcome welcome) throws IOException, ProtocolException {
            Transcript transcript = challenge(hello);
            send(new Welcome(
                    welcome.version(),
                    welcome.samplingInterval(),
                    welcome.maxFrameBytes(),
                    welcome.maxBatchesInFlight(),
                    welcome.serverClock(),
                    welcome.lastDurableSequence(),
                    KEY.verifier().collectorProof(transcript)));
        }

        /** Lets the probe prove itself, which must succeed. */
        Transcript challenge(Hello hello) throws IOException, ProtocolException {
            Challenge challenge = new Challenge(Bytes32.random(new SecureRandom()));
            send(challenge);
            Transcript transcript = hello.transcript(challenge, Bytes32.ZERO);
            if (!KEY.verifier().accepts(transcript, expect(Proof.class).proof())) {
                throw new AssertionError("the probe's proof is wrong");
            }
            return transcript;
        }

        /** Whether nothing comes for a while. */
        boolean isQuiet() throws IOException, ProtocolException {
            socket.setSoTimeout(200);
            try {
                receive();
                return false;
            } catch (java.net.SocketTimeoutException e) {
                return true;
            } finally {
                socket.setSoTimeout(PATIENCE_MILLIS);
            }
        }

        boolean isClosedByProbe() throws ProtocolException {
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

        void send(Message message) throws IOException {
            ByteBuffer frame = MessageCodec.encode(message);
            socket.getOutputStream().write(frame.array(), frame.arrayOffset(), frame.remaining());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
