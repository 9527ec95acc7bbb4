package io.emberwatch.collector.fuzz;

import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.protocol.Welcome;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * Connects again and again: as a stranger, as one who fails to prove itself, and as a machine gone mad. Runs in a
 * thread of its own.
 */
final class HostileClient implements Runnable {
    /** A machine gone mad sends this many frames before it takes leave of the protocol altogether, at most. */
    private static final int MOST_ACCEPTABLE_FRAMES = 200;

    private static final int MOST_BYTES_AT_ONCE = 8192;

    private final InetSocketAddress collector;
    private final List<TestFleet.Member> machines;
    private final Random random;
    private final HostileFrames frames;
    private final BooleanSupplier enough;
    private final ByteBuffer outgoing = ByteBuffer.allocate(1 << 20);
    private volatile String failure = "";

    /**
     * @param machines that this client alone plays
     * @param enough when to stop
     */
    HostileClient(InetSocketAddress collector, List<TestFleet.Member> machines, Random random, BooleanSupplier enough) {
        this.collector = collector;
        this.machines = machines;
        this.random = random;
        this.frames = new HostileFrames(random);
        this.enough = enough;
    }

    /** What went wrong that a refusal or a closed connection does not explain; empty if nothing. */
    String failure() {
        return failure;
    }

    @Override
    public void run() {
        while (!enough.getAsBoolean() && failure.isEmpty()) {
            try (ProtocolClient connection = ProtocolClient.connect(collector)) {
                converse(connection);
            } catch (EOFException e) {
                // The collector has closed the connection, as it should.
            } catch (IOException e) {
                if (!isEndOfConnection(e)) {
                    failure = e.toString();
                }
            }
        }
    }

    private void converse(ProtocolClient connection) throws IOException {
        outgoing.clear();
        int roll = random.nextInt(10);
        TestFleet.Member machine = machines.get(random.nextInt(machines.size()));
        if (roll < 2) {
            add(frames.hostile(), frames.hostile(), frames.hostile());
        } else if (roll < 3) {
            connection.send(ProtocolClient.hello(machine.name(), UUID.randomUUID()));
            connection.receive();
            add(frames.hostile());
        } else {
            connection.authenticate(machine.name(), machine.key(), UUID.randomUUID());
            connection.receive(Welcome.class);
            for (int i = random.nextInt(MOST_ACCEPTABLE_FRAMES); i >= 0; i--) {
                add(frames.acceptable());
                if (outgoing.remaining() < outgoing.capacity() / 2) {
                    send(connection);
                    connection.discardReceived();
                }
            }
            add(frames.hostile(), frames.hostile(), frames.hostile(), frames.hostile());
        }
        send(connection);
        connection.finish();
    }

    private void add(byte[]... bytes) {
        for (byte[] frame : bytes) {
            outgoing.put(frame);
        }
    }

    /** Sends what has gathered, cut anywhere. */
    private void send(ProtocolClient connection) throws IOException {
        outgoing.flip();
        int mostAtOnce = random.nextInt(20) == 0 ? 8 : MOST_BYTES_AT_ONCE;
        int bytesLeftInSmallPieces = 2000;
        while (outgoing.hasRemaining()) {
            int most = bytesLeftInSmallPieces > 0 ? mostAtOnce : MOST_BYTES_AT_ONCE;
            int count = Math.min(outgoing.remaining(), 1 + random.nextInt(most));
            bytesLeftInSmallPieces -= count;
            connection.send(outgoing.slice(outgoing.position(), count));
            outgoing.position(outgoing.position() + count);
        }
        outgoing.clear();
    }

    private static boolean isEndOfConnection(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("reset") || message.contains("Broken pipe") || message.contains("but got Refused[");
    }
}
