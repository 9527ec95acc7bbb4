package io.emberwatch.collector.faults;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/**
 * One alarm of one machine from its first reading to its last, whoever wrote it down. Values are equal whatever their
 * scale.
 */
record AlarmStory(
        String metric,
        Instant pendingSince,
        Optional<Instant> raisedAt,
        Optional<BigDecimal> raisedValue,
        Optional<Instant> clearedAt,
        Optional<BigDecimal> clearedValue) {
    AlarmStory {
        raisedValue = raisedValue.map(BigDecimal::stripTrailingZeros);
        clearedValue = clearedValue.map(BigDecimal::stripTrailingZeros);
    }

    static AlarmStory pending(String metric, Instant since) {
        return new AlarmStory(metric, since, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    AlarmStory raised(Instant at, BigDecimal value) {
        return new AlarmStory(
                metric, pendingSince, Optional.of(at), Optional.of(value), Optional.empty(), Optional.empty());
    }

    /** Never before it was raised, even if the machine's clock went backwards. */
    AlarmStory cleared(Instant at, BigDecimal value) {
        Instant raised = raisedAt.orElseThrow();
        return new AlarmStory(
                metric,
                pendingSince,
                raisedAt,
                raisedValue,
                Optional.of(at.isBefore(raised) ? raised : at),
                Optional.of(value));
    }

    boolean isFiring() {
        return raisedAt.isPresent() && clearedAt.isEmpty();
    }

    @Override
    public String toString() {
        return metric + " since " + pendingSince
                + raisedAt.map(at -> ", raised " + at + " at " + text(raisedValue))
                        .orElse("")
                + clearedAt
                        .map(at -> ", cleared " + at + " at " + text(clearedValue))
                        .orElse("");
    }

    private static String text(Optional<BigDecimal> value) {
        return value.map(BigDecimal::toPlainString).orElse("(no value)");
    }
}
