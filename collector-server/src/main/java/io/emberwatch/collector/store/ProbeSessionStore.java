package io.emberwatch.collector.store;

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
    public record Advance(int machineId, UUID bootId, long lastSequence, Instant lastTakenAt) {}

    /**
     * A machine that said no goodbye.
     *
     * @param silentFor how long nothing of it has been stored, by the database's clock
     */
    public record Unended(int machineId, long epoch, Duration silentFor) {}

    /** Begins a session: its epoch is one higher than the last, so that older sessions are fenced out. */
    public ProbeSessionRow open(Connection connection, Opening opening) throws SQLException {
        // Assignments run from left to right: last_sequence still sees the old boot_id.
        String sql = "INSERT INTO probe_session (machine_id, epoch, boot_id, last_sequence, state, connected_at,"
                + " last_heard_at, remote_address, probe_version, clock_offset_ms)"
                + " VALUES (?, 1, ?, 0, 'open', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), ?, ?, ?)"
                + " ON DUPLICATE KEY UPDATE epoch = epoch + 1,"
                + " last_sequence = IF(boot_id = VALUES(boot_id), last_sequence, 0),"
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
        String sql = "SELECT machine_id, epoch, boot_id, last_sequence, last_heard_at, UTC_TIMESTAMP(3) AS now"
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
                    ProbeSessionRow row = new ProbeSessionRow(
                            rows.getInt("machine_id"),
                            rows.getLong("epoch"),
                            Uuids.fromBytes(rows.getBytes("boot_id")),
                            rows.getLong("last_sequence"),
                            Duration.between(utc(rows, "last_heard_at"), utc(rows, "now")));
                    sessions.put(row.machineId(), row);
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
        // One statement for all machines. The rows exist (they are locked), so only the UPDATE part takes effect; the
        // other columns are there because INSERT demands them.
        StringBuilder sql = new StringBuilder("INSERT INTO probe_session (machine_id, epoch, boot_id, last_sequence,"
                + " last_taken_at, state, connected_at, last_heard_at, remote_address, probe_version, clock_offset_ms)"
                + " VALUES ");
        String separator = "";
        for (Advance advance : advances) {
            sql.append(separator).append('(').append(advance.machineId()).append(",0,");
            SqlText.appendUuid(sql, advance.bootId());
            sql.append(',').append(advance.lastSequence()).append(',');
            SqlText.appendUtc(sql, advance.lastTakenAt());
            sql.append(",'open',UTC_TIMESTAMP(3),UTC_TIMESTAMP(3),'','',0)");
            separator = ",";
        }
        sql.append(" ON DUPLICATE KEY UPDATE last_sequence = VALUES(last_sequence),"
                + " last_taken_at = VALUES(last_taken_at), last_heard_at = VALUES(last_heard_at)");
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

    private static Instant utc(ResultSet rows, String column) throws SQLException {
        return rows.getObject(column, LocalDateTime.class).toInstant(ZoneOffset.UTC);
    }
}
