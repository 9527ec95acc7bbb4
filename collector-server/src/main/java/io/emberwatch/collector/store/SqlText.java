package io.emberwatch.collector.store;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Collections;
import java.util.UUID;

/** Small pieces of SQL text that are built from numbers, times and identities only, never from anyone's words. */
final class SqlText {
    private SqlText() {}

    /** A DATETIME(3) in UTC, for binding. */
    static LocalDateTime utc(Instant instant) {
        return LocalDateTime.ofInstant(instant.truncatedTo(ChronoUnit.MILLIS), ZoneOffset.UTC);
    }

    /** As many question marks as there are values, for {@code IN (…)}; {@code NULL} (never equal) for none. */
    static String placeholders(Collection<?> values) {
        return values.isEmpty() ? "NULL" : String.join(",", Collections.nCopies(values.size(), "?"));
    }

    /** Appends a DATETIME(3) literal with its quotes, in UTC. */
    static void appendUtc(StringBuilder sql, Instant instant) {
        LocalDateTime time = utc(instant);
        sql.append('\'');
        appendPadded(sql, time.getYear(), 4);
        appendPadded(sql.append('-'), time.getMonthValue(), 2);
        appendPadded(sql.append('-'), time.getDayOfMonth(), 2);
        appendPadded(sql.append(' '), time.getHour(), 2);
        appendPadded(sql.append(':'), time.getMinute(), 2);
        appendPadded(sql.append(':'), time.getSecond(), 2);
        appendPadded(sql.append('.'), time.getNano() / 1_000_000, 3);
        sql.append('\'');
    }

    /** Appends a BINARY(16) literal. */
    static void appendUuid(StringBuilder sql, UUID uuid) {
        sql.append("0x").append(uuid.toString().replace("-", ""));
    }

    private static void appendPadded(StringBuilder sql, int value, int digits) {
        String text = Integer.toString(value);
        sql.append("0".repeat(Math.max(0, digits - text.length()))).append(text);
    }
}
