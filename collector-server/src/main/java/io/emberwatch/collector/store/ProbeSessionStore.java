package io.emberwatch.collector.store;

import io.emberwatch.protocol.AcknowledgedRange;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Table {@code probe_session}: how far each machine is stored, and whether it is there. The row of a machine is the
 * lock under which all of its readings and alarms are written. Stateless and thread-safe.
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
        // Assignments run from left to right: those before boot_id still see the old one. What was deferred under
        // another numbering will never come: the probe sends what it holds of it under the new one. An upsert would
        // check its foreign key, and so wait for whoever is changing the machine.
        int updated = Sql.update(
                connection,
                "UPDATE probe_session SET epoch = epoch + 1, last_sequence = IF(boot_id = ?, last_sequence, 0),"
                        + " history_from = IF(boot_id = ?, history_from, NULL),"
                        + " history_to = IF(boot_id = ?, history_to, NULL), boot_id = ?, state = 'open',"
                        + " connected_at = UTC_TIMESTAMP(3), last_heard_at = UTC_TIMESTAMP(3), ended_at = NULL,"
                        + " remote_address = ?, probe_version = ?, clock_offset_ms = ? WHERE machine_id = ?",
                opening.bootId(),
                opening.bootId(),
                opening.bootId(),
                opening.bootId(),
                opening.remoteAddress(),
                opening.probeVersion(),
                opening.clockOffset().toMillis(),
                opening.machineId());
        if (updated == 0) {
            Sql.update(
                    connection,
                    "INSERT INTO probe_session (machine_id, epoch, boot_id, last_sequence, state, connected_at,"
                            + " last_heard_at, remote_address, probe_version, clock_offset_ms)"
                            + " VALUES (?, 1, ?, 0, 'open', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), ?, ?, ?)",
                    opening.machineId(),
                    opening.bootId(),
                    opening.remoteAddress(),
                    opening.probeVersion(),
                    opening.clockOffset().toMillis());
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
        return lock(connection, machineIds, "");
    }

    /** The same, without waiting: those that somebody else has locked are missing too. */
    public Map<Integer, ProbeSessionRow> lockFree(Connection connection, Collection<Integer> machineIds)
            throws SQLException {
        return lock(connection, machineIds, " SKIP LOCKED");
    }

    /** Those of these machines that have or had a session, locked or not. */
    public Set<Integer> existing(Connection connection, Collection<Integer> machineIds) throws SQLException {
        return Set.copyOf(Sql.list(
                connection,
                "SELECT machine_id FROM probe_session WHERE machine_id IN (" + Sql.placeholders(machineIds) + ")",
                row -> row.getInt(1),
                machineIds.toArray()));
    }

    /** The rows are found by their key alone: a statement that looked further would lock those of others for a moment. */
    private static Map<Integer, ProbeSessionRow> lock(
            Connection connection, Collection<Integer> machineIds, String option) throws SQLException {
        String sql = "SELECT machine_id, epoch, boot_id, last_sequence, last_taken_at, history_from, history_to,"
                + " history_epoch, history_since, history_taken_at, last_heard_at, UTC_TIMESTAMP(3) AS now"
                + " FROM probe_session FORCE INDEX (PRIMARY) WHERE machine_id IN (" + Sql.placeholders(machineIds)
                + ") ORDER BY machine_id FOR UPDATE" + option;
        return Sql.list(connection, sql, ProbeSessionStore::row, machineIds.toArray()).stream()
                .collect(Collectors.toUnmodifiableMap(ProbeSessionRow::machineId, row -> row));
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
        Sql.update(connection, sql, end.column, Math.max(0, heardAgo.toMillis()) * 1000, machineId, epoch);
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
        return Sql.list(
                connection,
                sql,
                row -> new Unended(
                        row.getInt("machine_id"),
                        row.getLong("epoch"),
                        Duration.between(Sql.time(row, "last_heard_at"), Sql.time(row, "now"))),
                atLeast.toMillis() * 1000);
    }

    /** Where machines were connected from that were heard of within this time, as {@code address:port}. */
    public List<String> recentAddresses(Connection connection, Duration within) throws SQLException {
        String sql =
                "SELECT remote_address FROM probe_session WHERE last_heard_at > UTC_TIMESTAMP(3) - INTERVAL ? SECOND";
        return Sql.list(connection, sql, row -> row.getString("remote_address"), within.toSeconds());
    }

    private static ProbeSessionRow row(ResultSet rows) throws SQLException {
        return new ProbeSessionRow(
                rows.getInt("machine_id"),
                rows.getLong("epoch"),
                Sql.uuid(rows, "boot_id"),
                new AcknowledgedRange(
                        rows.getLong("last_sequence"), rows.getLong("history_from"), rows.getLong("history_to")),
                Sql.optionalTime(rows, "last_taken_at"),
                new HistoryRow(
                        rows.getLong("history_epoch"),
                        Sql.optionalTime(rows, "history_since"),
                        Sql.optionalTime(rows, "history_taken_at")),
                Duration.between(Sql.time(rows, "last_heard_at"), Sql.time(rows, "now")));
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
        time.ifPresentOrElse(known -> Sql.appendUtc(sql, known), () -> sql.append("NULL"));
        sql.append(" AS ").append(name);
    }

    /**
     * What {@code probe_session} holds of a machine's latest session.
     *
     * @param epoch which of the machine's sessions this is, counted from 1
     * @param bootId numbering that {@code acknowledged} belongs to
     * @param acknowledged what is stored
     * @param lastTakenAt time of the last live reading, by the machine's clock; empty if there is none
     * @param heardAgo how long ago something of the machine was last stored, by the database's clock
     */
    public record ProbeSessionRow(
            int machineId,
            long epoch,
            UUID bootId,
            AcknowledgedRange acknowledged,
            Optional<Instant> lastTakenAt,
            HistoryRow history,
            Duration heardAgo) {}

    /**
     * What {@code probe_session} holds of the machine's latest history, besides how far it is stored.
     *
     * @param epoch of the session that put it off; 0 if none ever did
     * @param since time of the last reading before it, by the machine's clock; empty if there is none
     * @param takenAt time of the last reading of it that is stored; empty if none is
     */
    public record HistoryRow(long epoch, Optional<Instant> since, Optional<Instant> takenAt) {
        /** A machine that never put anything off. */
        public static final HistoryRow NONE = new HistoryRow(0, Optional.empty(), Optional.empty());
    }
}
