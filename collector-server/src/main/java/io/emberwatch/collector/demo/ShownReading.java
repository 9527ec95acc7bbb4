package io.emberwatch.collector.demo;

import io.emberwatch.protocol.Metric;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The telling part of a stored reading.
 *
 * @param values without those that are absent
 */
record ShownReading(Instant takenAt, Map<Metric, BigDecimal> values) {
    static final List<Metric> METRICS =
            List.of(Metric.CPU_TEMP_C, Metric.CPU_UTIL_PERCENT, Metric.LOAD_1M, Metric.MEM_USED_PERCENT);

    ShownReading {
        values = Map.copyOf(values);
    }

    Optional<BigDecimal> value(Metric metric) {
        return Optional.ofNullable(values.get(metric));
    }

    /** Values only, in columns; an absent one is no 0. */
    String line() {
        return METRICS.stream()
                .map(metric -> "%s %-6s"
                        .formatted(
                                metric.column(),
                                value(metric).map(BigDecimal::toPlainString).orElse("absent")))
                .collect(Collectors.joining("  "))
                .stripTrailing();
    }
}
