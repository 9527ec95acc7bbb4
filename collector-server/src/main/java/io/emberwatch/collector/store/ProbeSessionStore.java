package io.emberwatch.collector.store;

import io.emberwatch.collector.model.HistoryRow;
import io.emberwatch.collector.model.ProbeSessionRow;
import io.emberwatch.protocol.AcknowledgedRange;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Table {@code probe_session}: how far each machine is stored, and whether it is there. The row of a machine is the lock
 * under which all of its readings and alarms are written. Stateless and thread-safe.
 */
public final class ProbeSessionStore {
    /** How a session ended. */
    public enum End {
        /** The probe said goodbye: nobody misses it. */
        STOPPED("stopped"),
        /** The connection broke. */
        LOST("lost");

        private final String column;

        End(String column) {
            this.column = column;
        }
    }

    /**
     * A session that begins.
     *
     * @param clockOffset the machine's clock minus the collector's
     */
    public record Opening(
            int machineId, UUID bootId, String remoteAddress, String probeVersion, Duration clockOffset) {}

    /** How far a machine is stored after a batch. */
    public record Advance(
            int machineId, AcknowledgedRange acknowledged, Optional<Instant> lastTakenAt, HistoryRow history) {}

    /**
     * A machine that said no goodbye.
     *
     * @param silentFor how long nothing of it has been stored, by the database's clock
     */
    public record Unended(int machineId, long epoch, Duration silentFor) {}

    /** Begins a session: its epoch is one higher than the last, so that older sessions are fenced out. */
    public ProbeSessionRow open(Connection connection, Opening opening) throws SQLException {
        // Assignments run from left to right: those before boot_id still see the old one. What was put off under
        // another
        // numbering will never come: the probe sends what it holds of it under the new one.
        String sql = "INSERT INTO probe_session (machine_id, epoch, boot_id, last_sequence, state, connected_at,"
                + " last_heard_at, remote_address, probe_version, clock_offset_ms)"
                + " VALUES (?, 1, ?, 0, 'open', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), ?, ?, ?)"
                + " ON DUPLICATE KEY UPDATE epoch = epoch + 1,"
                + " last_sequence = IF(boot_id = VALUES(boot_id), last_sequence, 0),"
                + " history_from = IF(boot_id = VALUES(boot_id), history_from, NULL),"
                + " history_to = IF(boot_id = VALUES(boot_id), history_to, NULL),"
                + " boot_id = VALUES(boot_id), state = 'open', connected_at = UTC_TIMESTAMP(3),"
                + " last_heard_at = UTC_TIMESTAMP(3), ended_at = NULL, remote_address = VALUES(remote_address),"
                + " probe_version = VALUES(probe_version), clock_offset_ms = VALUES(clock_offset_ms)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, opening.machineId());
            statement.setBytes(2, Uuids.toBytes(opening.bootId()));
            statement.setString(3, opening.remoteAddress());
            statement.setString(4, opening.probeVersion());
            statement.setLong(5, opening.clockOffset().toMillis());
            statement.executeUpdate();
        }
        return lock(connection, List.of(opening.machineId())).get(opening.machineId());
    }

    /**
     * Locks the sessions of these machines until the transaction ends.
     *
     * @return by machine id; a machine that never had a session, or was removed, is missing
     */
    public Map<Integer, ProbeSessionRow> lock(Connection connection, Collection<Integer> machineIds)
            throws SQLException {
        String sql = "SELECT machine_id, epoch, boot_id, last_sequence, last_taken_at, history_from, history_to,"
                + " history_epoch, history_since, history_taken_at, last_heard_at, UTC_TIMESTAMP(3) AS now"
                + " FROM probe_session WHERE machine_id IN (" + SqlText.placeholders(machineIds)
                + ") ORDER BY machine_id FOR UPDATE";
        Map<Integer, ProbeSessionRow> sessions = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int parameter = 1;
            for (int machineId : machineIds) {
                statement.setInt(parameter++, machineId);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    sessions.put(rows.getInt("machine_id"), row(rows));
                }
            }
        }
        return sessions;
    }

    /** Notes how far machines are stored. All of them must be locked: none may be missing. */
    public void advance(Connection connection, Collection<Advance> advances) throws SQLException {
        if (advances.isEmpty()) {
            return;
        }
        // One statement for all machines, and the rows found by their key in this order: a statement that looked for
        // them in another way would wait for rows that it does not need. An upsert would be as fast, but checks its
        // foreign key, and so waits for whoever is changing the machine.
        StringBuilder sql = new StringBuilder("UPDATE (");
        String separator = "";
        for (Advance advance : advances) {
            append(sql.append(separator), advance);
            separator = " UNION ALL ";
        }
        sql.append(") a STRAIGHT_JOIN probe_session s ON s.machine_id = a.machine_id SET"
                + " s.last_sequence = a.last_sequence, s.last_taken_at = a.last_taken_at,"
                + " s.history_from = a.history_from, s.history_to = a.history_to, s.history_epoch = a.history_epoch,"
                + " s.history_since = a.history_since, s.history_taken_at = a.history_taken_at,"
                + " s.last_heard_at = UTC_TIMESTAMP(3)");
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql.toString());
        }
    }

    /**
     * Ends a session, unless a newer one has begun.
     *
     * @param heardAgo how long before now the collector last heard from it
     */
    public void end(Connection connection, int machineId, long epoch, End end, Duration heardAgo) throws SQLException {
        String sql = "UPDATE probe_session SET state = ?, ended_at = UTC_TIMESTAMP(3),"
                + " last_heard_at = GREATEST(last_heard_at, UTC_TIMESTAMP(3) - INTERVAL ? MICROSECOND)"
                + " WHERE machine_id = ? AND epoch = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, end.column);
            statement.setLong(2, Math.max(0, heardAgo.toMillis()) * 1000);
            statement.setInt(3, machineId);
            statement.setLong(4, epoch);
            statement.executeUpdate();
        }
    }

    /** Notes who was turned away, because the machine was connected already. */
    public void turnedAway(Connection connection, int machineId, String from) throws SQLException {
        Sql.update(
                connection,
                "UPDATE probe_session SET turned_away_at = UTC_TIMESTAMP(3), turned_away_from = ? WHERE machine_id = ?",
                from,
                machineId);
    }

    /** The machines that have said no goodbye and of which nothing was stored for at least {@code atLeast}. */
    public List<Unended> unended(Connection connection, Duration atLeast) throws SQLException {
        String sql = "SELECT machine_id, epoch, last_heard_at, UTC_TIMESTAMP(3) AS now FROM probe_session"
                + " WHERE state <> 'stopped' AND last_heard_at <= UTC_TIMESTAMP(3) - INTERVAL ? MICROSECOND";
        List<Unended> machines = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, atLeast.toMillis() * 1000);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    machines.add(new Unended(
                            rows.getInt("machine_id"),
                            rows.getLong("epoch"),
                            Duration.between(utc(rows, "last_heard_at"), utc(rows, "now"))));
                }
            }
        }
        return machines;
    }

    private static ProbeSessionRow row(ResultSet rows) throws SQLException {
        return new ProbeSessionRow(
                rows.getInt("machine_id"),
                rows.getLong("epoch"),
                Uuids.fromBytes(rows.getBytes("boot_id")),
                new AcknowledgedRange(
                        rows.getLong("last_sequence"), rows.getLong("history_from"), rows.getLong("history_to")),
                Sql.optionalTime(rows, "last_taken_at"),
                new HistoryRow(
                        rows.getLong("history_epoch"),
                        Sql.optionalTime(rows, "history_since"),
                        Sql.optionalTime(rows, "history_taken_at")),
                Duration.between(utc(rows, "last_heard_at"), utc(rows, "now")));
    }

    private static void append(StringBuilder sql, Advance advance) {
        AcknowledgedRange acknowledged = advance.acknowledged();
        HistoryRow history = advance.history();
        sql.append("SELECT ").append(advance.machineId()).append(" AS machine_id,");
        sql.append(acknowledged.last()).append(" AS last_sequence,");
        appendTime(sql, advance.lastTakenAt(), "last_taken_at,");
        appendNumber(sql, acknowledged.historyFrom(), "history_from,");
        appendNumber(sql, acknowledged.historyTo(), "history_to,");
        appendNumber(sql, history.epoch(), "history_epoch,");
        appendTime(sql, history.since(), "history_since,");
        appendTime(sql, history.takenAt(), "history_taken_at");
    }

    private static void appendNumber(StringBuilder sql, long number, String name) {
        (number == 0 ? sql.append("NULL") : sql.append(number)).append(" AS ").append(name);
    }

    private static void appendTime(StringBuilder sql, Optional<Instant> time, String name) {
        time.ifPresentOrElse(known -> SqlText.appendUtc(sql, known), () -> sql.append("NULL"));
        sql.append(" AS ").append(name);
    }

    private static Instant utc(ResultSet rows, String column) throws SQLException {
        return rows.getObject(column, LocalDateTime.class).toInstant(ZoneOffset.UTC);
    }
}
