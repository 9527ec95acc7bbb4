package io.emberwatch.collector.config;

import io.emberwatch.protocol.conf.HostPort;
import io.emberwatch.protocol.conf.Key;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.stream.Stream;

/** Where probes find the collector. */
public final class AddressOptions extends ConfOptions {
    public AddressOptions() {
        super("listen", "collector");
    }

    public HostPort listen() {
        return get(CollectorKeys.LISTEN);
    }

    /** What to write into a probe's configuration: as configured, else this host's name and the port listened on. */
    public HostPort publicAddress() {
        return find(CollectorKeys.PUBLIC_ADDRESS).orElseGet(() -> new HostPort(hostName(), listen().port()));
    }

    /** Whether it is configured how probes reach the collector; otherwise {@link #publicAddress} is a guess. */
    public boolean isPublicAddressGiven() {
        return find(CollectorKeys.PUBLIC_ADDRESS).isPresent();
    }

    /** This host's own name for itself; {@code localhost} if it has none. */
    public static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    @Override
    Stream<String> alias(Key<?> key) {
        return key.equals(CollectorKeys.PUBLIC_ADDRESS) ? Stream.of("--address") : Stream.empty();
    }
}
