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
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes the daily partitions of {@code reading} and {@code gpu_reading} a week ahead. A partition is named after the
 * last day (UTC) that it holds: {@code p20261121}. Only what is empty is split, which takes a moment whatever the size
 * of the table. Where there are rows nevertheless, each day of theirs gets its own partition with the first split, so
 * that they are copied once, and not each day anew. Thread-safe, also against another collector on the same database.
 */
public final class PartitionKeeper {
    private static final List<String> TABLES = List.of("reading", "gpu_reading");
    private static final String FUTURE = "p_future";
    private static final int DAYS_AHEAD = 7;
    /** Rows of days to come that get partitions in one go; what lies beyond is copied again that many days later. */
    private static final int MAX_LEFTOVER_DAYS = 100;

    /** Of what a DATETIME holds. */
    private static final LocalDate LAST_DAY = LocalDate.of(9999, 12, 31);

    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("'p'yyyyMMdd");
    private static final String LOCK = "CONCAT('emberwatch partitions ', MD5(DATABASE()))";
    private static final int LOCK_WAIT_S = 20;
    /** While an ALTER waits for a long transaction, every writer waits behind it. */
    private static final int ALTER_WAIT_S = 2;

    private final Database database;

    public PartitionKeeper(Database database) {
        this.database = database;
    }

    /**
     * Adds what is missing of the days from {@code today} to a week later; harmless if nothing is. Writers wait for the
     * moment that it takes, and 2 s at most for a transaction that keeps it from beginning.
     *
     * @param today the day, UTC
     * @return the partitions made, as {@code table.partition}
     * @throws SQLException also if another collector holds it up for 20 s, or a long transaction for 2 s: try again
     *     later
     */
    public List<String> keep(LocalDate today) throws SQLException {
        return database.transactAtLength(connection -> {
            lock(connection);
            try {
                limitAlterWait(connection);
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
     * @param existing first day after each partition that there is
     */
    static List<LocalDate> endsToAdd(NavigableSet<LocalDate> existing, LocalDate today) {
        LocalDate lastEnd = today.plusDays(DAYS_AHEAD + 1);
        LocalDate newestEnd = existing.floor(lastEnd);
        LocalDate firstEnd = newestEnd == null || newestEnd.isBefore(today) ? today : newestEnd.plusDays(1);
        return Stream.iterate(firstEnd, end -> !end.isAfter(lastEnd), end -> end.plusDays(1))
                .toList();
    }

    private static List<String> keep(Connection connection, String table, LocalDate today) throws SQLException {
        NavigableMap<LocalDate, String> existing = partitions(connection, table);
        List<LocalDate> missing = endsToAdd(existing.navigableKeySet(), today);
        if (missing.isEmpty()) {
            return List.of();
        }
        // All of them lie in one partition: it begins with the newest before them.
        Map.Entry<LocalDate, String> split = existing.higherEntry(missing.get(0));
        if (split == null) {
            NavigableSet<LocalDate> into = new TreeSet<>(missing);
            into.addAll(endsOfLeftovers(connection, table, into.last()));
            reorganize(connection, table, FUTURE, definitions(into) + ", " + definition(FUTURE, "MAXVALUE"));
        } else if (isEmpty(connection, table, split.getValue())) {
            String rest = definition(split.getValue(), "'" + split.getKey() + "'");
            reorganize(connection, table, split.getValue(), definitions(missing) + ", " + rest);
        } else {
            // The past, seen by a clock that was set back; or days that have rows already, and do with one partition.
            return List.of();
        }
        return missing.stream().map(made -> table + "." + name(made)).toList();
    }

    private static String definitions(Collection<LocalDate> ends) {
        return ends.stream().map(end -> definition(name(end), "'" + end + "'")).collect(Collectors.joining(", "));
    }

    private static String definition(String partition, String end) {
        return "PARTITION " + partition + " VALUES LESS THAN (" + end + ")";
    }

    private static void reorganize(Connection connection, String table, String partition, String into)
            throws SQLException {
        execute(connection, "ALTER TABLE " + table + " REORGANIZE PARTITION " + partition + " INTO (" + into + ")");
    }

    private static boolean isEmpty(Connection connection, String table, String partition) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT 1 FROM " + table + " PARTITION (" + partition + ") LIMIT 1")) {
            return !row.next();
        }
    }

    /**
     * Rows of days to come, which an older version stored there, go into partitions of their days, and what lies
     * between into empty ones, which later days are split from.
     */
    private static Set<LocalDate> endsOfLeftovers(Connection connection, String table, LocalDate from)
            throws SQLException {
        Set<LocalDate> ends = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement("SELECT DISTINCT DATE(taken_at) FROM " + table
                + " PARTITION (" + FUTURE + ") WHERE taken_at >= ? ORDER BY 1 LIMIT " + MAX_LEFTOVER_DAYS)) {
            statement.setString(1, from.toString());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    LocalDate day = rows.getObject(1, LocalDate.class);
                    ends.add(day);
                    ends.add(day.isBefore(LAST_DAY) ? day.plusDays(1) : day);
                }
            }
        }
        ends.remove(from);
        return ends;
    }

    private static String name(LocalDate end) {
        return NAME.format(end.minusDays(1));
    }

    /** The names of all partitions but the last, by the first day after each. */
    private static NavigableMap<LocalDate, String> partitions(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT partition_description, partition_name"
                + " FROM information_schema.partitions WHERE table_schema = DATABASE() AND table_name = ?")) {
            statement.setString(1, table);
            try (ResultSet rows = statement.executeQuery()) {
                NavigableMap<LocalDate, String> partitions = new TreeMap<>();
                while (rows.next()) {
                    String name = rows.getString(2);
                    parseEnd(rows.getString(1)).ifPresent(end -> partitions.put(end, name));
                }
                if (partitions.isEmpty()) {
                    throw new SQLException("table " + table + " has no partition by day: was it altered by hand?");
                }
                return partitions;
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

    /** Less than what other transactions may wait for a table. */
    private static void limitAlterWait(Connection connection) throws SQLException {
        execute(
                connection,
                "SET @usual_lock_wait = @@SESSION.lock_wait_timeout, SESSION lock_wait_timeout = " + ALTER_WAIT_S);
    }

    /** The connection goes back to the pool: it must be as it was. */
    private static void unlock(Connection connection) throws SQLException {
        execute(connection, "SET SESSION lock_wait_timeout = @usual_lock_wait");
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
