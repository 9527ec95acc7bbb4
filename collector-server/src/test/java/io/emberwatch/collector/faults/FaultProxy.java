package io.emberwatch.collector.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands between a client and a server on loopback, and behaves as a bad network while a test asks for it. What is not
 * asked for, it does faithfully: bytes in order, the end of a stream as such. Thread-safe.
 */
final class FaultProxy implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MILLIS = 2_000;

    private final ServerSocket listener;
    private final NetworkConditions conditions = new NetworkConditions();
    private final List<Relay> relays = new CopyOnWriteArrayList<>();
    private final AtomicReference<Optional<Trap>> trap = new AtomicReference<>(Optional.empty());
    private final AtomicInteger sprung = new AtomicInteger();
    private volatile InetSocketAddress target;
    private volatile boolean refusing;

    FaultProxy(InetSocketAddress target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        Relay.daemon("proxy-accept", this::accept);
    }

    /** Where clients connect to. */
    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort());
    }

    /** Connections with at least one way still open. */
    int open() {
        return relays.size();
    }

    /** How many traps have caught a chunk so far. */
    int sprung() {
        return sprung.get();
    }

    /** Breaks every open connection with RST: both sides notice at once, and bytes on the way are lost. */
    void reset() {
        relays.forEach(Relay::reset);
    }

    /** Ends every open connection with FIN on both sides: what was passed on before arrives. */
    void finish() {
        relays.forEach(Relay::finish);
    }

    /** New connections go to another server from now on. */
    void redirect(InetSocketAddress other) {
        target = other;
    }

    /** Open connections stay open, but what goes in at either end is lost: as when a host or a cable is gone. */
    void lose() {
        relays.forEach(Relay::lose);
    }

    /** While true, new connections are reset as soon as they are made. */
    void refuse(boolean on) {
        refusing = on;
    }

    /** From now on each chunk waits for so long, whichever way it goes; zero ends that. */
    void delay(Duration eachChunk) {
        conditions.delay(eachChunk);
    }

    /** While true, nothing goes this way; nothing is lost either. */
    void stall(Direction direction, boolean on) {
        conditions.stall(direction, on);
    }

    /** Waits for the next chunk that fits; replaces a trap that has not caught anything. */
    void arm(Trap next) {
        trap.set(Optional.of(next));
    }

    /**
     * Makes what the client of the open connection sends next arrive late: that client is cut off at once, and the
     * server gets the chunk only after a newer connection was answered, as if the old one had been half-dead.
     */
    void holdBack() {
        relays.forEach(Relay::holdBack);
    }

    /** Good conditions from now on. Connections that are broken stay so. */
    void heal() {
        refusing = false;
        trap.set(Optional.empty());
        conditions.clear();
        relays.forEach(Relay::release);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        heal();
        reset();
    }

    NetworkConditions conditions() {
        return conditions;
    }

    /** What is to be done with this chunk, if it is the one waited for. */
    Optional<Trap.Verdict> judge(Direction direction, byte[] chunk) {
        Optional<Trap> armed = trap.get();
        boolean caught = armed.isPresent()
                && armed.get().direction() == direction
                && armed.get().fits().test(chunk)
                && trap.compareAndSet(armed, Optional.empty());
        if (caught) {
            sprung.incrementAndGet();
            return armed.map(Trap::verdict);
        }
        return Optional.empty();
    }

    /** A connection was answered: what older ones hold back may arrive now. */
    void answered(Relay newer) {
        relays.stream().takeWhile(relay -> relay != newer).forEach(Relay::release);
    }

    void gone(Relay relay) {
        relays.remove(relay);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                connect(listener.accept());
            } catch (IOException e) {
                // The server is away or the proxy was closed; the client notices.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        if (refusing) {
            Relay.reset(client);
            return;
        }
        Socket server = new Socket();
        try {
            server.connect(target, CONNECT_TIMEOUT_MILLIS);
        } catch (IOException e) {
            Relay.reset(client);
            server.close();
            return;
        }
        Relay relay = new Relay(this, client, server);
        relays.add(relay);
        relay.start();
    }
}
