package io.emberwatch.collector.net.limits;

import java.time.Duration;

/**
 * Limits of connections, and of what comes over them.
 *
 * @param address for each source address
 * @param failures for each source address
 * @param machine for each machine, over all of its connections
 * @param newHandshakes TLS handshakes of all addresses together; beyond them, addresses that no machine has come from
 *     wait
 * @param maxUnauthenticated connections that have yet to say who they are; of more, the oldest is closed
 * @param maxUndeliveredBytes output that may wait for one peer to take it in
 * @param proxyFrom balancers, whose connections begin with a PROXY header
 */
public record LimitSettings(
        Address address,
        Failures failures,
        Machine machine,
        Rate newHandshakes,
        int maxUnauthenticated,
        int maxUndeliveredBytes,
        AddressRanges proxyFrom) {
    /** How long it is remembered that a machine has come from an address. */
    public static final Duration MACHINE_REMEMBERED = Duration.ofDays(7);

    private static final int MAX_UNAUTHENTICATED = 5_000;
    /** One takes two cores some milliseconds: these take less than one of them. */
    private static final Rate NEW_HANDSHAKES = new Rate(100, 200);

    private static final int MAX_UNDELIVERED_BYTES = 64 * 1024;

    /**
     * Limits of one source address: an IPv4 address, or an IPv6 /64.
     *
     * @param maxConnections at a time
     * @param newConnections how many may come
     * @param maxUnauthenticated at a time; of more, the oldest is closed
     * @param maxKnown addresses that are remembered at a time
     */
    public record Address(int maxConnections, Rate newConnections, int maxUnauthenticated, int maxKnown) {
        /** Of more, the one that was idle longest is forgotten. */
        private static final int MAX_KNOWN = 100_000;
        /** Behind one address there may be a whole institute, whose probes all come back at once. */
        private static final int BURST_SECONDS = 10;

        public static Address of(int maxConnections, int newConnectionsPerSecond) {
            return new Address(
                    maxConnections,
                    Rate.withBurst(newConnectionsPerSecond, BURST_SECONDS),
                    Math.max(1, maxConnections / 2),
                    MAX_KNOWN);
        }
    }

    /**
     * What an address may get wrong before it is known who speaks.
     *
     * @param max failures that are allowed; one more, and the address is shut out
     * @param window in this time {@code max} failures are forgiven, evenly
     * @param shutOut for how long an address is shut out
     */
    public record Failures(int max, Duration window, Duration shutOut) {
        private static final Duration WINDOW = Duration.ofMinutes(10);

        public static Failures of(int max, Duration shutOut) {
            return new Failures(max, WINDOW, shutOut);
        }
    }

    /** Limits of one machine: beyond them nothing is read from it for a while. */
    public record Machine(Rate frames, Rate readings) {
        private static final int FRAMES_BURST_SECONDS = 10;
        /** What has piled up during an outage comes in large frames. */
        private static final int READINGS_BURST_SECONDS = 5;

        public static Machine of(int framesPerSecond, int readingsPerSecond) {
            return new Machine(
                    Rate.withBurst(framesPerSecond, FRAMES_BURST_SECONDS),
                    Rate.withBurst(readingsPerSecond, READINGS_BURST_SECONDS));
        }
    }

    /** With what is the same everywhere. */
    public static LimitSettings of(Address address, Failures failures, Machine machine, AddressRanges proxyFrom) {
        return new LimitSettings(
                address, failures, machine, NEW_HANDSHAKES, MAX_UNAUTHENTICATED, MAX_UNDELIVERED_BYTES, proxyFrom);
    }

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

        /** At once so much as comes together in so many seconds. */
        static Rate withBurst(int perSecond, int seconds) {
            return new Rate(perSecond, perSecond * seconds);
        }
    }
}
