package io.emberwatch.collector.demo;

import io.emberwatch.protocol.Metric;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;

/**
 * What to raise an alarm about on a machine that is well: a limit so far below what it measures that the value stays
 * beyond it, and later one so far above that the value is surely back to normal.
 *
 * @param lowered in the metric's unit
 */
record LimitPlan(Metric metric, BigDecimal lowered) {
    /** What to take, in this order: many virtual machines cannot see their temperature. */
    static final List<Metric> METRICS = List.of(Metric.CPU_TEMP_C, Metric.MEM_USED_PERCENT);

    /** A processor that has just started two daemons and a database cools by more than ten. */
    private static final BigDecimal TEMP_BELOW_C = new BigDecimal(20);

    private static final BigDecimal TEMP_USUAL_C = new BigDecimal(90);
    private static final BigDecimal MEM_USUAL_PERCENT = new BigDecimal(95);

    /** The plan for a machine that measures this; empty if it measures nothing that fits. */
    static Optional<LimitPlan> of(Follower.ShownReading reading) {
        return METRICS.stream()
                .flatMap(metric -> reading.value(metric).map(value -> of(metric, value)).stream())
                .findFirst();
    }

    /** Where an alarm would really be due. */
    static BigDecimal usual(Metric metric) {
        return metric == Metric.CPU_TEMP_C ? TEMP_USUAL_C : MEM_USUAL_PERCENT;
    }

    /** The limit that ends the alarm: the usual one, unless the machine is beyond that by now. */
    BigDecimal above(BigDecimal value) {
        return usual(metric).max(value.add(BigDecimal.TEN));
    }

    private static LimitPlan of(Metric metric, BigDecimal value) {
        // Half of a percentage, because it may be little; at 0 the limit is 0, which is reached then.
        return new LimitPlan(
                metric,
                metric == Metric.CPU_TEMP_C
                        ? value.setScale(0, RoundingMode.FLOOR).subtract(TEMP_BELOW_C)
                        : value.divide(BigDecimal.valueOf(2), 1, RoundingMode.FLOOR));
    }
}
