package io.emberwatch.collector.faults;

import io.emberwatch.collector.testing.TestServer;

/**
 * The fault suite by hand: for as long as one likes, or with the seed of a run that failed. Exits with 1 if it fails.
 */
public final class FaultsMain {
    private FaultsMain() {}

    /** Arguments: minutes; optionally the seed; optionally MARIADB or MYSQL, which otherwise goes by the seed. */
    public static void main(String[] arguments) throws Exception {
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
        TestServer server = arguments.length > 2 ? TestServer.valueOf(arguments[2]) : FaultSettings.serverOf(seed);
        FaultSettings settings = FaultSettings.ofMinutes(Integer.parseInt(arguments[0]), seed, server);
        boolean well = new FaultRun(settings, System.out).run();
        // The database server's shutdown hook ends it.
        System.exit(well ? 0 : 1);
    }
}
