package io.emberwatch.collector.cli;

import io.emberwatch.collector.model.EffectiveLimit;
import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.LimitBounds;
import io.emberwatch.collector.model.LimitTable;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.collector.model.StoredLimit;
import io.emberwatch.collector.model.StoredLimit.LimitPlace;
import io.emberwatch.collector.model.StoredLimit.LimitPlace.OfGpu;
import io.emberwatch.collector.model.StoredLimit.LimitPlace.OfMachine;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Scope;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A limit that a person wants, completed from the one that held so far: raising a threshold by five degrees is not to
 * lose its hysteresis.
 *
 * @param before all limits as they were
 */
record LimitChange(Metric metric, LimitPlace place, LimitTable before) {
    private static final String OFF = "off";
    private static final BigDecimal LARGEST = new BigDecimal("999999999999999999");
    private static final int DECIMALS = 2;
    private static final Duration LONGEST = Duration.ofDays(7);

    LimitChange {
        if (place instanceof OfGpu && metric.scope() != Scope.GPU) {
            throw CommandFailed.usage(metric + " is not a metric of GPUs: leave --gpu out");
        }
    }

    /**
     * The limit to store.
     *
     * @param clear null keeps the distance to the raising value, see {@link LimitBounds#clearAt}
     * @param holdFor null keeps the time
     */
    StoredLimit to(Severity severity, String raise, String clear, String holdFor) {
        Optional<Limit> old = find(metric, severity, at(before, place));
        Duration hold = holdFor == null ? old.map(Limit::holdFor).orElse(Duration.ZERO) : hold(holdFor);
        if (raise.equals(OFF)) {
            return new StoredLimit(place, metric.column(), severity, Optional.empty(), Optional.empty(), hold);
        }
        LimitBounds bounds = new LimitBounds(metric);
        BigDecimal raiseAt = number(raise);
        bounds.objection(raiseAt).ifPresent(objection -> {
            throw CommandFailed.usage(
                    "a limit of " + raiseAt.toPlainString() + " " + objection + "; '" + OFF + "' switches it off");
        });
        BigDecimal clearAt =
                clear == null ? old.map(limit -> bounds.clearAt(raiseAt, limit)).orElse(raiseAt) : number(clear);
        requireHarmless(raiseAt, clearAt, bounds);
        return new StoredLimit(place, metric.column(), severity, Optional.of(raiseAt), Optional.of(clearAt), hold);
    }

    /** What counts at a place. */
    static List<EffectiveLimit> at(LimitTable table, LimitPlace place) {
        if (place instanceof OfMachine machine) {
            return table.effective(machine.machineId(), "");
        }
        return place instanceof OfGpu gpu ? table.effective(gpu.machineId(), gpu.uuid()) : table.ofFleet();
    }

    /**
     * What is most often a slip: a critical limit that is reached before that of the warning.
     *
     * @param limits all that count at a place
     */
    static Optional<String> doubtAboutOrder(Metric metric, List<EffectiveLimit> limits) {
        Optional<Limit> warning = find(metric, Severity.WARNING, limits);
        Optional<Limit> critical = find(metric, Severity.CRITICAL, limits);
        if (warning.isEmpty() || critical.isEmpty()) {
            return Optional.empty();
        }
        int side = Double.compare(critical.get().raiseAt(), warning.get().raiseAt());
        return (isHighBad(metric) ? side < 0 : side > 0)
                ? Optional.of("the critical limit is reached before that of the warning: " + dangerous(metric))
                : Optional.empty();
    }

    private static Optional<Limit> find(Metric metric, Severity severity, List<EffectiveLimit> limits) {
        return limits.stream()
                .filter(limit -> limit.metric() == metric && limit.severity() == severity)
                .findFirst()
                .flatMap(EffectiveLimit::limit);
    }

    private static boolean isHighBad(Metric metric) {
        return metric.direction() == Metric.Direction.HIGH_IS_BAD;
    }

    private static String dangerous(Metric metric) {
        return metric + " is dangerous when " + (isHighBad(metric) ? "high" : "low");
    }

    private void requireHarmless(BigDecimal raiseAt, BigDecimal clearAt, LimitBounds bounds) {
        int side = clearAt.compareTo(raiseAt);
        if (isHighBad(metric) ? side > 0 : side < 0) {
            throw CommandFailed.usage("--clear " + clearAt.toPlainString() + " must be at or "
                    + (isHighBad(metric) ? "below " : "above ") + raiseAt.toPlainString() + ": " + dangerous(metric));
        }
        if (!bounds.canClearAt(clearAt)) {
            throw CommandFailed.usage("--clear " + clearAt.toPlainString()
                    + " can never be reached, so that the alarm would never be over: " + bounds.range());
        }
    }

    private static Duration hold(String text) {
        Duration hold = Validation.duration(text);
        if (hold.compareTo(LONGEST) > 0 || hold.toMillisPart() != 0) {
            throw CommandFailed.usage("--for must be 0s to 7d, in whole seconds, but is " + text);
        }
        return hold;
    }

    private static BigDecimal number(String text) {
        try {
            BigDecimal number = new BigDecimal(text);
            if (text.length() <= 24
                    && number.abs().compareTo(LARGEST) <= 0
                    && number.stripTrailingZeros().scale() <= DECIMALS) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below, like a number that does not fit.
        }
        throw CommandFailed.usage("'" + text + "' is not a limit: it must be a number with at most " + DECIMALS
                + " decimals, without a unit, or " + OFF);
    }
}
