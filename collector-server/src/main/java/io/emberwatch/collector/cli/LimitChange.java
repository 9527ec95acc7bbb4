package io.emberwatch.collector.cli;

import io.emberwatch.collector.model.EffectiveLimit;
import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.LimitPlace;
import io.emberwatch.collector.model.LimitPlace.OfGpu;
import io.emberwatch.collector.model.LimitPlace.OfMachine;
import io.emberwatch.collector.model.LimitTable;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.collector.model.StoredLimit;
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
            throw new UsageProblem(metric + " is not a metric of GPUs: leave --gpu out");
        }
    }

    /**
     * The limit to store.
     *
     * @param clear null keeps the distance to the raising value
     * @param holdFor null keeps the time
     */
    StoredLimit to(Severity severity, String raise, String clear, String holdFor) {
        Optional<Limit> old = at(before, place).stream()
                .filter(limit -> limit.metric() == metric && limit.severity() == severity)
                .findFirst()
                .flatMap(EffectiveLimit::limit);
        Duration hold = holdFor == null ? old.map(Limit::holdFor).orElse(Duration.ZERO) : hold(holdFor);
        if (raise.equals(OFF)) {
            return new StoredLimit(place, metric.column(), severity, Optional.empty(), Optional.empty(), hold);
        }
        BigDecimal raiseAt = number(raise);
        BigDecimal clearAt = clear == null ? raiseAt.subtract(distance(old)) : number(clear);
        requireHarmless(raiseAt, clearAt);
        return new StoredLimit(place, metric.column(), severity, Optional.of(raiseAt), Optional.of(clearAt), hold);
    }

    /** What counts at a place. */
    static List<EffectiveLimit> at(LimitTable table, LimitPlace place) {
        if (place instanceof OfMachine machine) {
            return table.effective(machine.machineId(), "");
        }
        return place instanceof OfGpu gpu ? table.effective(gpu.machineId(), gpu.uuid()) : table.ofFleet();
    }

    private static BigDecimal distance(Optional<Limit> old) {
        return old.map(limit -> BigDecimal.valueOf(limit.raiseAt()).subtract(BigDecimal.valueOf(limit.clearAt())))
                .orElse(BigDecimal.ZERO);
    }

    private void requireHarmless(BigDecimal raiseAt, BigDecimal clearAt) {
        boolean highIsBad = metric.direction() == Metric.Direction.HIGH_IS_BAD;
        int side = clearAt.compareTo(raiseAt);
        if (highIsBad ? side > 0 : side < 0) {
            throw new UsageProblem("--clear " + clearAt.toPlainString() + " must be at or "
                    + (highIsBad ? "below " : "above ") + raiseAt.toPlainString() + ": " + metric
                    + " is dangerous when "
                    + (highIsBad ? "high" : "low"));
        }
    }

    private static Duration hold(String text) {
        Duration hold = Validation.duration(text);
        if (hold.compareTo(LONGEST) > 0 || hold.toMillisPart() != 0) {
            throw new UsageProblem("--for must be 0s to 7d, in whole seconds, but is " + text);
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
            // Told below, like a number that does not fit.
        }
        throw new UsageProblem("'" + text + "' is not a limit: it must be a number with at most " + DECIMALS
                + " decimals, without a unit, or " + OFF);
    }
}
