package io.emberwatch.protocol;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The values of one scope at one moment; each is present or absent. Immutable and safe to share between threads.
 * Values are kept raw (see {@link Metric}).
 */
public final class MetricValues {
    private static final Map<Scope, MetricValues> EMPTY = new EnumMap<>(Stream.of(Scope.values())
            .collect(Collectors.toMap(
                    Function.identity(),
                    scope -> new MetricValues(scope, 0, new long[scope.metrics().size()]))));

    private final Scope scope;
    private final long present;
    private final long[] raw;

    private MetricValues(Scope scope, long present, long[] raw) {
        this.scope = scope;
        this.present = present;
        this.raw = raw;
    }

    public static Builder builder(Scope scope) {
        return new Builder(scope);
    }

    public static MetricValues empty(Scope scope) {
        return EMPTY.get(scope);
    }

    public Scope scope() {
        return scope;
    }

    public boolean isEmpty() {
        return present == 0;
    }

    public boolean has(Metric metric) {
        return (present & bit(metric)) != 0;
    }

    /** The measured value in the metric's unit, empty where absent. */
    public OptionalDouble get(Metric metric) {
        return has(metric) ? OptionalDouble.of(metric.toValue(raw[metric.wireId() - 1])) : OptionalDouble.empty();
    }

    /**
     * The raw value.
     *
     * @throws IllegalStateException if it is absent
     */
    public long raw(Metric metric) {
        if (!has(metric)) {
            throw new IllegalStateException(metric + " is absent");
        }
        return raw[metric.wireId() - 1];
    }

    /** Calls {@code action} with each present metric and its raw value, in ascending order of wire id. */
    public void forEachPresent(ObjLongConsumer<Metric> action) {
        for (Metric metric : scope.metrics()) {
            if (has(metric)) {
                action.accept(metric, raw[metric.wireId() - 1]);
            }
        }
    }

    /** Bit {@code wireId - 1} is set for each present metric. */
    long presence() {
        return present;
    }

    private long bit(Metric metric) {
        if (metric.scope() != scope) {
            throw new IllegalArgumentException(metric + " is not a metric of scope " + scope);
        }
        return 1L << (metric.wireId() - 1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MetricValues that
                && scope == that.scope
                && present == that.present
                && Arrays.equals(raw, that.raw);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(raw) + Long.hashCode(present);
    }

    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ", "{", "}");
        forEachPresent((metric, value) -> text.add(metric + "=" + metric.format(value)));
        return text.toString();
    }

    /** Collects values; not thread-safe. */
    public static final class Builder {
        private final Scope scope;
        private long present;
        private long[] raw;
        /** Whether {@code raw} belongs to values already built, so that it must not change any more. */
        private boolean rawIsShared;

        private Builder(Scope scope) {
            this.scope = scope;
            this.raw = new long[scope.metrics().size()];
        }

        /**
         * Sets a measured value, in the metric's unit.
         *
         * @throws IllegalArgumentException if the metric is of another scope or the value is not finite
         */
        public Builder set(Metric metric, double value) {
            return setRaw(metric, metric.toRaw(value));
        }

        public Builder setRaw(Metric metric, long value) {
            if (metric.scope() != scope) {
                throw new IllegalArgumentException(metric + " is not a metric of scope " + scope);
            }
            if (rawIsShared) {
                raw = raw.clone();
                rawIsShared = false;
            }
            present |= 1L << (metric.wireId() - 1);
            raw[metric.wireId() - 1] = value;
            return this;
        }

        public MetricValues build() {
            rawIsShared = true;
            return new MetricValues(scope, present, raw);
        }
    }
}
