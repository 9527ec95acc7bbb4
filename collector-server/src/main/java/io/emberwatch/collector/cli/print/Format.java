package io.emberwatch.collector.cli.print;

import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.conf.Durations;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** How times and measured values are put into words for people. */
public final class Format {
    private Format() {}

    /** How long ago something was, roughly. */
    public static String ago(Instant then, Instant now) {
        Duration age = Duration.between(then, now);
        return age.compareTo(Duration.ofSeconds(1)) < 0 ? "just now" : roughly(age) + " ago";
    }

    /** When something was, and how long ago that is. */
    public static String at(Instant then, Instant now) {
        return then + " (" + ago(then, now) + ")";
    }

    /** How long something takes, in the largest unit that says enough. */
    public static String roughly(Duration time) {
        ChronoUnit unit = time.toHours() >= 48
                ? ChronoUnit.DAYS
                : time.toMinutes() >= 120
                        ? ChronoUnit.HOURS
                        : time.toSeconds() >= 120 ? ChronoUnit.MINUTES : ChronoUnit.SECONDS;
        String suffix = Durations.print(unit.getDuration()).replaceAll("\\d", "");
        return time.dividedBy(unit.getDuration()) + suffix;
    }

    /** A value with its metric's unit. */
    public static String value(Metric metric, double value) {
        return (number(value) + " " + metric.unit()).stripTrailing();
    }

    /** A number with no more decimals than it needs, and without an exponent. */
    public static String number(double value) {
        BigDecimal number = BigDecimal.valueOf(value).stripTrailingZeros();
        return (number.scale() < 0 ? number.setScale(0) : number).toPlainString();
    }
}
