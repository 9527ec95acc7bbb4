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
 * The values of one scope at one moment; each is present or absent. A value out of its metric's range is rejected: it is
 * absent, and only counted and named. Immutable and safe to share between threads. Values are kept raw (see {@link
 * Metric}).
 */
public final class MetricValues {
    private static final Map<Scope, MetricValues> EMPTY = new EnumMap<>(Stream.of(Scope.values())
            .collect(Collectors.toMap(
                    Function.identity(),
                    scope -> new MetricValues(
                            scope, 0, 0, new long[scope.metrics().size()]))));

    private final Scope scope;
    private final long present;
    private final long rejected;
    private final long[] raw;

    private MetricValues(Scope scope, long present, long rejected, long[] raw) {
        this.scope = scope;
        this.present = present;
        this.rejected = rejected;
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

    /** How many values were left out because they are not credible. */
    public int rejectedCount() {
        return Long.bitCount(rejected);
    }

    /** Calls {@code action} with each metric whose value is not credible, and with that, raw as {@link Metric#toRaw}. */
    public void forEachRejected(ObjLongConsumer<Metric> action) {
        for (long rest = rejected; rest != 0; rest &= rest - 1) {
            int i = Long.numberOfTrailingZeros(rest);
            action.accept(scope.byWireId(i + 1), raw[i]);
        }
    }

    /**
     * These values of a machine, with so many more said in {@link Metric#REJECTED_VALUE_COUNT}: its own, its GPUs' or
     * what somebody else left out. It is then there, even as 0.
     */
    public MetricValues plusRejected(long more) {
        Metric count = Metric.REJECTED_VALUE_COUNT;
        long before = has(count) ? raw(count) : 0;
        return builder(scope)
                .setAll(this)
                .setRaw(count, Math.min(before + more, count.maxRaw()))
                .build();
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
                && rejected == that.rejected
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
        private long rejected;
        private long[] raw;
        /** Whether {@code raw} belongs to values already built, so that it must not change any more. */
        private boolean rawIsShared;

        private Builder(Scope scope) {
            this.scope = scope;
            this.raw = new long[scope.metrics().size()];
        }

        /**
         * Sets a measured value, in the metric's unit, or rejects it if it is not credible.
         *
         * @throws IllegalArgumentException if the metric is of another scope
         */
        public Builder set(Metric metric, double value) {
            return setRaw(metric, metric.toRaw(value));
        }

        /** The same with a raw value. */
        public Builder setRaw(Metric metric, long value) {
            if (metric.scope() != scope) {
                throw new IllegalArgumentException(metric + " is not a metric of scope " + scope);
            }
            if (rawIsShared) {
                raw = raw.clone();
                rawIsShared = false;
            }
            long bit = 1L << (metric.wireId() - 1);
            boolean isCredible = metric.isCredible(value);
            present = isCredible ? present | bit : present & ~bit;
            rejected = isCredible ? rejected & ~bit : rejected | bit;
            raw[metric.wireId() - 1] = value;
            return this;
        }

        /** Sets what is present in {@code values}, and rejects what is rejected there. */
        public Builder setAll(MetricValues values) {
            values.forEachPresent(this::setRaw);
            values.forEachRejected(this::setRaw);
            return this;
        }

        public MetricValues build() {
            rawIsShared = true;
            return new MetricValues(scope, present, rejected, raw);
        }
    }
}
