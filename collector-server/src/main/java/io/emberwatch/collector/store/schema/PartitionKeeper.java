package io.emberwatch.collector.store.schema;

import io.emberwatch.collector.store.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes the daily partitions of {@code reading} and {@code gpu_reading} a week ahead. A partition is named after the
 * last day (UTC) that it holds: {@code p20261121}. Thread-safe, also against another collector on the same database.
 */
public final class PartitionKeeper {
    private static final List<String> TABLES = List.of("reading", "gpu_reading");
    private static final int DAYS_AHEAD = 7;
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("'p'yyyyMMdd");
    private static final String LOCK = "CONCAT('emberwatch partitions ', MD5(DATABASE()))";
    private static final int LOCK_WAIT_S = 20;

    private final Database database;

    public PartitionKeeper(Database database) {
        this.database = database;
    }

    /**
     * Adds what is missing of the days from {@code today} to a week later; harmless if nothing is. Writers wait for the
     * moment that it takes.
     *
     * @param today the day, UTC
     * @return the partitions made, as {@code table.partition}
     * @throws SQLException also if another collector, or a long transaction, holds it up for 20 s: try again later
     */
    public List<String> keep(LocalDate today) throws SQLException {
        return database.transact(connection -> {
            lock(connection);
            try {
                limitLockWait(connection);
                List<String> made = new ArrayList<>();
                for (String table : TABLES) {
                    made.addAll(keep(connection, table, today));
                }
                unlock(connection);
                return made;
            } catch (SQLException | RuntimeException e) {
                unlockAfter(e, connection);
                throw e;
            }
        });
    }

    /**
     * Which partitions to add, as the first day after each, in order. Days that nobody kept partitions for become one
     * partition together: they can hold little, only what probes had spooled.
     *
     * @param newestEnd first day after the newest partition
     */
    static List<LocalDate> endsToAdd(LocalDate newestEnd, LocalDate today) {
        LocalDate firstEnd = newestEnd.isBefore(today) ? today : newestEnd.plusDays(1);
        LocalDate lastEnd = today.plusDays(DAYS_AHEAD + 1);
        return Stream.iterate(firstEnd, end -> !end.isAfter(lastEnd), end -> end.plusDays(1))
                .toList();
    }

    private static List<String> keep(Connection connection, String table, LocalDate today) throws SQLException {
        List<LocalDate> ends = endsToAdd(newestEnd(connection, table), today);
        if (ends.isEmpty()) {
            return List.of();
        }
        String partitions = ends.stream()
                .map(end -> "PARTITION " + name(end) + " VALUES LESS THAN ('" + end + "')")
                .collect(Collectors.joining(", "));
        execute(
                connection,
                "ALTER TABLE " + table + " REORGANIZE PARTITION p_future INTO (" + partitions
                        + ", PARTITION p_future VALUES LESS THAN (MAXVALUE))");
        return ends.stream().map(end -> table + "." + name(end)).toList();
    }

    private static String name(LocalDate end) {
        return NAME.format(end.minusDays(1));
    }

    private static LocalDate newestEnd(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT partition_description"
                + " FROM information_schema.partitions WHERE table_schema = DATABASE() AND table_name = ?")) {
            statement.setString(1, table);
            try (ResultSet rows = statement.executeQuery()) {
                Optional<LocalDate> newest = Optional.empty();
                while (rows.next()) {
                    Optional<LocalDate> end = parseEnd(rows.getString(1));
                    newest = Stream.concat(newest.stream(), end.stream()).max(LocalDate::compareTo);
                }
                return newest.orElseThrow(
                        () -> new SQLException("table " + table + " has no partition by day: was it altered by hand?"));
            }
        }
    }

    /** {@code '2026-01-01'} on MySQL, {@code '2026-01-01 00:00:00.000'} on some MariaDB; MAXVALUE is no day. */
    private static Optional<LocalDate> parseEnd(String description) {
        return description == null || description.equals("MAXVALUE")
                ? Optional.empty()
                : Optional.of(LocalDate.parse(description.substring(1, 11)));
    }

    private static void lock(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT GET_LOCK(" + LOCK + ", " + LOCK_WAIT_S + ")")) {
            row.next();
            if (row.getObject(1) == null || row.getInt(1) != 1) {
                throw new SQLException("another collector is making partitions for longer than " + LOCK_WAIT_S + " s");
            }
        }
    }

    /** The default is a year (MySQL) or a day (MariaDB), and every writer would queue up behind. */
    private static void limitLockWait(Connection connection) throws SQLException {
        execute(connection, "SET SESSION lock_wait_timeout = " + LOCK_WAIT_S);
    }

    /** The connection goes back to the pool: it must be as it was. */
    private static void unlock(Connection connection) throws SQLException {
        execute(connection, "SET SESSION lock_wait_timeout = DEFAULT");
        execute(connection, "DO RELEASE_LOCK(" + LOCK + ")");
    }

    private static void unlockAfter(Exception failure, Connection connection) {
        try {
            unlock(connection);
        } catch (SQLException e) {
            // The connection is broken, and with it the server has dropped the lock.
            failure.addSuppressed(e);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
