package io.emberwatch.probe.link.connect;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * TCP without encryption. Looks the name up each time, because collectors move, and tries its addresses one after the
 * other until one of them answers as it should. Not thread-safe.
 */
public final class PlainConnector implements Connector {
    /** What a name may have more is tried the next time. */
    private static final int MAX_ADDRESSES = 8;
    /** Enough for a lost SYN to be sent again, however many addresses share the time. */
    private static final Duration LEAST_EACH = Duration.ofSeconds(2);

    private final String host;
    private final int port;
    private final Duration timeout;
    private final Resolver resolver;
    private Optional<InetAddress> lastTried = Optional.empty();
    private boolean welcomedThere;

    /** Looks up a name. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] addressesOf(String host) throws UnknownHostException;
    }

    /** Makes of an open socket what {@link Connector#connect} returns, or closes it. */
    @FunctionalInterface
    interface Opening {
        /**
         * The connection, ready to speak the protocol.
         *
         * @param timeout longest time that this may take
         */
        Connection on(Socket socket, Duration timeout) throws IOException;
    }

    /** @param timeout longest time for all addresses of a name together, unless each would have less than two seconds */
    PlainConnector(String host, int port, Duration timeout) {
        this(host, port, timeout, InetAddress::getAllByName);
    }

    PlainConnector(String host, int port, Duration timeout, Resolver resolver) {
        this.host = host;
        this.port = port;
        this.timeout = timeout;
        this.resolver = resolver;
    }

    @Override
    public Connection connect() throws IOException {
        return connect((socket, time) -> Connection.plain(socket));
    }

    @Override
    public void welcomed() {
        welcomedThere = true;
    }

    /** The first connection that {@code opening} makes of one of the addresses, each of which has the same time. */
    Connection connect(Opening opening) throws IOException {
        List<InetAddress> addresses = inTurn(addresses());
        Duration each = timeOfEach(addresses.size());
        List<IOException> failures = new ArrayList<>();
        for (InetAddress address : addresses) {
            lastTried = Optional.of(address);
            welcomedThere = false;
            try {
                return opening.on(open(address, each), each);
            } catch (IOException e) {
                failures.add(e);
            }
        }
        throw addresses.size() == 1 ? failures.get(0) : ofAll(addresses, failures);
    }

    private List<InetAddress> addresses() throws UnknownHostException {
        try {
            return Arrays.stream(resolver.addressesOf(host)).distinct().toList();
        } catch (UnknownHostException e) {
            throw new UnknownHostException("unknown host " + host);
        }
    }

    /** Begins where the probe was welcomed last; where it was not, with the one behind that. */
    private List<InetAddress> inTurn(List<InetAddress> addresses) {
        List<InetAddress> turned = new ArrayList<>(addresses);
        int last = lastTried.map(addresses::indexOf).orElse(-1);
        Collections.rotate(turned, last >= 0 && welcomedThere ? -last : -(last + 1));
        return turned.subList(0, Math.min(MAX_ADDRESSES, turned.size()));
    }

    private Duration timeOfEach(int addresses) {
        Duration share = timeout.dividedBy(addresses);
        Duration least = timeout.compareTo(LEAST_EACH) < 0 ? timeout : LEAST_EACH;
        return share.compareTo(least) < 0 ? least : share;
    }

    private Socket open(InetAddress address, Duration time) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(address, port), Math.toIntExact(time.toMillis()));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** On one line. That somebody else answers there is worse news than that nobody does. */
    private static IOException ofAll(List<InetAddress> addresses, List<IOException> failures) {
        StringJoiner what = new StringJoiner("; ");
        for (int i = 0; i < failures.size(); i++) {
            what.add(addresses.get(i).getHostAddress() + ": " + failures.get(i).getMessage());
        }
        return failures.stream()
                .filter(UntrustedException.class::isInstance)
                .findFirst()
                .<IOException>map(untrusted -> new UntrustedException(what.toString(), untrusted))
                .orElseGet(() -> new IOException(what.toString(), failures.get(0)));
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
