package io.emberwatch.collector.bench;

import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.util.List;

/** Readings in which every metric of a machine is present and changes like a busy machine's. */
final class FullReadings {
    private static final List<Metric> NONE_ON_A_HEALTHY_MACHINE = List.of(
            Metric.REJECTED_VALUE_COUNT,
            Metric.TEMP_ALARM_COUNT,
            Metric.FS_READ_ONLY_COUNT,
            Metric.FS_UNREACHABLE_COUNT,
            Metric.HUNG_READ_COUNT);

    private FullReadings() {}

    static MetricValues values(long sequence) {
        MetricValues.Builder values = MetricValues.builder(Scope.MACHINE);
        long wobble = sequence * 7919 % 100;
        for (Metric metric : Scope.MACHINE.metrics()) {
            values.setRaw(
                    metric,
                    switch (metric.unit()) {
                        case "bytes" -> (200L << 30) + (wobble << 20);
                        case "bytes/s" -> 50_000_000 + wobble * 12_345;
                        case "%" -> 300 + wobble;
                        case "°C" -> 500 + wobble;
                        default -> 100 + wobble;
                    });
        }
        // Else the whole fleet would raise alarms.
        NONE_ON_A_HEALTHY_MACHINE.forEach(metric -> values.setRaw(metric, 0));
        return values.build();
    }
}
