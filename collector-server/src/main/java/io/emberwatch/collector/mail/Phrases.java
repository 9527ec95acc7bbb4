package io.emberwatch.collector.mail;

import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Texts;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.OptionalDouble;

/** Values and times as mails write them. */
final class Phrases {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

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

    /** On one line and without what does not print, whatever somebody wrote into a name. */
    static String oneLine(String text) {
        return Texts.printable(text, ' ').strip();
    }
}
