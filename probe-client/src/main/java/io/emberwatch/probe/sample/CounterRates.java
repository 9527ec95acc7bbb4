package io.emberwatch.probe.sample;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * Turns growing counters of several devices into one rate. There is none at first, and none when a counter ran backwards,
 * because it was reset or wrapped around: how much it counted in between is unknown. A device that has just appeared
 * counts from the next time on. Not thread-safe.
 */
final class CounterRates {
    private Map<String, Long> previous = Map.of();
    private long previousNanos;

    /**
     * The rate since the last call.
     *
     * @param counters by device
     * @param nowNanos when they were read, by {@link System#nanoTime()}
     * @return the sum of all devices per second
     */
    OptionalDouble perSecond(Map<String, Long> counters, long nowNanos) {
        Map<String, Long> before = previous;
        double seconds = (nowNanos - previousNanos) / 1e9;
        previous = Map.copyOf(counters);
        previousNanos = nowNanos;

        double sum = 0;
        boolean measured = false;
        for (Map.Entry<String, Long> counter : counters.entrySet()) {
            Long then = before.get(counter.getKey());
            if (then == null) {
                continue;
            }
            long grown = counter.getValue() - then;
            if (grown < 0) {
                return OptionalDouble.empty();
            }
            sum += grown;
            measured = true;
        }
        return measured && seconds > 0 ? OptionalDouble.of(sum / seconds) : OptionalDouble.empty();
    }
}
