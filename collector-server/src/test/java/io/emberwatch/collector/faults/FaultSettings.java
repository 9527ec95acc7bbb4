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
    private static final float KILLS_A_MINUTE = 200 / 30f;
    private static final int MANY_PROBES = 20;
    /** Its plan cuts a COMMIT and mails, fills a disk and lets an old connection speak late, all on MariaDB. */
    private static final long SEED_OF_A_BUILD = 6;

    /** 20 probes, a kill every nine seconds, and as many other faults, unless the properties say otherwise. */
    static FaultSettings ofMinutes(int minutes, long seed, TestServer server) {
        int kills = number("kills", Math.round(minutes * KILLS_A_MINUTE));
        return new FaultSettings(
                Duration.ofMinutes(minutes),
                number("probes", MANY_PROBES),
                kills,
                number("others", kills),
                seed,
                server);
    }

    /**
     * From system properties {@code emberwatch.faults.minutes, probes, kills, others, seed} and {@code server}: without
     * minutes, a run that takes some seconds and has the same plan each time, so that a failure comes from what was
     * changed.
     */
    static FaultSettings fromProperties() {
        int minutes = number("minutes", 0);
        long seed = Long.getLong(PREFIX + "seed", minutes > 0 ? System.nanoTime() : SEED_OF_A_BUILD);
        String name = System.getProperty(PREFIX + "server", "");
        TestServer server = name.isEmpty() ? serverOf(seed) : TestServer.valueOf(name);
        return minutes > 0
                ? ofMinutes(minutes, seed, server)
                : new FaultSettings(
                        Duration.ofSeconds(12),
                        number("probes", 3),
                        number("kills", 4),
                        number("others", 6),
                        seed,
                        server);
    }

    /** So that both have their turn. */
    static TestServer serverOf(long seed) {
        return Math.floorMod(seed, 2) == 0 ? TestServer.MARIADB : TestServer.MYSQL;
    }

    private static int number(String name, int otherwise) {
        return Integer.getInteger(PREFIX + name, otherwise);
    }
}
