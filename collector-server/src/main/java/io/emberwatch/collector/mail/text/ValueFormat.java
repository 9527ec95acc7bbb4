package io.emberwatch.collector.mail.text;

import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricCodes;
import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.Xid;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** Values and times as mails of one language write them. Thread-safe. */
final class ValueFormat {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final double MIB = 1L << 20;
    private static final double GIB = 1L << 30;

    private final MailTemplates templates;

    ValueFormat(MailTemplates templates) {
        this.templates = templates;
    }

    /** Without unit, with the metric's decimals. */
    String number(Metric metric, OptionalDouble value) {
        return value.isPresent()
                ? String.format(Locale.ROOT, "%." + metric.decimals() + "f", value.getAsDouble())
                : word("unknown");
    }

    /** With its unit. */
    String amount(Metric metric, OptionalDouble value) {
        String unit = value.isEmpty() || metric.unit().isEmpty() ? "" : " " + metric.unit();
        return number(metric, value) + unit;
    }

    /** A code in words; an amount with its unit. */
    String codeOrAmount(Metric metric, OptionalDouble value) {
        return value.isPresent() && MetricCodes.isCode(metric)
                ? code(metric, Math.round(value.getAsDouble()))
                : amount(metric, value);
    }

    /** A limit from which on every code counts is "any". */
    String limit(Metric metric, OptionalDouble limit) {
        boolean isAny = MetricCodes.isCode(metric) && limit.isPresent() && limit.getAsDouble() <= 1;
        return isAny ? word("any") : amount(metric, limit);
    }

    /** In the largest unit that says enough: {@code 60 s}, {@code 5 min}, {@code 26 h}. */
    String duration(Duration duration) {
        long seconds = Math.max(duration.toSeconds(), 0);
        if (seconds < 120) {
            return templates.render("duration.seconds", Map.of("count", seconds));
        }
        long minutes = seconds / 60;
        return minutes < 120
                ? templates.render("duration.minutes", Map.of("count", minutes))
                : templates.render("duration.hours", Map.of("count", minutes / 60));
    }

    /** What is wrong with a GPU: what comes after its name. */
    String fault(GpuFault fault) {
        return templates.orElse("fault." + key(fault), fault.words());
    }

    /** What an XID error means; a code beyond what can be sent is none that we could know. */
    String xidMeaning(long code) {
        Xid xid = Xid.of((int) Math.min(Math.max(code, 0), WireLimits.MAX_XID));
        return templates.orElse("xid." + xid.code() + ".meaning", xid.meaning());
    }

    private String code(Metric metric, long code) {
        return switch (metric) {
            case GPU_FAULT, GPU_DRIVER_FAULT -> fault(GpuFault.ofCode(code));
            case GPU_FATAL_XID ->
                code == 0 ? word("none") : templates.render("xid", Map.of("code", code, "meaning", xidMeaning(code)));
            default -> word(code == 0 ? "no" : "yes");
        };
    }

    private String word(String name) {
        return templates.render(name, Map.of());
    }

    /** UTC, without saying so. */
    static String time(Instant time) {
        return TIME.format(time);
    }

    /** {@code 512 MiB}, {@code 61.2 GiB}. */
    static String bytes(double bytes) {
        return bytes < GIB
                ? String.format(Locale.ROOT, "%.0f MiB", bytes / MIB)
                : String.format(Locale.ROOT, "%.1f GiB", bytes / GIB);
    }

    /** A fault in the names of templates. */
    static String key(GpuFault fault) {
        return fault.name().toLowerCase(Locale.ROOT);
    }
}
