package io.emberwatch.collector.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.net.connection.LimitEvent;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.Tries;
import io.emberwatch.protocol.RefusalCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.net.ssl.SSLSocket;

/** By somebody who has nothing but connections. */
final class FloodAttacks {
    static final Map<String, Attack> ALL = Map.of(
            "flood", FloodAttacks::connectAndSaySlowly,
            "handshakes", FloodAttacks::giveUpHandshakes,
            "huge-frames", FloodAttacks::announceMoreThanThereIs,
            "garbage", FloodAttacks::talkNonsense);

    private static final int SLOW_CONNECTIONS = 500;
    /** More than the 80 that an address without a machine is forgiven at once. */
    private static final int HANDSHAKES = 90;

    private static final byte[] HALF_A_CLIENT_HELLO = {0x16, 3, 1, 0, (byte) 200, 1, 0, 0, (byte) 196, 3, 3};

    private FloodAttacks() {}

    private static void connectAndSaySlowly(Defended defended) throws Exception {
        List<ProtocolClient> slow = new ArrayList<>();
        try {
            for (int i = 0; i < SLOW_CONNECTIONS; i++) {
                connectAndSayLittle(defended, i, slow);
            }
            assertThat(slow).hasSizeGreaterThan(SLOW_CONNECTIONS / 2);
            Tries.untilOneTakesLessThan(
                    Duration.ofSeconds(5),
                    () -> defended.session(defended.victim()).close());
        } finally {
            for (ProtocolClient one : slow) {
                one.close();
            }
        }
    }

    private static void connectAndSayLittle(Defended defended, int number, List<ProtocolClient> slow) {
        try {
            InetAddress from = InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (70 + number % 5)});
            ProtocolClient one = ProtocolClient.connect(defended.address(), from);
            slow.add(one);
            one.send(ByteBuffer.wrap(HALF_A_CLIENT_HELLO, 0, number % HALF_A_CLIENT_HELLO.length));
        } catch (IOException e) {
            // On a busy machine the first are over by now, and the collector may hang up on all of that address.
        }
    }

    private static void giveUpHandshakes(Defended defended) throws Exception {
        for (int number = 0; number < 3; number++) {
            InetAddress from = InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (80 + number)});
            List<Socket> connected = new ArrayList<>();
            for (int i = 0; i < HANDSHAKES; i++) {
                connected.add(new Socket(
                        defended.address().getAddress(), defended.address().getPort(), from, 0));
            }
            List<Socket> secured = new ArrayList<>();
            for (Socket one : connected) {
                secured.add(handshake(defended, one));
            }
            for (Socket one : secured) {
                one.close();
            }
            long shutOut = number + 1L;
            await().until(() -> defended.collector.netCounters().count(LimitEvent.ADDRESS_SHUT_OUT) >= shutOut);
            try (Socket one = new Socket(
                    defended.address().getAddress(), defended.address().getPort(), from, 0)) {
                assertThatThrownBy(() -> handshake(defended, one)).isInstanceOf(IOException.class);
            }
        }
    }

    private static Socket handshake(Defended defended, Socket socket) throws IOException {
        SSLSocket secured = (SSLSocket) defended.trusting.getSocketFactory().createSocket(socket, "localhost", 0, true);
        secured.startHandshake();
        return secured;
    }

    private static void announceMoreThanThereIs(Defended defended) throws Exception {
        try (ProtocolClient stranger = defended.connect()) {
            stranger.send(ByteBuffer.allocate(Integer.BYTES).putInt(0, Integer.MAX_VALUE));
            Defended.assertRefused(stranger, RefusalCode.FRAME_TOO_LARGE);
        }
        try (ProtocolClient known = defended.session(defended.accomplice())) {
            known.send(ByteBuffer.allocate(Integer.BYTES).putInt(0, 64 * 1024 + 1));
            Defended.assertRefused(known, RefusalCode.FRAME_TOO_LARGE);
        }
    }

    private static void talkNonsense(Defended defended) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20; i++) {
            byte[] nonsense = new byte[1 + random.nextInt(2000)];
            random.nextBytes(nonsense);
            try (ProtocolClient stranger = ProtocolClient.connect(
                    defended.address(), InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) i}))) {
                stranger.send(ByteBuffer.wrap(nonsense));
                stranger.shutdownOutput();
                assertThatThrownBy(stranger::receive)
                        .as("seed " + seed)
                        .isInstanceOf(IOException.class)
                        .isNotInstanceOf(SocketTimeoutException.class);
            }
        }
    }
}
