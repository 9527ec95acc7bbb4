package io.emberwatch.collector.demo;

import io.emberwatch.collector.store.Database.DatabaseSettings;
import io.emberwatch.protocol.Metric;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Follows what the collector writes by asking the database, as the user that may only read: the demo shows nothing that
 * anybody with SQL could not see. For one thread.
 */
final class Follower implements AutoCloseable {
    private static final String READINGS = ShownReading.METRICS.stream()
            .map(Metric::column)
            .collect(Collectors.joining(
                    ", ",
                    "SELECT taken_at, ",
                    " FROM reading WHERE machine_id = ? AND taken_at > ? ORDER BY taken_at, sequence"));
    private static final String EVENTS =
            "SELECT e.id, e.kind, e.happened_at, e.value, a.id AS alarm, a.severity, a.metric, a.raise_at"
                    + " FROM alarm_event e JOIN alarm a ON a.id = e.alarm_id WHERE e.id > ? ORDER BY e.id";
    private static final String MAILS = "SELECT id, kind, subject, recipient, message_id, sent_at FROM mail_outbox"
            + " WHERE id > ? AND state = 'sent' ORDER BY id";

    private final Connection connection;
    private final int machineId;
    private final Narrator narrator;
    private final DemoFolder folder;
    private final long mailsBefore;
    private final Set<Long> mailsSeen = new HashSet<>();
    private LocalDateTime lastReadingAt;
    private long lastEvent;
    private Optional<ShownReading> latest = Optional.empty();
    private Tally tally = Tally.NOTHING;

    private Follower(Connection connection, int machineId, Narrator narrator, DemoFolder folder, Instant start)
            throws SQLException {
        this.connection = connection;
        this.machineId = machineId;
        this.narrator = narrator;
        this.folder = folder;
        this.lastReadingAt = LocalDateTime.ofInstant(start, ZoneOffset.UTC);
        this.lastEvent = number("SELECT COALESCE(MAX(id), 0) FROM alarm_event");
        this.mailsBefore = number("SELECT COALESCE(MAX(id), 0) FROM mail_outbox");
    }

    /** Follows what happens from {@code start} on; earlier demos may have left plenty. */
    static Follower from(Instant start, DatabaseSettings reader, int machineId, Narrator narrator, DemoFolder folder)
            throws SQLException {
        Connection connection = DriverManager.getConnection(reader.jdbcUrl(), reader.user(), reader.password());
        return new Follower(connection, machineId, narrator, folder, start);
    }

    /** Prints what is new. */
    void poll() throws SQLException {
        try (PreparedStatement readings = connection.prepareStatement(READINGS)) {
            readings.setInt(1, machineId);
            readings.setObject(2, lastReadingAt);
            each(readings, this::reading);
        }
        try (PreparedStatement events = connection.prepareStatement(EVENTS)) {
            events.setLong(1, lastEvent);
            each(events, this::event);
        }
        try (PreparedStatement mails = connection.prepareStatement(MAILS)) {
            mails.setLong(1, mailsBefore);
            each(mails, this::mail);
        }
    }

    /** The latest reading seen. */
    Optional<ShownReading> latest() {
        return latest;
    }

    Tally tally() {
        return tally;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private void reading(ResultSet row) throws SQLException {
        Map<Metric, BigDecimal> values = new EnumMap<>(Metric.class);
        for (Metric metric : ShownReading.METRICS) {
            BigDecimal value = row.getBigDecimal(metric.column());
            if (value != null) {
                values.put(metric, value);
            }
        }
        lastReadingAt = row.getObject("taken_at", LocalDateTime.class);
        ShownReading reading = new ShownReading(time(row, "taken_at"), values);
        latest = Optional.of(reading);
        tally = tally.withReading();
        narrator.at(reading.takenAt(), reading.line());
    }

    private void event(ResultSet row) throws SQLException {
        lastEvent = row.getLong("id");
        String kind = row.getString("kind");
        if (kind.equals("raised")) {
            tally = tally.withAlarm();
        }
        narrator.at(
                time(row, "happened_at"),
                "ALARM " + row.getLong("alarm") + " " + kind + ": " + row.getString("severity") + ", "
                        + row.getString("metric") + " " + number(row, "value") + " (limit when raised: "
                        + number(row, "raise_at") + ")");
    }

    private void mail(ResultSet row) throws SQLException {
        if (!mailsSeen.add(row.getLong("id"))) {
            return;
        }
        tally = tally.withMail(row.getString("kind").equals("raised"));
        narrator.at(
                time(row, "sent_at"),
                "MAIL to " + row.getString("recipient") + ": " + row.getString("subject") + "\n          "
                        + file(row.getString("message_id")));
    }

    /** What to do with each row. */
    private interface RowUser {
        void use(ResultSet row) throws SQLException;
    }

    private static void each(PreparedStatement query, RowUser user) throws SQLException {
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                user.use(rows);
            }
        }
    }

    private long number(String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private String file(String messageId) {
        return folder.findMail(messageId).map(Path::toString).orElse("(its file is gone)");
    }

    private static Instant time(ResultSet row, String column) throws SQLException {
        return row.getObject(column, LocalDateTime.class).toInstant(ZoneOffset.UTC);
    }

    /** With as many decimals as the metric has; the tables of alarms keep two for all. */
    private static String number(ResultSet row, String column) throws SQLException {
        BigDecimal value = row.getBigDecimal(column);
        if (value == null) {
            return "unknown";
        }
        return Metric.byColumn(row.getString("metric"))
                .map(metric -> value.setScale(metric.decimals(), RoundingMode.HALF_UP))
                .orElse(value)
                .toPlainString();
    }

    /**
     * The metrics of a stored reading that the demo prints.
     *
     * @param values without those that are absent
     */
    record ShownReading(Instant takenAt, Map<Metric, BigDecimal> values) {
        static final List<Metric> METRICS =
                List.of(Metric.CPU_TEMP_C, Metric.CPU_UTIL_PERCENT, Metric.LOAD_1M, Metric.MEM_USED_PERCENT);

        ShownReading {
            values = Map.copyOf(values);
        }

        Optional<BigDecimal> value(Metric metric) {
            return Optional.ofNullable(values.get(metric));
        }

        /** Values only, in columns; an absent one is no 0. */
        String line() {
            return METRICS.stream()
                    .map(metric -> "%s %-6s"
                            .formatted(
                                    metric.column(),
                                    value(metric).map(BigDecimal::toPlainString).orElse("absent")))
                    .collect(Collectors.joining("  "))
                    .stripTrailing();
        }
    }
}
