package io.emberwatch.collector.net.limits;

import java.time.Duration;

/**
 * Limits of connections, and of what comes over them.
 *
 * @param address for each source address
 * @param failures for each source address
 * @param machine for each machine, over all of its connections
 * @param maxUnauthenticated connections that have yet to say who they are; of more, the oldest is closed
 * @param maxUndeliveredBytes output that may wait for one peer to take it in
 * @param proxyFrom balancers, whose connections begin with a PROXY header
 */
public record LimitSettings(
        Address address,
        Failures failures,
        Machine machine,
        int maxUnauthenticated,
        int maxUndeliveredBytes,
        AddressRanges proxyFrom) {

    /**
     * Limits of one source address: an IPv4 address, or an IPv6 /64.
     *
     * @param maxConnections at a time
     * @param newConnections how many may come
     * @param maxUnauthenticated at a time; of more, the oldest is closed
     * @param maxKnown addresses that are remembered at a time
     */
    public record Address(int maxConnections, Rate newConnections, int maxUnauthenticated, int maxKnown) {}

    /**
     * What an address may get wrong before it is known who speaks.
     *
     * @param max failures that are allowed; one more, and the address is shut out
     * @param window in this time {@code max} failures are forgiven, evenly
     * @param shutOut for how long an address is shut out
     */
    public record Failures(int max, Duration window, Duration shutOut) {}

    /** Limits of one machine: beyond them nothing is read from it for a while. */
    public record Machine(Rate frames, Rate readings) {}

    /**
     * How much of something is let through.
     *
     * @param perSecond in the long run, 1 or more
     * @param burst at once, after a pause, 1 or more
     */
    public record Rate(int perSecond, int burst) {
        public Rate {
            if (perSecond < 1 || burst < 1) {
                throw new IllegalArgumentException("a rate is 1 or more a second, at least 1 at once: " + perSecond
                        + " a second, " + burst + " at once");
            }
        }
    }

    /** What holds unless configured otherwise. */
    public static LimitSettings standard() {
        return new LimitSettings(
                new Address(2_000, new Rate(100, 1_000), 1_000, 100_000),
                new Failures(20, Duration.ofMinutes(10), Duration.ofMinutes(10)),
                new Machine(new Rate(200, 2_000), new Rate(20_000, 100_000)),
                5_000,
                64 * 1024,
                AddressRanges.none());
    }
}
