package io.emberwatch.probe.sample;

import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.util.OptionalDouble;

/** Collects the values of one reading and keeps garbage out of it. Not thread-safe. */
public final class Readout {
    /** Nothing but temperatures can be below zero. */
    private static final double LOWEST_TEMP_C = -100;

    private final MetricValues.Builder values = MetricValues.builder(Scope.MACHINE);
    private final FaultLog faults;

    Readout(FaultLog faults) {
        this.faults = faults;
    }

    /** Takes a value in the metric's unit; one that cannot be true is noted and left absent. */
    public void put(Metric metric, double value) {
        double lowest = metric.unit().equals("°C") ? LOWEST_TEMP_C : 0;
        if (!Double.isFinite(value) || value < lowest || value > Long.MAX_VALUE / 1000.0) {
            faults.report(metric.column(), "measured as " + value + ", which cannot be");
            return;
        }
        faults.recovered(metric.column());
        values.set(metric, value);
    }

    public void put(Metric metric, long value) {
        put(metric, (double) value);
    }

    public void put(Metric metric, OptionalDouble value) {
        value.ifPresent(present -> put(metric, present));
    }

    MetricValues values() {
        return values.build();
    }
}
