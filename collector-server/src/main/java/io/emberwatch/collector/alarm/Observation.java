package io.emberwatch.collector.alarm;

import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What is known of one machine at one moment: a reading, what the collector sees of the link, or both. Times are kept
 * to the millisecond, as the database does.
 *
 * @param takenAt the machine's clock when the reading was taken; values of the machine and its GPUs are judged at it
 * @param now the collector's clock; values of the link are judged at it
 * @param live false for a reading replayed after an outage; values of the link are always live
 * @param silenced whether mails about this machine are held back now
 * @param machine values of scope {@link Scope#MACHINE}
 * @param gpusByUuid values of scope {@link Scope#GPU}
 * @param link values of scope {@link Scope#LINK}
 */
public record Observation(
        Instant takenAt,
        Instant now,
        boolean live,
        boolean silenced,
        MetricValues machine,
        Map<String, MetricValues> gpusByUuid,
        MetricValues link) {
    public Observation {
        takenAt = takenAt.truncatedTo(ChronoUnit.MILLIS);
        now = now.truncatedTo(ChronoUnit.MILLIS);
        requireScope(machine, Scope.MACHINE);
        gpusByUuid.values().forEach(values -> requireScope(values, Scope.GPU));
        requireScope(link, Scope.LINK);
    }

    /** An observation of the link alone, of a machine that may not have been heard of. */
    public static Observation ofLink(Instant now, boolean silenced, MetricValues link) {
        return new Observation(now, now, true, silenced, MetricValues.empty(Scope.MACHINE), Map.of(), link);
    }

    Instant timeOf(Metric metric) {
        return metric.scope() == Scope.LINK ? now : takenAt;
    }

    OptionalDouble value(String component, Metric metric) {
        return switch (metric.scope()) {
            case MACHINE -> machine.get(metric);
            case LINK -> link.get(metric);
            case GPU -> {
                MetricValues values = gpusByUuid.get(component);
                yield values == null ? OptionalDouble.empty() : values.get(metric);
            }
        };
    }

    /**
     * Whether an owner may be notified now that this metric is beyond its limit. Not from replayed history, not in a
     * silence, and of a machine that is not heard of only that it is not heard of.
     */
    boolean mayNotify(Metric metric) {
        if (silenced) {
            return false;
        }
        boolean hasReading = !machine.isEmpty() || !gpusByUuid.isEmpty();
        return metric.scope() == Scope.LINK ? !link.isEmpty() : live && hasReading;
    }

    private static void requireScope(MetricValues values, Scope scope) {
        if (values.scope() != scope) {
            throw new IllegalArgumentException("expected values of scope " + scope + ", but got " + values.scope());
        }
    }
}
