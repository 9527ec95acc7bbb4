package io.emberwatch.probe.sample;

import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.util.OptionalDouble;

/** Collects the machine's values of one reading; they keep out themselves what cannot be true. Not thread-safe. */
public final class Readout {
    private final MetricValues.Builder values = MetricValues.builder(Scope.MACHINE);

    /** Takes a value in the metric's unit. */
    public void put(Metric metric, double value) {
        values.set(metric, value);
    }

    public void put(Metric metric, long value) {
        put(metric, (double) value);
    }

    public void put(Metric metric, OptionalDouble value) {
        value.ifPresent(present -> put(metric, present));
    }

    void putAll(MetricValues others) {
        values.setAll(others);
    }

    MetricValues values() {
        return values.build();
    }
}
