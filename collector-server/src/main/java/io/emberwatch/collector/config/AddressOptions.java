package io.emberwatch.collector.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import picocli.CommandLine.Option;

/** Where probes find the collector. */
public final class AddressOptions {
    @Option(
            names = "--listen",
            descriptionKey = "listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:7411",
            converter = Kinds.Address.class,
            description = {
                "Address that probes connect to; 0.0.0.0:7411 or [::]:7411 for every interface. Beyond loopback",
                "connections are encrypted, unless tls = off."
            })
    private HostPort listen;

    @Option(
            names = {"--collector-public-address", "--address"},
            descriptionKey = "collector.public-address",
            paramLabel = "HOST:PORT",
            converter = Kinds.Address.class,
            description = "How probes reach that address from outside; machine add prints it.")
    private HostPort publicAddress;

    public HostPort listen() {
        return listen;
    }

    /** What to write into a probe's configuration: as configured, else this host's name and the port listened on. */
    public HostPort publicAddress() {
        return publicAddress != null ? publicAddress : new HostPort(hostName(), listen.port());
    }

    /** Whether it is configured how probes reach the collector; otherwise {@link #publicAddress} is a guess. */
    public boolean isPublicAddressGiven() {
        return publicAddress != null;
    }

    /** This host's own name for itself; {@code localhost} if it has none. */
    public static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
