package io.emberwatch.collector.hostile;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How a run is to be.
 *
 * @param length of the time in which boxes misbehave
 * @param honest machines beside them, the last of which an admin locks now and then
 * @param boxes that misbehave
 * @param ways in which they do; none at all measures what this machine does by itself
 * @param withAdmin whether an admin's transaction locks a machine now and then
 */
record HostileSettings(Duration length, int honest, int boxes, Set<Misbehaviour> ways, boolean withAdmin, long seed) {
    private static final String PREFIX = "emberwatch.hostile.";
    private static final int SECONDS_IN_A_BUILD = 15;
    private static final long SEED_OF_A_BUILD = 7;

    /**
     * From system properties {@code emberwatch.hostile.seconds, honest, boxes, only} (names with commas between, or
     * nothing), {@code admin} ({@code false}) and {@code seed}.
     */
    static HostileSettings fromProperties() {
        int seconds = number("seconds", SECONDS_IN_A_BUILD);
        String only = System.getProperty(PREFIX + "only", "all");
        return new HostileSettings(
                Duration.ofSeconds(seconds),
                number("honest", 50),
                number("boxes", 10),
                only.equals("all") ? EnumSet.allOf(Misbehaviour.class) : named(only),
                !System.getProperty(PREFIX + "admin", "true").equals("false"),
                Long.getLong(PREFIX + "seed", seconds > SECONDS_IN_A_BUILD ? System.nanoTime() : SEED_OF_A_BUILD));
    }

    List<Misbehaviour> waysInOrder() {
        return List.copyOf(ways);
    }

    private static Set<Misbehaviour> named(String names) {
        Set<Misbehaviour> ways = EnumSet.noneOf(Misbehaviour.class);
        Stream.of(names.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty() && !name.equals("nothing"))
                .map(Misbehaviour::valueOf)
                .forEach(ways::add);
        return ways;
    }

    private static int number(String name, int otherwise) {
        return Integer.getInteger(PREFIX + name, otherwise);
    }
}
