package io.emberwatch.collector.faults;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * A limit of the fleet while the suite runs: high values are bad, severity critical.
 *
 * @param clearAt at most {@code raiseAt}
 */
record WatchedLimit(String metric, BigDecimal raiseAt, BigDecimal clearAt, Duration holdFor) {
    static WatchedLimit of(String metric, String raiseAt, String clearAt, int holdForSeconds) {
        return new WatchedLimit(
                metric, new BigDecimal(raiseAt), new BigDecimal(clearAt), Duration.ofSeconds(holdForSeconds));
    }
}
