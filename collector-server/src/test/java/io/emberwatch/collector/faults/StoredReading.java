package io.emberwatch.collector.faults;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;

/**
 * A row of table {@code reading}.
 *
 * @param values of the metrics that are watched, by their names; without those that are NULL
 */
record StoredReading(long sequence, Instant takenAt, Map<String, BigDecimal> values) {}
