package io.emberwatch.collector.faults;

import io.emberwatch.collector.testing.TestServer;
import java.time.Duration;

/**
 * How a run is to be.
 *
 * @param length of the time in which faults come; what is before and after takes a minute or so more
 * @param others faults that kill nobody
 */
record FaultSettings(Duration length, int probes, int kills, int others, long seed, TestServer server) {
    private static final String PREFIX = "emberwatch.faults.";

    /** A kill every nine seconds on average, and as many other faults. */
    static FaultSettings ofMinutes(int minutes, int probes, long seed, TestServer server) {
        int kills = Math.max(1, Math.round(minutes * 200 / 30f));
        return new FaultSettings(Duration.ofMinutes(minutes), probes, kills, kills, seed, server);
    }

    /**
     * From system properties {@code emberwatch.faults.seconds, probes, kills, others, seed} and {@code server}; what is not
     * set is short.
     */
    static FaultSettings fromProperties() {
        long seed = Long.getLong(PREFIX + "seed", System.nanoTime());
        String server = System.getProperty(PREFIX + "server", "");
        return new FaultSettings(
                Duration.ofSeconds(Integer.getInteger(PREFIX + "seconds", 14)),
                Integer.getInteger(PREFIX + "probes", 3),
                Integer.getInteger(PREFIX + "kills", 5),
                Integer.getInteger(PREFIX + "others", 8),
                seed,
                server.isEmpty() ? serverOf(seed) : TestServer.valueOf(server));
    }

    /** So that both have their turn. */
    static TestServer serverOf(long seed) {
        return TestServer.values()[Math.floorMod(seed, TestServer.values().length)];
    }
}
