package io.emberwatch.collector.model;

import io.emberwatch.collector.model.StoredLimit.LimitPlace;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Scope;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * The limit that stands for a machine or a GPU, where it was set, and whether it counts there.
 *
 * @param limit empty if it is switched off there
 * @param source where it was set
 * @param reach whom it counts for
 * @param replacedBy where the limit was set that counts in its place, if {@code reach} is {@link Reach#NOBODY}
 * @param movedFor UUID of the GPU because of whose own target {@code limit} is another one than was set
 */
public record EffectiveLimit(
        Metric metric,
        Severity severity,
        Optional<Limit> limit,
        LimitPlace source,
        Reach reach,
        Optional<LimitPlace> replacedBy,
        Optional<String> movedFor) {
    /** Whom a limit counts for, of those that it stands for. */
    public enum Reach {
        /** Everybody. */
        ALL,
        /** The fleet's limit on a GPU's temperature: GPUs that do not report how far they are from their own limit. */
        CARDS_WITHOUT_MARGIN,
        /** The fleet's limit on a machine's: machines that do not report how far the part is from its own limit. */
        MACHINES_WITHOUT_MARGIN,
        /** The fleet's limit on a margin, where the machine or the GPU has its own limit on the temperature. */
        NOBODY;

        /** As it stands in views and JSON: in lower case. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public EffectiveLimit {
        Objects.requireNonNull(metric);
        Objects.requireNonNull(severity);
    }

    /** One that counts for all that it stands for. */
    EffectiveLimit(Metric metric, Severity severity, Optional<Limit> limit, LimitPlace source) {
        this(metric, severity, limit, source, Reach.ALL, Optional.empty(), Optional.empty());
    }

    EffectiveLimit forAll() {
        return new EffectiveLimit(metric, severity, limit, source);
    }

    /** One on a temperature that counts only where the {@link Margin} to it is not reported. */
    EffectiveLimit whereNoMargin() {
        Reach reach = metric.scope() == Scope.GPU ? Reach.CARDS_WITHOUT_MARGIN : Reach.MACHINES_WITHOUT_MARGIN;
        return new EffectiveLimit(metric, severity, limit, source, reach, Optional.empty(), Optional.empty());
    }

    /** The margin that is judged in its place where it is reported; empty if the limit counts in any case. */
    public Optional<Metric> overridingMargin() {
        return Margin.of(metric)
                .filter(margin -> reach == Reach.CARDS_WITHOUT_MARGIN || reach == Reach.MACHINES_WITHOUT_MARGIN);
    }

    EffectiveLimit replacedBy(LimitPlace place) {
        return new EffectiveLimit(metric, severity, limit, source, Reach.NOBODY, Optional.of(place), Optional.empty());
    }

    /**
     * As it counts for a GPU with a target of its own: what somebody set for the machine or the GPU is taken as it is.
     */
    EffectiveLimit movedFor(String uuid, GpuTargetTemp target) {
        if (metric != Metric.GPU_SLOWDOWN_MARGIN_C || !isOfFleet() || reach == Reach.NOBODY) {
            return this;
        }
        Optional<Limit> moved = limit.map(target::moved);
        return moved.equals(limit)
                ? this
                : new EffectiveLimit(metric, severity, moved, source, reach, replacedBy, Optional.of(uuid));
    }

    boolean isOfFleet() {
        return source instanceof LimitPlace.Fleet;
    }
}
