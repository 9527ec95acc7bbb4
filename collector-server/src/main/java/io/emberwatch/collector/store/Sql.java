package io.emberwatch.collector.store;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * The few lines of JDBC that every store would repeat. Times go to and fro as {@code DATETIME(3)} in UTC without the
 * driver's or the session's time zone having a say, UUIDs as {@code BINARY(16)}.
 */
public final class Sql {
    private static final int UUID_BYTES = 16;

    private Sql() {}

    /** Turns the current row into a record. */
    @FunctionalInterface
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    static <T> List<T> list(Connection connection, String sql, RowReader<T> reader, Object... parameters)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            List<T> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(reader.read(rows));
                }
            }
            return List.copyOf(found);
        }
    }

    /** The first row, for queries that find at most one. */
    public static <T> Optional<T> one(Connection connection, String sql, RowReader<T> reader, Object... parameters)
            throws SQLException {
        return list(connection, sql, reader, parameters).stream().findFirst();
    }

    /** Returns how many rows changed; for {@code UPDATE}, how many matched. */
    static int update(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            return statement.executeUpdate();
        }
    }

    static void batch(Connection connection, String sql, List<Object[]> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Object[] row : rows) {
                bind(statement, row);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    static Instant time(ResultSet row, String column) throws SQLException {
        return row.getObject(column, LocalDateTime.class).toInstant(ZoneOffset.UTC);
    }

    static Optional<Instant> optionalTime(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, LocalDateTime.class))
                .map(time -> time.toInstant(ZoneOffset.UTC));
    }

    static OptionalDouble optionalNumber(ResultSet row, String column) throws SQLException {
        BigDecimal number = row.getBigDecimal(column);
        return number == null ? OptionalDouble.empty() : OptionalDouble.of(number.doubleValue());
    }

    static OptionalInt optionalInt(ResultSet row, String column) throws SQLException {
        int number = row.getInt(column);
        return row.wasNull() ? OptionalInt.empty() : OptionalInt.of(number);
    }

    static Optional<String> optionalText(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }

    /** An enum whose constants stand in the table in lower case. */
    static <E extends Enum<E>> E constant(ResultSet row, String column, Class<E> type) throws SQLException {
        return Enum.valueOf(type, row.getString(column).toUpperCase(Locale.ROOT));
    }

    /** Inserts one row and returns the identity that the database gave it. */
    static long insert(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)) {
            bind(statement, parameters);
            int inserted = statement.executeUpdate();
            try (ResultSet keys = statement.getGeneratedKeys()) {
                if (inserted != 1 || !keys.next()) {
                    throw new SQLException("expected to insert one row, but inserted " + inserted + ": " + sql);
                }
                return keys.getLong(1);
            }
        }
    }

    static Optional<Duration> optionalSeconds(ResultSet row, String column) throws SQLException {
        long seconds = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
    }

    static UUID uuid(ResultSet row, String column) throws SQLException {
        ByteBuffer bytes = ByteBuffer.wrap(row.getBytes(column));
        return new UUID(bytes.getLong(), bytes.getLong());
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

    private static void appendPadded(StringBuilder sql, int value, int digits) {
        String text = Integer.toString(value);
        sql.append("0".repeat(Math.max(0, digits - text.length()))).append(text);
    }

    /** As a column of type DATETIME(3) holds it. */
    private static LocalDateTime utc(Instant instant) {
        return LocalDateTime.ofInstant(instant.truncatedTo(ChronoUnit.MILLIS), ZoneOffset.UTC);
    }

    private static void bind(PreparedStatement statement, Object... parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, toJdbc(parameters[i]));
        }
    }

    private static Object toJdbc(Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.map(Sql::toJdbc).orElse(null);
        }
        if (value instanceof OptionalDouble number) {
            return number.isPresent() ? BigDecimal.valueOf(number.getAsDouble()) : null;
        }
        if (value instanceof OptionalInt number) {
            return number.isPresent() ? number.getAsInt() : null;
        }
        if (value instanceof OptionalLong number) {
            return number.isPresent() ? number.getAsLong() : null;
        }
        if (value instanceof Double number) {
            return BigDecimal.valueOf(number);
        }
        if (value instanceof Instant time) {
            return utc(time);
        }
        if (value instanceof UUID uuid) {
            return ByteBuffer.allocate(UUID_BYTES)
                    .putLong(uuid.getMostSignificantBits())
                    .putLong(uuid.getLeastSignificantBits())
                    .array();
        }
        if (value instanceof Duration duration) {
            return duration.toSeconds();
        }
        return value instanceof Enum<?> ? value.toString() : value;
    }
}
