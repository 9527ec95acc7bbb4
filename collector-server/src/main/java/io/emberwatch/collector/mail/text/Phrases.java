package io.emberwatch.collector.mail.text;

import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricCodes;
import io.emberwatch.protocol.Texts;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.OptionalDouble;

/** Values and times as mails write them. */
public final class Phrases {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final double MIB = 1L << 20;
    private static final double GIB = 1L << 30;

    private Phrases() {}

    /** Without unit, with the metric's decimals. */
    static String number(Metric metric, OptionalDouble value) {
        return value.isPresent()
                ? String.format(Locale.ROOT, "%." + metric.decimals() + "f", value.getAsDouble())
                : "unknown";
    }

    static String value(Metric metric, OptionalDouble value) {
        String unit = value.isEmpty() || metric.unit().isEmpty() ? "" : " " + metric.unit();
        return number(metric, value) + unit;
    }

    static String time(Instant time) {
        return TIME.format(time);
    }

    static String timeUtc(Instant time) {
        return time(time) + " UTC";
    }

    /** In the largest unit that says enough: {@code 60 s}, {@code 5 min}, {@code 26 h}. */
    static String duration(Duration duration) {
        long seconds = Math.max(duration.toSeconds(), 0);
        if (seconds < 120) {
            return seconds + " s";
        }
        long minutes = seconds / 60;
        return minutes < 120 ? minutes + " min" : minutes / 60 + " h";
    }

    /** A code in words; an amount with its unit. */
    static String told(Metric metric, OptionalDouble value) {
        return value.isEmpty()
                ? value(metric, value)
                : MetricCodes.words(metric, value.getAsDouble()).orElseGet(() -> value(metric, value));
    }

    /** A limit from which on every code counts is "any". */
    static String limit(Metric metric, OptionalDouble limit) {
        boolean isAny = MetricCodes.isCode(metric) && limit.isPresent() && limit.getAsDouble() <= 1;
        return isAny ? "any" : value(metric, limit);
    }

    /** {@code 512 MiB}, {@code 61.2 GiB}. */
    static String bytes(double bytes) {
        return bytes < GIB
                ? String.format(Locale.ROOT, "%.0f MiB", bytes / MIB)
                : String.format(Locale.ROOT, "%.1f GiB", bytes / GIB);
    }

    /** On one line, and no longer than a reader's patience. */
    static String cut(String text, int maxCharacters) {
        String line = oneLine(text);
        return line.codePointCount(0, line.length()) <= maxCharacters
                ? line
                : line.substring(0, line.offsetByCodePoints(0, maxCharacters - 1)) + "…";
    }

    /** On one line and without what does not print, whatever somebody wrote into a name. */
    public static String oneLine(String text) {
        return Texts.printable(text, ' ').strip();
    }
}
