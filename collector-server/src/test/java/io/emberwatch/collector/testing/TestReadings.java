package io.emberwatch.collector.testing;

import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.Scope;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;

/** Readings for tests. */
public final class TestReadings {
    private TestReadings() {}

    /** One reading with one value of the machine. */
    public static Reading reading(long sequence, Instant takenAt, Metric metric, double value) {
        MetricValues values =
                MetricValues.builder(Scope.MACHINE).set(metric, value).build();
        return new Reading(sequence, takenAt, values, List.of());
    }

    /** Readings {@code from} to {@code to} of a healthy machine, a second apart, the last one taken now. */
    public static Readings healthy(long from, long to) {
        Instant now = Instant.now();
        return new Readings(LongStream.rangeClosed(from, to)
                .mapToObj(sequence -> reading(sequence, now.minusSeconds(to - sequence), Metric.CPU_TEMP_C, 45.5))
                .toList());
    }
}
