package io.emberwatch.collector.faults;

import io.emberwatch.collector.testing.TestDatabase;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the collector's side of the books, as an administrator does who trusts nothing but the tables. */
final class LedgerQueries {
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final TestDatabase database;

    LedgerQueries(TestDatabase database) {
        this.database = database;
    }

    List<StoredReading> readings(int machineId, List<String> metrics) {
        String sql = "SELECT sequence, CAST(taken_at AS CHAR) AS taken_at, " + String.join(", ", metrics)
                + " FROM reading WHERE machine_id = ? ORDER BY sequence, taken_at";
        return list(sql, machineId, row -> {
            Map<String, BigDecimal> values = new HashMap<>();
            for (String metric : metrics) {
                BigDecimal value = row.getBigDecimal(metric);
                if (value != null) {
                    values.put(metric, value);
                }
            }
            return new StoredReading(
                    row.getLong("sequence"), time(row, "taken_at").orElseThrow(), Map.copyOf(values));
        });
    }

    List<StoredAlarm> alarms(int machineId) {
        Map<Long, List<StoredAlarm.Event>> events = new HashMap<>();
        list(
                "SELECT e.alarm_id, e.kind, CAST(e.happened_at AS CHAR) AS happened_at,"
                        + " CAST(e.recorded_at AS CHAR) AS recorded_at, e.value FROM alarm_event e"
                        + " JOIN alarm a ON a.id = e.alarm_id WHERE a.machine_id = ? ORDER BY e.id",
                machineId,
                row -> events.computeIfAbsent(row.getLong("alarm_id"), id -> new ArrayList<>())
                        .add(new StoredAlarm.Event(
                                row.getString("kind"),
                                time(row, "happened_at").orElseThrow(),
                                time(row, "recorded_at").orElseThrow(),
                                Optional.ofNullable(row.getBigDecimal("value")))));
        Map<Long, List<StoredAlarm.Mail>> mails = new HashMap<>();
        list(
                "SELECT o.alarm_id, o.kind, o.message_id, o.state FROM mail_outbox o"
                        + " JOIN alarm a ON a.id = o.alarm_id WHERE a.machine_id = ? ORDER BY o.id",
                machineId,
                row -> mails.computeIfAbsent(row.getLong("alarm_id"), id -> new ArrayList<>())
                        .add(new StoredAlarm.Mail(
                                row.getString("kind"), row.getString("message_id"), row.getString("state"))));
        return list(
                "SELECT id, metric, state, CAST(pending_since AS CHAR) AS pending_since,"
                        + " CAST(raised_at AS CHAR) AS raised_at, CAST(cleared_at AS CHAR) AS cleared_at, raised_value,"
                        + " cleared_value FROM alarm WHERE machine_id = ? ORDER BY id",
                machineId,
                row -> new StoredAlarm(
                        row.getLong("id"),
                        row.getString("state"),
                        new AlarmStory(
                                row.getString("metric"),
                                time(row, "pending_since").orElseThrow(),
                                time(row, "raised_at"),
                                Optional.ofNullable(row.getBigDecimal("raised_value")),
                                time(row, "cleared_at"),
                                Optional.ofNullable(row.getBigDecimal("cleared_value"))),
                        List.copyOf(events.getOrDefault(row.getLong("id"), List.of())),
                        List.copyOf(mails.getOrDefault(row.getLong("id"), List.of()))));
    }

    List<SequenceRange> gaps(int machineId) {
        return list(
                "SELECT first_sequence, last_sequence FROM reading_gap WHERE machine_id = ? ORDER BY first_sequence",
                machineId,
                row -> new SequenceRange(row.getLong("first_sequence"), row.getLong("last_sequence")));
    }

    long lastSequence(int machineId) {
        return list("SELECT last_sequence FROM probe_session WHERE machine_id = ?", machineId, row -> row.getLong(1))
                .stream()
                .findFirst()
                .orElse(0L);
    }

    /** As stored; empty if there never was one. */
    String sessionState(int machineId) {
        return list("SELECT state FROM probe_session WHERE machine_id = ?", machineId, row -> row.getString(1)).stream()
                .findFirst()
                .orElse("");
    }

    /** How many rows a condition finds; 0 is what is expected of what must not be there. */
    int count(String tableAndCondition) {
        return Integer.parseInt(
                database.query("SELECT COUNT(*) FROM " + tableAndCondition).get(0));
    }

    /**
     * Gives back the mails that a dead collector had taken, which would otherwise wait for the end of their lease of
     * three minutes. One that a live collector has in hand was taken in its life, and half a minute ago at most: longer
     * than it takes to get back to a database that was away, and to note there what was sent.
     */
    void endDeadLeases(Instant collectorLaunchedAt) {
        database.execute("UPDATE mail_outbox SET next_attempt_at = UTC_TIMESTAMP(3) WHERE state = 'pending'"
                + " AND next_attempt_at > UTC_TIMESTAMP(3)"
                + " AND next_attempt_at < GREATEST(UTC_TIMESTAMP(3) + INTERVAL 150 SECOND, '"
                + UTC.format(collectorLaunchedAt) + "' + INTERVAL 180 SECOND)");
    }

    @FunctionalInterface
    private interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private <T> List<T> list(String sql, int machineId, RowReader<T> reader) {
        try (Connection connection = database.connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, machineId);
            try (ResultSet rows = statement.executeQuery()) {
                List<T> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(reader.read(rows));
                }
                return found;
            }
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** From text, so that no setting of a time zone comes between. */
    private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column)).map(text -> Instant.parse(text.replace(' ', 'T') + "Z"));
    }
}
