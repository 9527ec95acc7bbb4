package io.emberwatch.collector.model;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/**
 * A limit as it stands in its table, which anybody with SQL may have written: nothing about it is certain.
 *
 * @param metric name of a metric, supposedly
 * @param raiseAt empty switches the limit off
 * @param clearAt empty is the same as {@code raiseAt}
 */
public record StoredLimit(
        LimitPlace place,
        String metric,
        Severity severity,
        Optional<BigDecimal> raiseAt,
        Optional<BigDecimal> clearAt,
        Duration holdFor) {}
