package io.emberwatch.protocol;

import java.util.Arrays;
import java.util.List;

/** What a metric describes: the machine as a whole, one of its GPUs, or the link as the collector sees it. */
public enum Scope {
    /** One value per reading; column of table {@code reading}. */
    MACHINE,
    /** One value per GPU and reading; column of table {@code gpu_reading}. */
    GPU,
    /** Observed by the collector itself: never on the wire, never stored, but limits may be set on it. */
    LINK;

    private static final int MAX_WIRE_METRICS = 63;

    /** The metrics of this scope, in ascending order of wire id. */
    public List<Metric> metrics() {
        return Metric.of(this);
    }

    /** Largest number of metrics that a presence bitmap can carry, independent of this build's catalogue. */
    static int maxWireMetrics() {
        return MAX_WIRE_METRICS;
    }

    /** The metric with this wire id, or null if this build does not know it. */
    Metric byWireId(int wireId) {
        List<Metric> metrics = metrics();
        return wireId >= 1 && wireId <= metrics.size() ? metrics.get(wireId - 1) : null;
    }

    static List<Metric> inWireOrder(Scope scope) {
        List<Metric> metrics = Arrays.stream(Metric.values())
                .filter(metric -> metric.scope() == scope)
                .toList();
        for (int i = 0; i < metrics.size(); i++) {
            if (metrics.get(i).wireId() != i + 1) {
                throw new AssertionError("wire ids of " + scope + " must be 1, 2, 3 …, but " + metrics.get(i));
            }
        }
        return metrics;
    }
}
