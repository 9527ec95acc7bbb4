package io.emberwatch.collector.model;

import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Metric.Direction;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/** Which limits on a metric make sense, by what it can be at all: an alarm must be able to begin, and to end. */
public record LimitBounds(Metric metric) {
    private static final BigDecimal TWO = BigDecimal.valueOf(2);

    /** What is wrong with raising at a value, as it follows "a limit of 5"; empty if its alarm can begin and end. */
    public Optional<String> objection(BigDecimal raiseAt) {
        if (room(raiseAt).compareTo(highest().subtract(lowest())) > 0) {
            return Optional.of("can never be reached: " + range());
        }
        return room(raiseAt).signum() <= 0
                ? Optional.of("is always reached, so that its alarm is never over: " + range())
                : Optional.empty();
    }

    /** Whether the metric can be as harmless as this. */
    public boolean canClearAt(BigDecimal clearAt) {
        return room(clearAt).signum() >= 0;
    }

    /**
     * Where to clear what is raised at a value, as before: at the same distance, unless that is more than half of what
     * is there, for the most harmless value of all may be one that is seldom seen; then in proportion.
     */
    public BigDecimal clearAt(BigDecimal raiseAt, Limit before) {
        BigDecimal raisedBefore = BigDecimal.valueOf(before.raiseAt());
        BigDecimal distance =
                raisedBefore.subtract(BigDecimal.valueOf(before.clearAt())).abs();
        if (distance.multiply(TWO).compareTo(room(raiseAt)) > 0) {
            distance = distance.min(inProportion(room(raiseAt), distance, room(raisedBefore)));
        }
        return isHighBad() ? raiseAt.subtract(distance) : raiseAt.add(distance);
    }

    /** What the metric can be, for a sentence. */
    public String range() {
        String unit = metric.unit().isEmpty() ? "" : " " + metric.unit();
        return metric + " is " + metric.format(metric.minRaw()) + " to " + metric.format(metric.maxRaw()) + unit;
    }

    private BigDecimal inProportion(BigDecimal room, BigDecimal distance, BigDecimal roomBefore) {
        return roomBefore.signum() <= 0
                ? BigDecimal.ZERO
                : room.multiply(distance)
                        .divide(roomBefore, metric.decimals(), RoundingMode.UP)
                        .min(room);
    }

    /** How far a value is from the most harmless one; negative for one more harmless than that, which cannot be. */
    private BigDecimal room(BigDecimal value) {
        return isHighBad() ? value.subtract(lowest()) : highest().subtract(value);
    }

    private boolean isHighBad() {
        return metric.direction() == Direction.HIGH_IS_BAD;
    }

    private BigDecimal lowest() {
        return BigDecimal.valueOf(metric.minRaw(), metric.decimals());
    }

    private BigDecimal highest() {
        return BigDecimal.valueOf(metric.maxRaw(), metric.decimals());
    }
}
